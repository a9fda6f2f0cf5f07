import { describe, expect, it } from 'vitest';
import { buildEstimate } from '../../src/actor/estimate.ts';
import { buildWorklist } from '../../src/actor/worklist.ts';

const worklist = buildWorklist(['ada', 'bob', 'Ada', 'cem', 'x y']);
const pricing = { pricePerFoundUsd: 0.01, maxTotalChargeUsd: Number.POSITIVE_INFINITY, spentUsd: 0 };

describe('an estimate', () => {
    it('counts lines, the most they can cost and how long they take', () => {
        expect(buildEstimate(worklist, pricing, 2).estimate).toEqual({
            valid: 3,
            duplicates: 1,
            invalid: 1,
            max_cost_usd: 0.03,
            seconds: 2,
        });
    });

    it('takes the rate that the run will have', () => {
        expect(buildEstimate(worklist, pricing, 1.9).estimate.seconds).toBe(3);
        expect(buildEstimate(worklist, pricing, 0.5).estimate.seconds).toBe(6);
    });

    it("says so when the run's own limit is lower", () => {
        const limited = { ...pricing, maxTotalChargeUsd: 0.02 };
        expect(buildEstimate(worklist, limited, 2).message).toContain("The run's own limit of $0.02 is lower");
        expect(buildEstimate(worklist, pricing, 2).message).not.toContain('limit');
    });

    it('costs nothing where nothing is charged', () => {
        const free = { ...pricing, pricePerFoundUsd: null };
        expect(buildEstimate(worklist, free, 2).estimate.max_cost_usd).toBeNull();
    });
});
