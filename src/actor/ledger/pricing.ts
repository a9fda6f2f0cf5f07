import { profileFoundEvent, type ChargingMode } from './charger.ts';
import type { Pricing } from './budget.ts';

/** The event by which the platform bills every row of the default dataset, where it has a price. */
export const rowEvent = 'apify-default-dataset-item';

export type PricingFacts = {
    isAtHome: boolean;
    isPayPerEvent: boolean;
    mode: 'live' | 'test';
    /** Price per event in US dollars, from the SDK. */
    prices: Record<string, number | undefined>;
    /** The platform's pricing info: only this has tiered prices. */
    rawPricing: unknown;
    maxTotalChargeUsd: number;
    chargedCounts: Record<string, number>;
    /** Counted from rows of earlier starts: the platform's counts lag by seconds. 0 on a first start. */
    storedFound?: number;
    storedRows?: number;
};

export type ChargingPlan = {
    chargingMode: ChargingMode;
    pricing: Pricing;
    /** Whether `pricing` has the highest of several tiers: the caller may pay less. */
    isPriceTiered: boolean;
    /**
     * Which rows stay out of the default dataset, because each row there costs money: those that are not charged, or
     * all rows of a run that must cost nothing.
     */
    rowsApart: 'none' | 'misses' | 'all';
    warning: string | null;
};

/** Decides how a run charges, from the platform's pricing. Never relies on an unknown price. */
export function planCharging(facts: PricingFacts): ChargingPlan {
    const free = { pricePerFoundUsd: null, maxTotalChargeUsd: Number.POSITIVE_INFINITY, spentUsd: 0 };
    const isFree = { pricing: free, isPriceTiered: false, rowsApart: 'none', warning: null } as const;
    if (!facts.isPayPerEvent) return { chargingMode: facts.isAtHome ? 'none' : 'log', ...isFree };

    const rowPrice = facts.isAtHome && rowEvent in facts.prices ? readPrice(rowEvent, facts).usd : 0;
    if (facts.isAtHome && facts.mode === 'test') {
        if (rowPrice === 0) return { chargingMode: 'none', ...isFree };
        const warning =
            'Each row of the default dataset costs money in this Actor, and test mode is free: the rows are in the dataset `misses`.';
        return { chargingMode: 'none', ...isFree, rowsApart: 'all', warning };
    }
    const rowsApart = rowPrice === 0 ? 'none' : 'misses';
    // The SDK assumes one dollar per event in local pay-per-event runs.
    const foundPrice = facts.isAtHome ? readPrice(profileFoundEvent, facts).usd : 1;
    if (foundPrice === null && !rowPrice) {
        const warning = `The pricing of this Actor has no \`${profileFoundEvent}\` event: profiles are not charged.`;
        return { chargingMode: 'none', ...isFree, rowsApart, warning };
    }
    const found = Math.max(facts.chargedCounts[profileFoundEvent] ?? 0, facts.storedFound ?? 0);
    const rows = Math.max(facts.chargedCounts[rowEvent] ?? 0, rowsApart === 'none' ? 0 : (facts.storedRows ?? 0));
    const others = Object.entries(facts.chargedCounts).filter(
        ([name]) => name !== profileFoundEvent && name !== rowEvent,
    );
    const othersUsd = others.reduce((sum, [name, count]) => sum + count * (readPrice(name, facts).usd ?? 0), 0);
    const pricing = {
        pricePerFoundUsd: (foundPrice ?? 0) + (rowPrice ?? 0),
        maxTotalChargeUsd: facts.maxTotalChargeUsd,
        spentUsd: found * (foundPrice ?? 0) + rows * (rowPrice ?? 0) + othersUsd,
    };
    const isPriceTiered =
        facts.isAtHome && [profileFoundEvent, rowEvent].some((event) => readPrice(event, facts).isTiered);
    if (foundPrice === null) {
        const warning = `The pricing of this Actor has no \`${profileFoundEvent}\` event: a found profile is charged by its row, $${rowPrice}.`;
        return { chargingMode: 'rows', pricing, isPriceTiered, rowsApart, warning };
    }
    const warning =
        rowsApart === 'misses'
            ? `Each row of the default dataset costs money in this Actor (\`${rowEvent}\` has a price): it holds only profiles found, everything else is in the dataset \`misses\`. Programs that read only the default dataset get no row for other lines; the publisher can change that by removing the price.`
            : null;
    return { chargingMode: facts.isAtHome ? 'platform' : 'log', pricing, isPriceTiered, rowsApart, warning };
}

/** The price of an event in US dollars, null where unknown; of several tiers the highest: the caller's is unknown. */
function readPrice(event: string, { prices, rawPricing }: PricingFacts): { usd: number | null; isTiered: boolean } {
    const flat = prices[event];
    if (flat !== undefined && Number.isFinite(flat)) return { usd: flat, isTiered: false };
    const events = (rawPricing as { pricingPerEvent?: { actorChargeEvents?: Record<string, unknown> } } | null)
        ?.pricingPerEvent?.actorChargeEvents;
    const tiers = (events?.[event] as { eventTieredPricingUsd?: Record<string, { tieredEventPriceUsd?: number }> })
        ?.eventTieredPricingUsd;
    const tierPrices = Object.values(tiers ?? {}).flatMap(({ tieredEventPriceUsd: price }) =>
        price !== undefined && Number.isFinite(price) ? [price] : [],
    );
    return {
        usd: tierPrices.length > 0 ? Math.max(...tierPrices) : null,
        isTiered: new Set(tierPrices).size > 1,
    };
}
