import { describe, expect, it } from 'vitest';
import type { StopReason } from '../../src/actor/platform/lifecycle.ts';
import { FaultyDataset } from '../helpers/ledger/faulty-dataset.ts';
import { failed, found, type Answer } from '../helpers/sources/scripted-source.ts';
import { setUpRun } from '../helpers/runs/set-up-run.ts';

type Options = Omit<Parameters<typeof setUpRun>[0], 'lines'> & {
    count: number;
    stop?: { reason: StopReason; afterMs: number };
};

/**
 * Runs a list of `count` profiles, `person-0` and on, at ten a second; checks the ledger's law and returns the outcome.
 */
async function runList({ count, stop, ...options }: Options) {
    const lines = Array.from({ length: count }, (_, place) => `linkedin.com/in/person-${place}`);
    const { clock, lifecycle, work, dataset, charging, bugs, budget } = setUpRun({
        lines,
        maxRequestsPerSecond: 10,
        maxAttempts: 4,
        settings: { maxConcurrency: 100, isConcurrencyFixed: false },
        ...options,
    });
    const startedAt = clock.now();
    if (stop) void clock.sleep(stop.afterMs).then(() => lifecycle.stop(stop.reason));
    const report = await work();
    lifecycle.close();
    const { lines: given, found: people, not_found, errors, remaining } = report.totals;
    expect(people + not_found + errors + remaining).toBe(given);
    expect(report.remainingUrls).toHaveLength(remaining);
    expect(charging.total).toBe(people);
    const rows = dataset.items.map((row) => ({ ...row, handle: /person-\d+/.exec(row.url)?.[0] }));
    expect(new Set(rows.map(({ handle }) => handle)).size).toBe(rows.length);
    return { ...report, rows, bugs, tookMs: clock.now() - startedAt, budget };
}

const place = (handle: string) => Number(/\d+$/.exec(handle)?.[0]);
const refused = (changes = {}) => ({
    outcome: failed({ cause: 'blocked', isRefusal: true, isRetryable: false, ...changes }),
});
const slowDown = (ms: number): Answer => ({
    outcome: failed({ code: 'rate_limit_exceeded', cause: 'rate_limited', pause: { ms, scope: 'queue' } }),
});

describe('a run', () => {
    it('continues after a bug in one page, which gets an error row', async () => {
        const plan = (handle: string): Answer => {
            if (place(handle) === 42) throw new TypeError('the gazetteer is missing');
            return { outcome: found(handle) };
        };
        const { ending, rows, bugs } = await runList({ plan, count: 100 });
        expect([ending, rows.length, bugs.length]).toEqual(['completed', 100, 1]);
        expect(rows.find(({ handle }) => handle === 'person-42')).toMatchObject({
            code: 'internal_error',
            meta: { credits_used: 0, cause: null },
        });
    });

    it('ends when every page fails with a bug: those get rows, the rest remains', async () => {
        const plan = (handle: string): Answer => {
            if (place(handle) >= 5) throw new TypeError('a bug in the reader');
            return { outcome: found(handle) };
        };
        const { ending, rows, totals } = await runList({ plan, count: 100 });
        expect(ending).toBe('internal_error');
        expect(totals).toMatchObject({ found: 5, errors: rows.length - 5 });
        expect(totals.errors).toBeGreaterThanOrEqual(20);
        expect(totals.remaining).toBeGreaterThan(0);
    });

    it('survives a failing display', async () => {
        const onProcessed = () => {
            throw new Error('no bar');
        };
        const { ending, totals } = await runList({
            plan: (handle) => ({ outcome: found(handle) }),
            count: 5,
            onProcessed,
        });
        expect([ending, totals.found]).toEqual(['completed', 5]);
    });

    it('leaves twenty profiles refused in a row without rows, for a resumed run', async () => {
        const plan = (handle: string) => (place(handle) < 30 ? { outcome: found(handle) } : refused());
        const { ending, totals, remainingUrls } = await runList({ plan, count: 100 });
        expect(ending).toBe('refused');
        expect(totals).toMatchObject({ found: 30, errors: 0, remaining: 70 });
        expect(remainingUrls[0]).toBe('linkedin.com/in/person-30');
    });

    it('lists each profile with a retryable error once, in order', async () => {
        const lines = ['refused-1', 'ada', 'large-1', 'refused-1', 'x', 'gone-1', 'refused-0'];
        const plan = (handle: string): Answer => {
            if (handle.startsWith('gone')) return { outcome: { kind: 'not_found' } };
            if (handle.startsWith('large')) return refused({ cause: 'too_large', isRefusal: false });
            return handle.startsWith('refused') ? refused({ isRefusal: false }) : { outcome: found(handle) };
        };
        for (const duplicates of ['merge', 'repeat'] as const) {
            const { failedUrls } = await setUpRun({ lines, plan, settings: { duplicates } }).work();
            expect(failedUrls).toEqual(['refused-1', 'refused-0']);
        }
    });

    it('is complete when only the last lines were refused', async () => {
        const plan = (handle: string) => (place(handle) < 30 ? { outcome: found(handle) } : refused());
        const { ending, totals } = await runList({ plan, count: 50 });
        expect(ending).toBe('completed');
        expect(totals).toMatchObject({ found: 30, errors: 20, remaining: 0 });
    });

    it.each([
        [1, 'completed'],
        [19, 'completed'],
        [20, 'refused'],
    ])('with all of %i lines refused writes a row for each and ends as %s', async (count, ending) => {
        const report = await runList({ plan: () => refused(), count });
        expect([report.ending, report.totals.errors, report.totals.remaining]).toEqual([ending, count, 0]);
        expect(report.rows[0]).toMatchObject({ code: 'upstream_error', meta: { cause: 'blocked' } });
    });

    it('names the unreachable server', async () => {
        const plan = () => refused({ cause: 'no_connection', peer: 'www.linkedin.com' });
        const { ending, reason, rows } = await runList({ plan, count: 120 });
        expect([ending, rows.length]).toEqual(['refused', 0]);
        expect(reason).toContain('www.linkedin.com');
    });

    describe('that reaches its timeout', () => {
        it('writes a row for its one line, however long LinkedIn asks to wait', async () => {
            const { ending, rows, tookMs } = await runList({
                plan: () => slowDown(60_000),
                count: 1,
                timeoutMs: 55_000,
            });
            expect(ending).toBe('completed');
            expect(rows).toMatchObject([{ code: 'rate_limit_exceeded', meta: { cause: 'rate_limited', attempts: 1 } }]);
            expect(tookMs).toBeLessThan(1_000);
        });

        it('writes a row for its one line when the request hangs', async () => {
            const plan = (handle: string) => ({ outcome: found(handle), afterMs: 100_000 });
            const { rows, tookMs } = await runList({ plan, count: 1, timeoutMs: 20_000 });
            expect(rows).toMatchObject([{ code: 'upstream_timeout', meta: { cause: 'timeout' } }]);
            expect(tookMs).toBeLessThan(19_000);
        });

        it('writes rows for what it attempted, refusals included, and lists the rest', async () => {
            const plan = (handle: string): Answer =>
                place(handle) % 2 === 0
                    ? refused()
                    : { outcome: found(handle), afterMs: place(handle) > 40 ? 60_000 : 0 };
            const { ending, totals, rows } = await runList({ plan, count: 500, timeoutMs: 10_000 });
            expect(ending).toBe('timeout');
            expect(totals.remaining).toBeGreaterThan(300);
            expect(
                rows.filter((row) => row.status === 'error' && row.code === 'upstream_timeout').length,
            ).toBeGreaterThan(5);
            expect(totals.remaining + rows.length).toBe(500);
        });

        it('is not complete if the last rows are not known to be stored by then', async () => {
            const dataset = new FaultyDataset(['ok', ...Array.from({ length: 200 }, () => 'lost' as const)]);
            const plan = (handle: string) => ({ outcome: found(handle) });
            const { ending, totals } = await runList({ plan, count: 30, timeoutMs: 10_000, dataset });
            expect([ending, totals.remaining]).toEqual(['timeout', 30 - totals.found]);
            expect(totals.remaining).toBeGreaterThan(0);
        });
    });

    it.each(['migrating', 'aborted'] as const)(
        'leaves failed attempts without rows for the next start when %s',
        async (reason) => {
            const plan = (handle: string): Answer =>
                place(handle) === 0 ? refused() : { outcome: found(handle), afterMs: 60_000 };
            const { ending, totals, remainingUrls } = await runList({
                plan,
                count: 5,
                stop: { reason, afterMs: 1_000 },
            });
            expect([ending, totals.remaining, remainingUrls.length]).toEqual([reason, 5, 5]);
        },
    );

    it('releases the reservations of rows it holds back', async () => {
        const plan = (handle: string) => (place(handle) < 15 ? refused() : { outcome: found(handle) });
        const { ending, totals, budget } = await runList({ plan, count: 30, limit: 10 });
        expect(ending).toBe('budget');
        expect(totals).toMatchObject({ found: 10, errors: 15, remaining: 5 });
        expect(budget.remaining()).toBe(0);
    });
});
