import { describe, expect, it } from 'vitest';
import { hasLookup, lookupsKey, openLookups } from '../../../src/actor/ledger/lookups.ts';

function createRecords() {
    const values = new Map<string, unknown>();
    return {
        values,
        get: async (key: string) => structuredClone(values.get(key) ?? null),
        set: async (key: string, value: unknown) => void values.set(key, structuredClone(value)),
    };
}

describe('lookups at providers', () => {
    it('never exceed the limit, those in flight included', async () => {
        const { budget } = await openLookups(createRecords(), 2);
        expect([budget.reserve(), budget.reserve(), budget.reserve(), budget.hasLeft()]).toEqual([
            true,
            true,
            false,
            false,
        ]);
        budget.release();
        expect(budget.hasLeft()).toBe(true);
    });

    it('are unlimited without a limit', async () => {
        const { budget } = await openLookups(createRecords(), null);
        for (let count = 0; count < 100; count += 1) expect(budget.reserve()).toBe(true);
    });

    it('are counted over all starts of a run', async () => {
        const records = createRecords();
        const first = await openLookups(records, 30);
        for (let count = 0; count < 4; count += 1) first.budget.reserve();
        await first.save(true);
        const second = await openLookups(records, 30);
        for (let count = 0; count < 26; count += 1) expect(second.budget.reserve()).toBe(true);
        expect(second.budget.reserve()).toBe(false);
    });

    it('count fifteen more after a kill, saved before the first new lookup', async () => {
        const records = createRecords();
        const first = await openLookups(records, 30);
        for (let count = 0; count < 4; count += 1) first.budget.reserve();
        await first.save();
        const second = await openLookups(records, 30);
        expect(records.values.get(lookupsKey)).toMatchObject({ used: 19, isClosed: false });
        for (let count = 0; count < 11; count += 1) expect(second.budget.reserve()).toBe(true);
        expect(second.budget.reserve()).toBe(false);
    });

    it('count fifteen more after a kill before the first save', async () => {
        const records = createRecords();
        const first = await openLookups(records, 30);
        first.budget.reserve();
        const second = await openLookups(records, 30);
        for (let count = 0; count < 15; count += 1) expect(second.budget.reserve()).toBe(true);
        expect(second.budget.reserve()).toBe(false);
    });

    it('do not fail a run whose store rejects records', async () => {
        const records = { get: async () => null, set: () => Promise.reject(new Error('down')) };
        const lookups = await openLookups(records, 5);
        await expect(lookups.save()).resolves.toBeUndefined();
    });

    it('have totals per source over all starts', async () => {
        const records = createRecords();
        const first = await openLookups(records, null);
        first.record({ source: 'public-page', outcome: 'partial', attempts: 1 }, null);
        first.record({ source: 'ai-ark', outcome: 'found', attempts: 1 }, 0.5);
        await first.save(true);
        const second = await openLookups(records, null);
        second.record({ source: 'ai-ark', outcome: 'not_found', attempts: 1 }, 0);
        second.record({ source: 'ai-ark', outcome: 'skipped', attempts: 0 }, null);
        expect(second.getTotals()).toEqual({
            'public-page': {
                asked: 1,
                found: 1,
                partial: 1,
                not_found: 0,
                refused: 0,
                failed: 0,
                provider_credits: null,
            },
            'ai-ark': { asked: 2, found: 1, partial: 0, not_found: 1, refused: 0, failed: 0, provider_credits: 0.5 },
        });
    });

    it('are told apart from page requests by the row', () => {
        expect(hasLookup([{ source: 'public-page', outcome: 'found', attempts: 1 }])).toBe(false);
        expect(hasLookup([{ source: 'ai-ark', outcome: 'skipped', attempts: 0 }])).toBe(false);
        expect(hasLookup([{ source: 'ai-ark', outcome: 'not_found', attempts: 1 }])).toBe(true);
    });
});
