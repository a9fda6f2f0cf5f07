import { Actor } from 'apify';
import { rowEvent, type PricingFacts } from '../ledger/pricing.ts';

/** What limits the cost of a run, as its environment says; null for what it does not say. */
export type SpendingLimits = {
    /** In US dollars; 0 is a limit too, which the SDK takes for none. */
    maxTotalChargeUsd: number | null;
    /** Rows, on an Actor that is priced by the row. */
    maxPaidItems: number | null;
};

/** What the platform says of pricing and charges at the start of a run. */
export type PricingReading = Omit<PricingFacts, 'isAtHome' | 'mode' | 'storedFound' | 'storedRows'>;

/** The part of a run's description that says what it may cost. */
type RunDescription = {
    pricingInfo?: object & { pricePerUnitUsd?: number };
    options?: { maxTotalChargeUsd?: number; maxItems?: number };
};

/**
 * Reads pricing, limit and charges of the run. An Actor that is priced by the dataset item is told as one whose only
 * event is its row. Rejects when the platform does not answer.
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
        isPayPerEvent,
        prices: perEventPrices,
        rawPricing: pricingInfo ?? null,
        maxTotalChargeUsd,
        chargedCounts: Object.fromEntries(counts) as Record<string, number>,
    };
}

/** The pricing as the platform put it into the environment, else the run's whole description; nothing locally. */
async function readRun(runId: string): Promise<RunDescription> {
    const fromEnv = Actor.config.get('actorPricingInfo');
    if (fromEnv) return { pricingInfo: JSON.parse(fromEnv) as object };
    return Actor.isAtHome() ? ((await Actor.apifyClient.run(runId).get()) ?? {}) : {};
}
