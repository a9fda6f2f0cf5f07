import { describe, expect, it } from 'vitest';
import { planCharging, type PricingFacts } from '../../src/actor/pricing.ts';

const facts: PricingFacts = {
    isAtHome: true,
    isPayPerEvent: true,
    mode: 'live',
    prices: { 'profile-found': 0.01 },
    rawPricing: null,
    maxTotalChargeUsd: 5,
    chargedCounts: {},
    storedFound: 0,
    storedRows: 0,
};

const tiered = (...pricesUsd: number[]) => ({
    pricingPerEvent: {
        actorChargeEvents: {
            'profile-found': {
                eventTieredPricingUsd: Object.fromEntries(
                    pricesUsd.map((price, tier) => [`TIER${tier}`, { tieredEventPriceUsd: price }]),
                ),
            },
        },
    },
});

describe('how a run charges', () => {
    it('is real on the platform, in the log locally, and free in test mode or without pay per event', () => {
        expect(planCharging(facts).chargingMode).toBe('platform');
        expect(planCharging({ ...facts, isAtHome: false }).chargingMode).toBe('log');
        expect(planCharging({ ...facts, mode: 'test' }).chargingMode).toBe('none');
        expect(planCharging({ ...facts, isPayPerEvent: false }).chargingMode).toBe('none');
    });

    it('counts what an earlier start charged, by the higher of the two counts that lag', () => {
        const spent = (changes: Partial<PricingFacts>) => planCharging({ ...facts, ...changes }).pricing.spentUsd;
        expect(spent({ chargedCounts: { 'profile-found': 3 }, storedFound: 7 })).toBeCloseTo(0.07);
        expect(spent({ chargedCounts: { 'profile-found': 9 }, storedFound: 7 })).toBeCloseTo(0.09);
    });

    it('counts the other events that the run has paid for, its start among them', () => {
        const prices = { 'profile-found': 0.01, 'apify-actor-start': 0.002 };
        const plan = planCharging({ ...facts, prices, chargedCounts: { 'apify-actor-start': 1 } });
        expect(plan.pricing.spentUsd).toBeCloseTo(0.002);
    });

    it('takes the dearest of tiered prices, and never a price that is no number', () => {
        const prices = { 'profile-found': Number.NaN };
        expect(planCharging({ ...facts, prices, rawPricing: tiered(0.02, 0.015) }).pricing.pricePerFoundUsd).toBe(0.02);
        const without = planCharging({ ...facts, prices });
        expect(without).toMatchObject({ chargingMode: 'none', warning: expect.stringContaining('profile-found') });
    });

    it('keeps misses out of a dataset whose rows are billed, and counts both prices', () => {
        const prices = { 'profile-found': 0.01, 'apify-default-dataset-item': 0.001 };
        const plan = planCharging({ ...facts, prices, storedRows: 4, storedFound: 4 });
        expect(plan.areRowsBilled).toBe(true);
        expect(plan.pricing.pricePerFoundUsd).toBeCloseTo(0.011);
        expect(plan.pricing.spentUsd).toBeCloseTo(0.044);
    });
});
