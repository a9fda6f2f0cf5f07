import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { enrichBatch, refusalsToGiveUp } from '../../src/enrichment/enrich-batch.ts';
import type { Enrichment } from '../../src/enrichment/enrich-profile.ts';
import { createPacer } from '../../src/enrichment/pacer.ts';
import { buildCanonicalUrl } from '../../src/enrichment/profile-url.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { createScriptedSource, failed, found, type Answer } from '../helpers/scripted-source.ts';

type Options = {
    plan: (handle: string, attempt: number) => Answer;
    count: number;
    rate?: number;
    budget?: number;
    maxAttempts?: number;
    maxConcurrency?: number;
    stopAfterMs?: number;
    isOverloaded?: () => boolean;
};

/** A batch of `count` people, `p0` and on; what came of it, and when each was asked for. */
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
    const ending = await clock.runUntil(
        enrichBatch({
            items: Array.from({ length: count }, (_, place) => ({
                profileUrl: { handle: `p${place}`, canonicalUrl: buildCanonicalUrl(`p${place}`) },
            })),
            context: {
                source,
                pacer: createPacer({ maxRequestsPerSecond: rate, clock }),
                limits: { maxAttempts, timeoutMs: 30_000 },
                clock,
                random: () => 0.5,
                signal: abort.signal,
            },
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
            onEnriched({ profileUrl: { handle } }, enrichment) {
                answers.push({ handle, enrichment });
                reserved -= 1;
                if (enrichment.outcome.status === 'success') free -= 1;
            },
            onInFlight: (inFlight) => flights.push(inFlight),
        }),
    );
    return { ending, answers, flights, reserved, asked: source.asked, seconds: (clock.now() - startedAt) / 1000 };
}

const allFound = (afterMs: number) => (handle: string) => ({ outcome: found(handle), afterMs });

describe('a batch', () => {
    it('answers every item exactly once', async () => {
        const { ending, answers } = await runBatch({ count: 300, plan: allFound(200) });
        expect(ending).toBe('completed');
        expect(new Set(answers.map(({ handle }) => handle)).size).toBe(300);
        expect(answers).toHaveLength(300);
    });

    it.each([50, 2000])('reaches 98 %% of its rate when an answer takes %i ms', async (latencyMs) => {
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

    it('has no more under way than it was allowed', async () => {
        const { flights } = await runBatch({ count: 50, maxConcurrency: 3, plan: allFound(1000) });
        expect(Math.max(...flights)).toBe(3);
        expect(flights.at(-1)).toBe(0);
    });

    it('keeps few under way while the process has no time left', async () => {
        const { flights, ending } = await runBatch({ count: 80, plan: allFound(1000), isOverloaded: () => true });
        expect(Math.max(...flights)).toBe(8);
        expect(ending).toBe('completed');
    });

    it('stops when told: takes no more, finishes what it can, gives every reservation back', async () => {
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

    it('gives up when the source refuses one profile after the other', async () => {
        const refuse = () => ({ outcome: failed({ isRefusal: true }) });
        const { ending, answers } = await runBatch({ count: 100, plan: refuse });
        expect(ending).toBe('refused');
        expect(answers.length).toBeGreaterThanOrEqual(refusalsToGiveUp);
        expect(answers.length).toBeLessThan(100);
    });

    it('says so too when the last of the list were refused while they were under way', async () => {
        const refuse = () => ({ outcome: failed({ isRefusal: true }), afterMs: 5000 });
        const { ending, answers } = await runBatch({ count: refusalsToGiveUp, plan: refuse });
        expect([ending, answers.length]).toEqual(['refused', refusalsToGiveUp]);
    });

    it('goes on when somebody is let in now and then', async () => {
        const plan = (handle: string) =>
            Number(handle.slice(1)) % 15 === 0 ? { outcome: found(handle) } : { outcome: failed({ isRefusal: true }) };
        expect((await runBatch({ count: 100, plan })).ending).toBe('completed');
    });

    it('rejects on a bug of the source, after giving every reservation back', async () => {
        const plan = (handle: string): Answer => {
            if (handle === 'p3') throw new TypeError('a bug');
            return { outcome: found(handle), afterMs: 100 };
        };
        await expect(runBatch({ count: 50, plan })).rejects.toThrow('a bug');
    });
});
