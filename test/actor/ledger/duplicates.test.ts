import { describe, expect, it } from 'vitest';
import { FaultyDataset } from '../../helpers/ledger/faulty-dataset.ts';
import { setUpRun } from '../../helpers/runs/set-up-run.ts';

describe('thousands of spellings of one profile', () => {
    const spellings = Array.from({ length: 4990 }, (_, n) => `linkedin.com/in/ada?trk=${'x'.repeat(1900)}${n}`);

    it('are one row with the first hundred duplicate URLs and the count', async () => {
        const dataset = new FaultyDataset();
        dataset.maxPushSize = 5_000_000;
        const { work, broken, charging } = setUpRun({ lines: spellings, dataset });
        const { ending, totals } = await work();
        expect(broken).toEqual([]);
        expect(ending).toBe('completed');
        expect(totals).toMatchObject({ lines: 4990, found: 1, duplicates: 4989, remaining: 0 });
        expect(charging.total).toBe(1);
        const [row] = dataset.items;
        expect(row).toMatchObject({ duplicate_urls: spellings.slice(1, 101), duplicate_count: 4989 });
    });

    it('have a row each in `repeat` mode, without duplicate URLs', async () => {
        const { work, dataset } = setUpRun({ lines: spellings.slice(0, 300), settings: { duplicates: 'repeat' } });
        expect((await work()).totals).toMatchObject({ found: 1, duplicates: 299 });
        expect(dataset.items).toHaveLength(300);
        expect(dataset.items.every((row) => row.duplicate_count === 0)).toBe(true);
    });
});
