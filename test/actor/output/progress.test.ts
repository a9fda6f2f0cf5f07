import { describe, expect, it } from 'vitest';
import { drawBar } from '../../../src/actor/output/progress-bar.ts';
import { describeProgress, reportProgress } from '../../../src/actor/output/progress.ts';
import type { RunTotals } from '../../../src/actor/output/totals.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

const totalsOf = (lines: number, done: number, found = done): RunTotals => ({
    lines,
    found,
    partial: 0,
    unchanged: 0,
    not_found: done - found,
    errors: 0,
    invalid: 0,
    duplicates: 0,
    remaining: lines - done,
    charged: found,
});

describe('the progress message', () => {
    it('counts lines, with rate and time left', () => {
        const view = { totals: totalsOf(5000, 1312, 1204), perSecond: 4, pausedMs: 0, cost: null };
        expect(describeProgress(view)).toBe('1,312 of 5,000 · 1,204 found · 4.0/s · 15 min left');
    });

    it('states the amount charged where it is billed', () => {
        const view = { totals: totalsOf(9, 2), perSecond: null, pausedMs: 0, cost: '$0.01' };
        expect(describeProgress(view)).toBe('2 of 9 · 2 found · $0.01');
    });

    it('has no rate before one is known, and no time left without progress', () => {
        expect(describeProgress({ totals: totalsOf(9, 2), perSecond: null, pausedMs: 0, cost: null })).toBe(
            '2 of 9 · 2 found',
        );
        expect(describeProgress({ totals: totalsOf(9, 2), perSecond: 0, pausedMs: 0, cost: null })).toBe(
            '2 of 9 · 2 found · 0.0/s',
        );
        expect(describeProgress({ totals: totalsOf(9, 9), perSecond: 4, pausedMs: 0, cost: null })).toBe(
            '9 of 9 · 9 found',
        );
    });

    it('explains a pause requested by the source', () => {
        expect(describeProgress({ totals: totalsOf(9, 2), perSecond: 4, pausedMs: 29_200, cost: null })).toBe(
            '2 of 9 · 2 found · paused for another 30 s: LinkedIn asked for fewer requests',
        );
    });
});

describe('the bar', () => {
    it('is empty at the start and full only at the end', () => {
        const drawn = (done: number) =>
            drawBar({ totals: totalsOf(1000, done), perSecond: 4, pausedMs: 0, cost: null });
        expect(drawn(0)).toContain(`${'░'.repeat(30)}   0 %  0 of 1,000`);
        expect(drawn(999)).toContain(' 99 %  999 of 1,000 · 4.0/s · 1 s left');
        expect(drawn(1000)).toContain(`${'█'.repeat(30)} 100 %  1,000 of 1,000`);
    });
});

describe('progress over time', () => {
    async function watch(seconds: number, doneAt: (second: number) => number, onView: (() => void) | null = null) {
        const clock = new FakeClock();
        const startedAt = clock.now();
        const said = { statuses: [] as string[], logged: [] as string[] };
        const controller = new AbortController();
        const ending = reportProgress({
            clock,
            signal: controller.signal,
            readView() {
                const totals = totalsOf(1000, doneAt((clock.now() - startedAt) / 1000));
                return { totals, perSecond: null, pausedMs: 0, cost: null };
            },
            setStatus: (message) => said.statuses.push(message),
            print: onView ? null : (message) => said.logged.push(message),
            onView: onView ?? (() => {}),
        });
        await clock.advance(seconds * 1000);
        controller.abort();
        await ending;
        return said;
    }

    it('sets a status at most every five seconds, and logs a line every half minute', async () => {
        const { statuses, logged } = await watch(62, (second) => second * 4);
        expect(statuses).toHaveLength(12);
        expect(statuses.at(-1)).toBe('240 of 1,000 · 240 found · 4.0/s · 3 min left');
        expect(logged).toEqual([
            '8 of 1,000 · 8 found',
            '128 of 1,000 · 128 found · 4.0/s · 4 min left',
            '248 of 1,000 · 248 found · 4.0/s · 3 min left',
        ]);
    });

    it('does not repeat an unchanged status', async () => {
        const { statuses } = await watch(120, () => 7);
        expect(statuses).toEqual(['7 of 1,000 · 7 found · 0.0/s']);
    });

    it('measures the rate over the last half minute', async () => {
        const { statuses } = await watch(90, (second) => Math.min(second, 40) * 10);
        expect(statuses.at(-1)).toContain('0.0/s');
    });

    it('continues when a message cannot be shown, and logs nothing beside a bar', async () => {
        let looks = 0;
        const { statuses, logged } = await watch(
            20,
            () => 1,
            () => {
                looks += 1;
                if (looks === 2) throw new Error('no terminal');
            },
        );
        expect(looks).toBe(21);
        expect(statuses).toHaveLength(1);
        expect(logged).toEqual([]);
    });
});
