import { describe, expect, it } from 'vitest';
import { planCharging, type PricingFacts } from '../../../src/actor/ledger/pricing.ts';

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
    it('charges on the platform, logs locally, and is free in test mode or without pay per event', () => {
        expect(planCharging(facts).chargingMode).toBe('platform');
        expect(planCharging({ ...facts, isAtHome: false }).chargingMode).toBe('log');
        expect(planCharging({ ...facts, mode: 'test' }).chargingMode).toBe('none');
        expect(planCharging({ ...facts, isPayPerEvent: false }).chargingMode).toBe('none');
    });

    it('counts earlier charges by the higher of platform count and stored rows', () => {
        const spent = (changes: Partial<PricingFacts>) => planCharging({ ...facts, ...changes }).pricing.spentUsd;
        expect(spent({ chargedCounts: { 'profile-found': 3 }, storedFound: 7 })).toBeCloseTo(0.07);
        expect(spent({ chargedCounts: { 'profile-found': 9 }, storedFound: 7 })).toBeCloseTo(0.09);
    });

    it('counts the run’s other paid events, such as the Actor start', () => {
        const prices = { 'profile-found': 0.01, 'apify-actor-start': 0.002 };
        const plan = planCharging({ ...facts, prices, chargedCounts: { 'apify-actor-start': 1 } });
        expect(plan.pricing.spentUsd).toBeCloseTo(0.002);
    });

    it('takes the highest of tiered prices, and never a price that is not a number', () => {
        const prices = { 'profile-found': Number.NaN };
        expect(planCharging({ ...facts, prices, rawPricing: tiered(0.02, 0.015) }).pricing.pricePerFoundUsd).toBe(0.02);
        const without = planCharging({ ...facts, prices });
        expect(without).toMatchObject({ chargingMode: 'none', warning: expect.stringContaining('profile-found') });
    });

    it('keeps misses out of a dataset whose rows are billed, and counts both prices', () => {
        const prices = { 'profile-found': 0.01, 'apify-default-dataset-item': 0.001 };
        const plan = planCharging({ ...facts, prices, storedRows: 4, storedFound: 4 });
        expect(plan.rowsApart).toBe('misses');
        expect(plan.pricing.pricePerFoundUsd).toBeCloseTo(0.011);
        expect(plan.pricing.spentUsd).toBeCloseTo(0.044);
        expect(plan.warning).toContain('`apify-default-dataset-item` has a price');
    });

    const rowsOnly = { 'apify-default-dataset-item': 0.01 };

    it('takes the price of a row as the price of a find where there is no other', () => {
        const plan = planCharging({ ...facts, prices: rowsOnly, maxTotalChargeUsd: 0.05, storedRows: 3 });
        expect(plan).toMatchObject({
            chargingMode: 'rows',
            rowsApart: 'misses',
            pricing: { pricePerFoundUsd: 0.01, maxTotalChargeUsd: 0.05, spentUsd: 0.03 },
            warning: expect.stringContaining('a found profile is charged by its row, $0.01'),
        });
    });

    it('keeps all rows of test mode out of a dataset whose rows are billed', () => {
        for (const prices of [rowsOnly, { ...rowsOnly, 'profile-found': 0.01 }]) {
            const plan = planCharging({ ...facts, prices, mode: 'test' });
            expect(plan).toMatchObject({ chargingMode: 'none', rowsApart: 'all' });
            expect(plan.warning).toContain('the rows are in the dataset `misses`');
        }
        expect(planCharging({ ...facts, mode: 'test' })).toMatchObject({ rowsApart: 'none', warning: null });
    });

    it('treats rows with an unreadable price as billed', () => {
        const prices = { 'profile-found': 0.01, 'apify-default-dataset-item': undefined };
        expect(planCharging({ ...facts, prices })).toMatchObject({
            rowsApart: 'misses',
            pricing: { pricePerFoundUsd: 0.01 },
        });
        expect(planCharging({ ...facts, prices, mode: 'test' }).rowsApart).toBe('all');
    });

    it('keeps rows in one dataset when they cost nothing', () => {
        const prices = { 'profile-found': 0.01, 'apify-default-dataset-item': 0 };
        expect(planCharging({ ...facts, prices })).toMatchObject({ rowsApart: 'none', warning: null });
        expect(planCharging({ ...facts, prices, mode: 'test' })).toMatchObject({ rowsApart: 'none', warning: null });
    });
});
