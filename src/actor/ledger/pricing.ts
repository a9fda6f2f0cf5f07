import { profileFoundEvent, type ChargingMode } from './charger.ts';
import type { Pricing } from './budget.ts';

/** The event by which the platform itself bills every row of the default dataset, when its price is set. */
export const rowEvent = 'apify-default-dataset-item';

export type PricingFacts = {
    isAtHome: boolean;
    isPayPerEvent: boolean;
    mode: 'live' | 'test';
    /** Price per event in US dollars, as the SDK knows it. */
    prices: Record<string, number | undefined>;
    /** The platform's own description of the pricing: tiered prices are only there. */
    rawPricing: unknown;
    maxTotalChargeUsd: number;
    chargedCounts: Record<string, number>;
    /** What the dataset shows of earlier starts: the platform's counts lag behind it by seconds. */
    storedFound: number;
    storedRows: number;
};

export type ChargingPlan = {
    chargingMode: ChargingMode;
    pricing: Pricing;
    /** Whether the price is the dearest of several: what the caller pays may be less. */
    isPriceTiered: boolean;
    /**
     * Which rows must stay out of the default dataset, because each row there costs money: those that are not charged
     * as found, or all of a run that is to cost nothing.
     */
    rowsApart: 'none' | 'misses' | 'all';
    warning: string | null;
};

/** Decides how a run charges, from what the platform says of its pricing. Never counts on a price it does not know. */
export function planCharging(facts: PricingFacts): ChargingPlan {
    const free = { pricePerFoundUsd: null, maxTotalChargeUsd: Number.POSITIVE_INFINITY, spentUsd: 0 };
    const isFree = { pricing: free, isPriceTiered: false, rowsApart: 'none', warning: null } as const;
    if (!facts.isPayPerEvent) return { chargingMode: facts.isAtHome ? 'none' : 'log', ...isFree };

    const rowPrice = facts.isAtHome && rowEvent in facts.prices ? findPrice(rowEvent, facts) : 0;
    if (facts.isAtHome && facts.mode === 'test') {
        if (rowPrice === 0) return { chargingMode: 'none', ...isFree };
        const warning =
            'Each row of the default dataset costs money here, and test mode costs nothing: the rows are in the dataset `misses`.';
        return { chargingMode: 'none', ...isFree, rowsApart: 'all', warning };
    }
    const rowsApart = rowPrice === 0 ? 'none' : 'misses';
    // The SDK counts each event at one dollar when it plays pay per event locally.
    const foundPrice = facts.isAtHome ? findPrice(profileFoundEvent, facts) : 1;
    if (foundPrice === null && !rowPrice) {
        const warning = `The pricing of this Actor has no \`${profileFoundEvent}\` event: profiles are not charged.`;
        return { chargingMode: 'none', ...isFree, rowsApart, warning };
    }
    const found = Math.max(facts.chargedCounts[profileFoundEvent] ?? 0, facts.storedFound);
    const rows = Math.max(facts.chargedCounts[rowEvent] ?? 0, rowsApart === 'none' ? 0 : facts.storedRows);
    const others = Object.entries(facts.chargedCounts).filter(
        ([name]) => name !== profileFoundEvent && name !== rowEvent,
    );
    const othersUsd = others.reduce((sum, [name, count]) => sum + count * (findPrice(name, facts) ?? 0), 0);
    const pricing = {
        pricePerFoundUsd: (foundPrice ?? 0) + (rowPrice ?? 0),
        maxTotalChargeUsd: facts.maxTotalChargeUsd,
        spentUsd: found * (foundPrice ?? 0) + rows * (rowPrice ?? 0) + othersUsd,
    };
    const isPriceTiered = facts.isAtHome && [profileFoundEvent, rowEvent].some((event) => isTiered(event, facts));
    if (foundPrice === null) {
        const warning = `The pricing of this Actor has no \`${profileFoundEvent}\` event: a profile found is paid by its row, $${rowPrice}.`;
        return { chargingMode: 'rows', pricing, isPriceTiered, rowsApart, warning };
    }
    const warning =
        rowsApart === 'misses'
            ? `Each row of the default dataset costs money here (\`${rowEvent}\` has a price): only profiles found are there, everything else is in the dataset \`misses\`. Callers that read the default dataset alone get no row for what was not found; the publisher of this Actor can change that by taking the price away.`
            : null;
    return { chargingMode: facts.isAtHome ? 'platform' : 'log', pricing, isPriceTiered, rowsApart, warning };
}

/** The price of an event in US dollars; the highest tier where tiers are given, since the caller's is not told. */
function findPrice(event: string, facts: PricingFacts): number | null {
    const flat = facts.prices[event];
    if (flat !== undefined && Number.isFinite(flat)) return flat;
    const tierPrices = findTierPrices(event, facts);
    return tierPrices.length > 0 ? Math.max(...tierPrices) : null;
}

/** Whether callers pay different prices for an event. */
function isTiered(event: string, facts: PricingFacts): boolean {
    const flat = facts.prices[event];
    return !(flat !== undefined && Number.isFinite(flat)) && new Set(findTierPrices(event, facts)).size > 1;
}

function findTierPrices(event: string, { rawPricing }: PricingFacts): number[] {
    const events = (rawPricing as { pricingPerEvent?: { actorChargeEvents?: Record<string, unknown> } } | null)
        ?.pricingPerEvent?.actorChargeEvents;
    const tiers = (events?.[event] as { eventTieredPricingUsd?: Record<string, { tieredEventPriceUsd?: number }> })
        ?.eventTieredPricingUsd;
    return Object.values(tiers ?? {}).flatMap(({ tieredEventPriceUsd: price }) =>
        price !== undefined && Number.isFinite(price) ? [price] : [],
    );
}
