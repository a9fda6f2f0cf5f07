import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../../src/actor/process-list.ts';
import { createRowStore } from '../../../src/actor/ledger/dataset.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { FaultyDataset } from '../../helpers/ledger/faulty-dataset.ts';
import { found } from '../../helpers/sources/scripted-source.ts';
import { setUpRun } from '../../helpers/runs/set-up-run.ts';

const lines = Array.from({ length: 40 }, (_, n) => `linkedin.com/in/person-${n}`);
/** Every third profile is not found. */
const plan = (handle: string) =>
    Number(handle.split('-')[1]) % 3 === 2
        ? { outcome: { kind: 'not_found' as const }, afterMs: 300 }
        : { outcome: found(handle), afterMs: 100 };

describe('a run with `maxProfiles`', () => {
    it.each([1, 2, 7, 10])('finds exactly %d with a concurrency of fifty, and lists the rest', async (maxProfiles) => {
        const { work, dataset, charging } = setUpRun({ lines, plan, maxProfiles });
        const { ending, totals, remainingUrls } = await work();
        expect(ending).toBe('max_profiles');
        expect(dataset.items.filter((row) => row.status === 'success')).toHaveLength(maxProfiles);
        expect(totals).toMatchObject({ found: maxProfiles, charged: maxProfiles });
        expect(charging.total).toBe(maxProfiles);
        expect(remainingUrls).toHaveLength(totals.remaining);
        expect(dataset.items.length + remainingUrls.length).toBe(lines.length);
    });

    it('fetches no profile that it could not charge', async () => {
        const { work, source } = setUpRun({ lines, maxProfiles: 5 });
        await work();
        expect(source.asked).toHaveLength(5);
    });

    it('counts a person with two addresses once', async () => {
        const renamed = (handle: string) => ({ outcome: found(handle === 'person-1' ? 'person-0' : handle) });
        const { work } = setUpRun({ lines, plan: renamed, maxProfiles: 3, settings: { maxConcurrency: 1 } });
        expect((await work()).totals).toMatchObject({ found: 3, duplicates: 1, charged: 3 });
    });

    it('counts what earlier starts found, however often the run was killed', async () => {
        const dataset = new FaultyDataset();
        const settings = { maxConcurrency: 1 };
        const perStart: number[] = [];
        let report: RunReport | undefined;
        for (const lifetimeMs of [350, 600, null]) {
            // A kill: the old clock stops.
            const clock = new FakeClock();
            const rows = await createRowStore({ dataset, clock, settleMs: 0, patienceMs: 0 }).readAll();
            const foundBefore = rows.filter(({ status }) => status === 'success').length;
            perStart.push(foundBefore);
            const prefix = `start-${perStart.length}`;
            const run = setUpRun({ lines, plan, settings, dataset, clock, maxProfiles: 9, foundBefore, prefix });
            run.ledger.restore(rows, []);
            const working = run.start();
            if (lifetimeMs === null) report = await clock.runUntil(working);
            else await clock.advance(lifetimeMs);
        }
        expect(report).toMatchObject({ ending: 'max_profiles', totals: { found: 9 } });
        expect(perStart[1]).toBeGreaterThan(0);
        expect(perStart[2]).toBeGreaterThan(perStart[1] ?? 0);
        expect(dataset.items.filter((row) => row.status === 'success')).toHaveLength(9);
    });

    it('is limited by the lower of `maxProfiles` and spending limit, and says which', async () => {
        const byQuota = await setUpRun({ lines, maxProfiles: 3, limit: 8 }).work();
        expect(byQuota).toMatchObject({ ending: 'max_profiles', totals: { found: 3 } });
        const byMoney = await setUpRun({ lines, maxProfiles: 8, limit: 3 }).work();
        expect(byMoney).toMatchObject({ ending: 'budget', totals: { found: 3 } });
    });

    it('is complete when the list ends with the last allowed profile', async () => {
        const report = await setUpRun({ lines: lines.slice(0, 4), maxProfiles: 4 }).work();
        expect(report).toMatchObject({ ending: 'completed', totals: { found: 4 }, remainingUrls: [] });
    });
});
