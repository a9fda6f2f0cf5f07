import { describe, expect, it } from 'vitest';
import { createBudget } from '../../../src/actor/ledger/budget.ts';

const unspent = { spentUsd: 0 };

describe('budget', () => {
    it('reserves exactly as many charges as the limit pays for', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.004, maxTotalChargeUsd: 0.02, ...unspent });
        expect(Array.from({ length: 7 }, () => budget.reserve()).filter(Boolean)).toHaveLength(5);
    });

    it('counts in whole numbers: ten cents pay for one event of ten cents after two that left 0.1 in floating point', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.1, maxTotalChargeUsd: 0.3, spentUsd: 0.2 });
        expect(budget.remaining()).toBe(1);
    });

    it('has a released reservation to give again, and a settled one never', () => {
        const budget = createBudget({ pricePerFoundUsd: 1, maxTotalChargeUsd: 1, ...unspent });
        expect(budget.reserve()).toBe(true);
        expect(budget.reserve()).toBe(false);
        budget.release();
        expect(budget.reserve()).toBe(true);
        budget.settle();
        expect(budget.reserve()).toBe(false);
        expect(budget.remaining()).toBe(0);
    });

    it('has no limit without a price or without a maximum', () => {
        for (const pricing of [
            { pricePerFoundUsd: null, maxTotalChargeUsd: 5 },
            { pricePerFoundUsd: 0.004, maxTotalChargeUsd: Number.POSITIVE_INFINITY },
        ]) {
            const budget = createBudget({ ...pricing, ...unspent });
            expect(budget.reserve()).toBe(true);
            expect(budget.remaining()).toBeNull();
        }
    });

    it('pays for nothing with a limit of zero', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.01, maxTotalChargeUsd: 0, ...unspent });
        expect(budget.reserve()).toBe(false);
        expect(budget.usedUp()).toBe('budget');
    });

    it('leaves nothing when more was spent than the limit', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.004, maxTotalChargeUsd: 0.02, spentUsd: 0.1 });
        expect(budget.reserve()).toBe(false);
        expect(budget.remaining()).toBe(0);
    });
});
