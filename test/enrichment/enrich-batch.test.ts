import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bugsToGiveUp, enrichBatch } from '../../src/enrichment/enrich-batch.ts';
import { buildUnasked, internalError, type Enrichment } from '../../src/enrichment/enrich-profile.ts';
import { buildCanonicalUrl, type ProfileUrl } from '../../src/enrichment/profile-url/profile-url.ts';
import { refusalsToGiveUp } from '../../src/enrichment/chain-link.ts';
import type { SourceChain } from '../../src/enrichment/source-chain.ts';
import { SourceUnusableError } from '../../src/enrichment/source.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { createSingleSourceChain } from '../helpers/sources/single-source-chain.ts';
import { createScriptedSource, failed, found, type Answer } from '../helpers/sources/scripted-source.ts';

type Options = {
    plan: (handle: string, attempt: number) => Answer;
    count: number;
    rate?: number;
    budget?: number;
    maxAttempts?: number;
    maxConcurrency?: number;
    stopAfterMs?: number;
    shouldReportInterrupted?: boolean;
    /** May throw, as `onEnriched` may. */
    onAnswer?: (handle: string, enrichment: Enrichment) => void;
    isOverloaded?: () => boolean;
    wasAnyAnswered?: boolean;
    /** Replaces the chain over a source scripted by `plan`. */
    chain?: (clock: FakeClock) => Pick<SourceChain, 'acquire' | 'enrich' | 'firstName'>;
};

/** Runs a batch of `count` profiles, `p0` and up; returns its report, the answers and the requests. */
async function runBatch({ plan, count, rate = 50, budget = Infinity, maxAttempts = 1, ...options }: Options) {
    const clock = new FakeClock();
    const startedAt = clock.now();
    const source = createScriptedSource(clock, plan);
    const [stop, abort] = [new AbortController(), new AbortController()];
    setMaxListeners(0, stop.signal, abort.signal);
    const answers: Array<{ handle: string; enrichment: Enrichment }> = [];
    const flights: number[] = [];
    let [free, reserved] = [budget, 0];
    if (options.stopAfterMs !== undefined) {
        void clock.sleep(options.stopAfterMs).then(() => stop.abort());
        void clock.sleep(options.stopAfterMs + 1000).then(() => abort.abort());
    }
    const bugs: unknown[] = [];
    const { ending, reason } = await clock.runUntil(
        enrichBatch({
            items: Array.from({ length: count }, (_, place) => ({
                profileUrl: { handle: `p${place}`, canonicalUrl: buildCanonicalUrl(`p${place}`) },
            })),
            chain:
                options.chain?.(clock) ??
                createSingleSourceChain({
                    source,
                    clock,
                    maxRequestsPerSecond: rate,
                    limits: { maxAttempts, timeoutMs: 30_000 },
                    stopSignal: stop.signal,
                    abortSignal: abort.signal,
                }),
            clock,
            maxRequestsPerSecond: rate,
            maxConcurrency: options.maxConcurrency ?? 500,
            isConcurrencyFixed: options.maxConcurrency !== undefined,
            stopSignal: stop.signal,
            ...(options.isOverloaded ? { isOverloaded: options.isOverloaded } : {}),
            reserve() {
                if (reserved >= free) return false;
                reserved += 1;
                return true;
            },
            release() {
                reserved -= 1;
            },
            wasAnyAnswered: options.wasAnyAnswered ?? false,
            shouldReportInterrupted: () => options.shouldReportInterrupted ?? true,
            onBug: (error) => bugs.push(error),
            onEnriched({ profileUrl: { handle } }, enrichment, reservation) {
                options.onAnswer?.(handle, enrichment);
                answers.push({ handle, enrichment });
                if (reservation === 'reserved') reserved -= 1;
                if (enrichment.outcome.status === 'success') free -= 1;
            },
            onInFlight: (inFlight) => flights.push(inFlight),
        }),
    );
    const seconds = (clock.now() - startedAt) / 1000;
    return { ending, reason, answers, bugs, flights, reserved, asked: source.asked, seconds };
}

const refuseFrom = (place: number) => (handle: string) => ({
    outcome: Number(handle.slice(1)) < place ? found(handle) : failed({ isRefusal: true }),
});
const allFound = (afterMs: number) => (handle: string) => ({ outcome: found(handle), afterMs });

describe('a batch', () => {
    it('reports every item exactly once', async () => {
        const { ending, answers } = await runBatch({ count: 300, plan: allFound(200) });
        expect(ending).toBe('completed');
        expect(new Set(answers.map(({ handle }) => handle)).size).toBe(300);
        expect(answers).toHaveLength(300);
    });

    it.each([50, 2000])('reaches at least 0.98 of its rate at a latency of %i ms', async (latencyMs) => {
        const { asked } = await runBatch({ count: 2000, rate: 100, plan: allFound(latencyMs) });
        const spanSeconds = ((asked.at(-1)?.at ?? 0) - (asked[0]?.at ?? 0)) / 1000;
        expect((asked.length - 1) / spanSeconds).toBeGreaterThanOrEqual(98);
    });

    it('holds the rate in every window, retries included', async () => {
        const plan = (handle: string, attempt: number) => ({
            outcome: attempt === 1 && Number(handle.slice(1)) % 3 === 0 ? failed() : found(handle),
            afterMs: 100,
        });
        const { asked, answers } = await runBatch({ count: 200, rate: 20, maxAttempts: 3, plan });
        expect(answers.every(({ enrichment }) => enrichment.outcome.status === 'success')).toBe(true);
        const gaps = asked.slice(20).map(({ at }, place) => at - (asked[place]?.at ?? 0));
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    });

    it('fetches nothing that cannot be charged, and all that can', async () => {
        const plan = (handle: string) => ({
            outcome: Number(handle.slice(1)) % 2 === 0 ? found(handle) : ({ kind: 'not_found' } as const),
            afterMs: 300,
        });
        const { ending, answers, reserved } = await runBatch({ count: 100, budget: 10, plan });
        expect(ending).toBe('budget');
        expect(answers.filter(({ enrichment }) => enrichment.outcome.status === 'success')).toHaveLength(10);
        expect(reserved).toBe(0);
    });

    it('keeps no more in flight than allowed', async () => {
        const { flights } = await runBatch({ count: 50, maxConcurrency: 3, plan: allFound(1000) });
        expect(Math.max(...flights)).toBe(3);
        expect(flights.at(-1)).toBe(0);
    });

    it('keeps few in flight while the event loop is saturated', async () => {
        const { flights, ending } = await runBatch({ count: 80, plan: allFound(1000), isOverloaded: () => true });
        expect(Math.max(...flights)).toBe(8);
        expect(ending).toBe('completed');
    });

    it('starts nothing after the stop signal, finishes what it can and releases every reservation', async () => {
        const { ending, answers, asked, reserved } = await runBatch({
            count: 500,
            rate: 10,
            plan: allFound(800),
            stopAfterMs: 5000,
        });
        expect(ending).toBe('stopped');
        expect(answers.length).toBe(asked.length);
        expect(asked.length).toBeLessThan(60);
        expect(reserved).toBe(0);
    });

    it('ends after consecutive refusals and leaves those profiles unreported', async () => {
        const { ending, answers, asked, reserved } = await runBatch({ count: 100, plan: refuseFrom(30) });
        expect(ending).toBe('refused');
        expect(answers.map(({ handle }) => handle)).toEqual(Array.from({ length: 30 }, (_, place) => `p${place}`));
        expect(asked.length).toBeGreaterThanOrEqual(30 + refusalsToGiveUp);
        expect(asked.length).toBeLessThan(100);
        expect(reserved).toBe(0);
    });

    it('reports refusals at the end of the list as completed', async () => {
        const { ending, answers } = await runBatch({ count: 50, plan: refuseFrom(30) });
        expect([ending, answers.length]).toEqual(['completed', 50]);
        expect((await runBatch({ count: 1, plan: refuseFrom(0) })).ending).toBe('completed');
    });

    it('reports refusals but ends as refused when all profiles were refused', async () => {
        const plan = () => ({ outcome: failed({ isRefusal: true }), afterMs: 5000 });
        const { ending, answers } = await runBatch({ count: refusalsToGiveUp, plan });
        expect([ending, answers.length]).toEqual(['refused', refusalsToGiveUp]);
        expect((await runBatch({ count: refusalsToGiveUp - 1, plan })).ending).toBe('completed');
        const again = await runBatch({ count: refusalsToGiveUp, plan, wasAnyAnswered: true });
        expect([again.ending, again.answers.length]).toEqual(['completed', refusalsToGiveUp]);
    });

    it('that was stopped does not end as refused for later refusals, and reports them', async () => {
        const plan = () => ({ outcome: failed({ isRefusal: true, isRetryable: false }), afterMs: 5000 });
        const { ending, answers } = await runBatch({ count: 400, plan, stopAfterMs: 4500 });
        expect([ending, answers.length > refusalsToGiveUp]).toEqual(['stopped', true]);
    });

    it('holds no reservation for refusals held back', async () => {
        const plan = (handle: string) => ({
            outcome: Number(handle.slice(1)) < 15 ? failed({ isRefusal: true }) : found(handle),
        });
        const { ending, answers } = await runBatch({ count: 20, budget: 5, plan });
        expect([ending, answers.length]).toEqual(['completed', 20]);
    });

    it('does not wait out a pause once it has given up', async () => {
        const pause = { ms: 200_000, scope: 'queue' } as const;
        const plan = () => ({ outcome: failed({ isRefusal: true, pause }), afterMs: 1000 });
        const { ending, seconds } = await runBatch({ count: 100, plan });
        expect(ending).toBe('refused');
        expect(seconds).toBeLessThan(2);
    });

    it.each([
        ['proxy', 'The proxy proxy.example:8000 let nothing through. Check'],
        ['no_connection', 'The connection to proxy.example:8000 failed or broke off'],
        ['wall', ''],
    ] as const)('names the host that could not be reached (%s)', async (cause, sentence) => {
        const plan = () => ({ outcome: failed({ isRefusal: true, cause, peer: 'proxy.example:8000' }) });
        const { ending, reason } = await runBatch({ count: 100, plan });
        expect(ending).toBe('refused');
        expect(reason).toContain(sentence);
        expect(reason === '').toBe(sentence === '');
    });

    it.each([
        ['reports attempted items when it is stopped for good', true],
        ['leaves attempted items to the run that resumes the list', false],
    ])('%s', async (_name, shouldReportInterrupted) => {
        const plan = (handle: string) =>
            Number(handle.slice(1)) < 3
                ? { outcome: failed({ isRefusal: true }) }
                : { outcome: found(handle), afterMs: 20_000 };
        const { ending, answers, asked, reserved } = await runBatch({
            count: 500,
            rate: 10,
            plan,
            stopAfterMs: 1000,
            shouldReportInterrupted,
        });
        expect(ending).toBe('stopped');
        expect(answers.length).toBe(shouldReportInterrupted ? asked.length : 0);
        expect(asked.length).toBeGreaterThan(5);
        expect(reserved).toBe(0);
    });

    it('continues while some profiles are not refused', async () => {
        const plan = (handle: string) =>
            Number(handle.slice(1)) % 15 === 0 ? { outcome: found(handle) } : { outcome: failed({ isRefusal: true }) };
        expect((await runBatch({ count: 100, plan })).ending).toBe('completed');
    });

    it('continues after a bug in one profile, which is reported as an internal error', async () => {
        const plan = (handle: string): Answer => {
            if (handle === 'p3') throw new TypeError('a bug of the source');
            return { outcome: found(handle), afterMs: 100 };
        };
        const onAnswer = (handle: string, { outcome }: Enrichment) => {
            if (handle === 'p5' && outcome.status === 'success') throw new TypeError('a bug of the taker');
        };
        const { ending, answers, bugs, reserved } = await runBatch({ count: 50, plan, onAnswer });
        expect([ending, answers.length, reserved]).toEqual(['completed', 50, 0]);
        expect(bugs).toEqual([new TypeError('a bug of the source'), new TypeError('a bug of the taker')]);
        const errors = answers.filter(({ enrichment }) => enrichment.outcome.status === 'error');
        expect(errors).toMatchObject(
            ['p3', 'p5'].map((handle) => ({
                handle,
                enrichment: { outcome: { code: 'internal_error', cause: null } },
            })),
        );
    });

    it('ends after consecutive bugs, which are reported as internal errors', async () => {
        const plan = (handle: string): Answer => {
            if (Number(handle.slice(1)) >= 10) throw new TypeError('a bug');
            return { outcome: found(handle) };
        };
        const { ending, answers, asked, reserved } = await runBatch({ count: 200, plan });
        expect(ending).toBe('internal_error');
        expect(answers.length).toBe(asked.length);
        expect(answers.length).toBeGreaterThanOrEqual(10 + bugsToGiveUp);
        expect(answers.length).toBeLessThan(200);
        expect(reserved).toBe(0);
    });

    it('ends as an internal error when the last refusals cannot be stored', async () => {
        const onAnswer = () => {
            throw new TypeError('no row can be stored');
        };
        const { ending, bugs, reserved } = await runBatch({ count: 1, plan: refuseFrom(0), onAnswer });
        expect([ending, bugs.length, reserved]).toEqual(['internal_error', 2, 0]);
    });

    it('waits for a lookup that may be released, and ends as `lookups` when none is', async () => {
        const withLookups = (count: number, givesBack: boolean) => (clock: FakeClock) => {
            let left = count;
            return {
                firstName: 'ai-ark' as const,
                async acquire() {
                    if (left === 0) return null;
                    left -= 1;
                    return { place: 0, slot: null, skipped: [] };
                },
                async enrich(profileUrl: ProfileUrl) {
                    await clock.sleep(1000);
                    if (givesBack) left += 1;
                    return { ...buildUnasked(profileUrl, 'ai-ark', internalError), attempts: 1 };
                },
            };
        };
        const plan = allFound(0);
        const kept = await runBatch({ plan, count: 12, chain: withLookups(3, true) });
        expect([kept.ending, kept.answers.length, kept.reserved]).toEqual(['completed', 12, 0]);
        const spent = await runBatch({ plan, count: 12, chain: withLookups(3, false) });
        expect([spent.ending, spent.answers.length, spent.reserved]).toEqual(['lookups', 3, 0]);
    });

    it('ends with the message of a source that became unusable', async () => {
        const plan = (handle: string): Answer => {
            if (handle === 'p3') throw new SourceUnusableError('The key is refused.');
            return { outcome: found(handle), afterMs: 100 };
        };
        const { ending, reason, answers, bugs, reserved } = await runBatch({ count: 50, plan });
        expect([ending, reason, bugs.length, reserved]).toEqual(['source', 'The key is refused.', 0, 0]);
        expect(answers.some(({ handle }) => handle === 'p3')).toBe(false);
    });
});
