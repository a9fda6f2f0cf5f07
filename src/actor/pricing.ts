import { profileFoundEvent, type ChargingMode } from './charger.ts';
import type { Pricing } from './budget.ts';

/** The event by which the platform itself bills every row of the default dataset, when its price is set. */
const rowEvent = 'apify-default-dataset-item';

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
    /** Whether rows that are not a success must stay out of the default dataset, because each row there costs money. */
    areRowsBilled: boolean;
    warning: string | null;
};

/** Decides how a run charges, from what the platform says of its pricing. Never counts on a price it does not know. */
export function planCharging(facts: PricingFacts): ChargingPlan {
    const free = { pricePerFoundUsd: null, maxTotalChargeUsd: Number.POSITIVE_INFINITY, spentUsd: 0 };
    if (facts.isAtHome && (!facts.isPayPerEvent || facts.mode === 'test')) {
        return { chargingMode: 'none', pricing: free, areRowsBilled: false, warning: null };
    }
    if (!facts.isPayPerEvent) return { chargingMode: 'log', pricing: free, areRowsBilled: false, warning: null };

    // The SDK counts each event at one dollar when it plays pay per event locally.
    const foundPrice = facts.isAtHome ? findPrice(profileFoundEvent, facts) : 1;
    const rowPrice = facts.isAtHome ? (findPrice(rowEvent, facts) ?? 0) : 0;
    if (foundPrice === null) {
        const warning = `The pricing of this Actor has no \`${profileFoundEvent}\` event: profiles are not charged.`;
        return { chargingMode: 'none', pricing: free, areRowsBilled: rowPrice > 0, warning };
    }
    const found = Math.max(facts.chargedCounts[profileFoundEvent] ?? 0, facts.storedFound);
    const rows = Math.max(facts.chargedCounts[rowEvent] ?? 0, rowPrice > 0 ? facts.storedRows : 0);
    const others = Object.entries(facts.chargedCounts).filter(
        ([name]) => name !== profileFoundEvent && name !== rowEvent,
    );
    const othersUsd = others.reduce((sum, [name, count]) => sum + count * (findPrice(name, facts) ?? 0), 0);
    return {
        chargingMode: facts.isAtHome ? 'platform' : 'log',
        pricing: {
            pricePerFoundUsd: foundPrice + rowPrice,
            maxTotalChargeUsd: facts.maxTotalChargeUsd,
            spentUsd: found * foundPrice + rows * rowPrice + othersUsd,
        },
        areRowsBilled: rowPrice > 0,
        warning: null,
    };
}

/** The price of an event in US dollars; the highest tier where tiers are given, since the caller's is not told. */
function findPrice(event: string, { prices, rawPricing }: PricingFacts): number | null {
    const flat = prices[event];
    if (flat !== undefined && Number.isFinite(flat)) return flat;
    const events = (rawPricing as { pricingPerEvent?: { actorChargeEvents?: Record<string, unknown> } } | null)
        ?.pricingPerEvent?.actorChargeEvents;
    const tiers = (events?.[event] as { eventTieredPricingUsd?: Record<string, { tieredEventPriceUsd?: number }> })
        ?.eventTieredPricingUsd;
    const tierPrices = Object.values(tiers ?? {})
        .map(({ tieredEventPriceUsd }) => tieredEventPriceUsd)
        .filter((price) => price !== undefined && Number.isFinite(price));
    return tierPrices.length > 0 ? Math.max(...(tierPrices as number[])) : null;
}
