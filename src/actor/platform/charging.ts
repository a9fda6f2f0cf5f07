import { Actor } from 'apify';
import { rowEvent, type PricingFacts } from '../ledger/pricing.ts';

/** Spending limits from the environment; null where unset. */
export type SpendingLimits = {
    /** In US dollars. 0 is a limit too; the SDK takes it for none. */
    maxTotalChargeUsd: number | null;
    /** Rows, for an Actor priced per row. */
    maxPaidItems: number | null;
};

/** Pricing and charges as reported by the platform at the start of a run. */
export type PricingReading = Omit<PricingFacts, 'mode' | 'storedFound' | 'storedRows'>;

/** The pricing part of a run's description. */
type RunDescription = {
    pricingInfo?: object & { pricePerUnitUsd?: number };
    options?: { maxTotalChargeUsd?: number; maxItems?: number };
};

/**
 * Reads pricing, limit and charges of the run. An Actor priced per dataset item is reported as pay-per-event with the
 * row as its only event. Rejects when the platform does not respond.
 */
export async function readPricing(runId: string, limits: SpendingLimits): Promise<PricingReading> {
    const { pricingModel, isPayPerEvent, perEventPrices } = Actor.getChargingManager().getPricingInfo();
    const isPayPerRow = pricingModel === 'PRICE_PER_DATASET_ITEM';
    const isPriced = isPayPerEvent || isPayPerRow;
    const { pricingInfo, options = {} } = isPriced ? await readRun(runId) : {};
    const maxTotalChargeUsd = limits.maxTotalChargeUsd ?? options.maxTotalChargeUsd ?? Number.POSITIVE_INFINITY;
    if (isPayPerRow) {
        const priceUsd = pricingInfo?.pricePerUnitUsd;
        const maxItems = limits.maxPaidItems ?? options.maxItems;
        const paidUsd = priceUsd && maxItems !== undefined ? priceUsd * maxItems : Number.POSITIVE_INFINITY;
        return {
            isAtHome: Actor.isAtHome(),
            isPayPerEvent: true,
            prices: { [rowEvent]: priceUsd },
            rawPricing: null,
            maxTotalChargeUsd: Math.min(maxTotalChargeUsd, paidUsd),
            chargedCounts: {},
        };
    }
    const counts = Object.keys(perEventPrices).map((event) => [
        event,
        Actor.getChargingManager().getChargedEventCount(event),
    ]);
    return {
        isAtHome: Actor.isAtHome(),
        isPayPerEvent,
        prices: perEventPrices,
        rawPricing: pricingInfo ?? null,
        maxTotalChargeUsd,
        chargedCounts: Object.fromEntries(counts) as Record<string, number>,
    };
}

/** The pricing from the environment, else the run's description; empty for a local run. */
async function readRun(runId: string): Promise<RunDescription> {
    const fromEnv = Actor.config.get('actorPricingInfo');
    if (fromEnv) return { pricingInfo: JSON.parse(fromEnv) as object };
    return Actor.isAtHome() ? ((await Actor.apifyClient.run(runId).get()) ?? {}) : {};
}
