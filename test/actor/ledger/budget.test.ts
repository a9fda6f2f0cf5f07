import { describe, expect, it } from 'vitest';
import { createBudget } from '../../../src/actor/ledger/budget.ts';

const unspent = { spentUsd: 0 };

describe('budget', () => {
    it('reserves exactly as many charges as the limit allows', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.004, maxTotalChargeUsd: 0.02, ...unspent });
        expect(Array.from({ length: 7 }, () => budget.reserve()).filter(Boolean)).toHaveLength(5);
    });

    it('counts in integers: 0.3 minus 0.2 dollars still buys one event of ten cents', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.1, maxTotalChargeUsd: 0.3, spentUsd: 0.2 });
        expect(budget.remaining()).toBe(1);
    });

    it('makes a released reservation available again, and a settled one never', () => {
        const budget = createBudget({ pricePerFoundUsd: 1, maxTotalChargeUsd: 1, ...unspent });
        expect(budget.reserve()).toBe(true);
        expect(budget.reserve()).toBe(false);
        budget.release();
        expect(budget.reserve()).toBe(true);
        budget.settle();
        expect(budget.reserve()).toBe(false);
        expect(budget.remaining()).toBe(0);
    });

    it('is unlimited without a price or without a maximum', () => {
        for (const pricing of [
            { pricePerFoundUsd: null, maxTotalChargeUsd: 5 },
            { pricePerFoundUsd: 0.004, maxTotalChargeUsd: Number.POSITIVE_INFINITY },
        ]) {
            const budget = createBudget({ ...pricing, ...unspent });
            expect(budget.reserve()).toBe(true);
            expect(budget.remaining()).toBeNull();
        }
    });

    it('allows nothing with a limit of zero', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.01, maxTotalChargeUsd: 0, ...unspent });
        expect(budget.reserve()).toBe(false);
        expect(budget.usedUp()).toBe('budget');
    });

    it('allows nothing when more was spent than the limit', () => {
        const budget = createBudget({ pricePerFoundUsd: 0.004, maxTotalChargeUsd: 0.02, spentUsd: 0.1 });
        expect(budget.reserve()).toBe(false);
        expect(budget.remaining()).toBe(0);
    });

    it('reserves several charges all or none, and settles a part of them', () => {
        const budget = createBudget({ pricePerFoundUsd: 1, maxTotalChargeUsd: 5, ...unspent });
        expect(budget.reserve(3)).toBe(true);
        expect(budget.reserve(3)).toBe(false);
        expect(budget.reserve(2)).toBe(true);
        budget.settle(1);
        budget.release(2);
        expect(budget.remaining()).toBe(4);
        expect(budget.reserve(3)).toBe(false);
        expect(budget.reserve(2)).toBe(true);
    });
});
