import { describe, expect, it } from 'vitest';
import { enrichProfile, type EnrichProfileContext } from '../../src/enrichment/enrich-profile.ts';
import { createPacer } from '../../src/enrichment/pacer.ts';
import type { Source } from '../../src/enrichment/source.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { createScriptedSource, failed, found, type Answer } from '../helpers/sources/scripted-source.ts';

const profileUrl = { handle: 'ada', canonicalUrl: 'https://www.linkedin.com/in/ada/' };

/** Enriches one profile from scripted answers, the last one repeated, with the longest possible back-off. */
async function enrich(
    answers: Answer[],
    limits = { maxAttempts: 4, timeoutMs: 30_000 },
    more: Partial<EnrichProfileContext> = {},
) {
    const clock = new FakeClock();
    const startedAt = clock.now();
    const source = createScriptedSource(clock, (_, attempt) => answers[Math.min(attempt, answers.length) - 1]!);
    const pacer = createPacer({ maxRequestsPerSecond: 100, clock });
    const enrichment = await clock.runUntil(
        enrichProfile(
            profileUrl,
            {
                source,
                pacer,
                limits,
                clock,
                random: () => 0.999,
                signal: new AbortController().signal,
                ...more,
            },
            { markSent() {} },
        ),
    );
    return { enrichment, tookMs: clock.now() - startedAt, asked: source.asked, startedAt };
}

describe('one profile', () => {
    it('is retried after a retryable failure, with growing delays', async () => {
        const { enrichment, asked, startedAt } = await enrich([
            { outcome: failed() },
            { outcome: failed() },
            { outcome: found('ada') },
        ]);
        expect(enrichment).toMatchObject({ outcome: { status: 'success' }, attempts: 3 });
        expect(asked.map(({ at }) => Math.round((at - startedAt) / 100) * 100)).toEqual([0, 500, 1500]);
    });

    it('is not retried after not found or a permanent failure', async () => {
        expect((await enrich([{ outcome: { kind: 'not_found' } }])).enrichment).toMatchObject({ attempts: 1 });
        const { enrichment } = await enrich([{ outcome: failed({ isRetryable: false }) }]);
        expect(enrichment).toMatchObject({ attempts: 1, outcome: { status: 'error', code: 'upstream_error' } });
    });

    it('rejects on a bug even while the run is ending, and is interrupted by its signal', async () => {
        const ending = new AbortController();
        const clock = new FakeClock();
        const ask = (error: () => unknown) => {
            const source = { ...createScriptedSource(clock, () => ({ outcome: found('ada') })) };
            source.fetchProfile = async () => {
                ending.abort(new Error('the run is ending'));
                throw error();
            };
            return enrich([{ outcome: found('ada') }], undefined, { source, signal: ending.signal });
        };
        await expect(ask(() => new TypeError('a bug'))).rejects.toThrow('a bug');
        expect((await ask(() => ending.signal.reason)).enrichment).toMatchObject({ isInterrupted: true });
    });

    it('fails after its attempts, with the last failure', async () => {
        const { enrichment } = await enrich([{ outcome: failed() }, { outcome: failed({ code: 'upstream_timeout' }) }]);
        expect(enrichment).toMatchObject({ attempts: 4, outcome: { code: 'upstream_timeout' }, fetchedAt: null });
    });

    it('never exceeds its time budget, and leaves room for a second attempt when the first one hangs', async () => {
        const { enrichment, tookMs, asked } = await enrich([{ outcome: found('ada'), afterMs: 60_000 }], {
            maxAttempts: 10,
            timeoutMs: 10_000,
        });
        expect(enrichment.outcome).toMatchObject({ code: 'upstream_timeout' });
        expect(tookMs).toBeLessThanOrEqual(10_000);
        expect(asked.length).toBeGreaterThan(1);
        expect(asked[0]?.timeoutMs).toBe(5_000);
    });

    it.each(['url', 'queue'] as const)(
        'waits exactly as long as the source asks, and the first such pause is not counted (%s)',
        async (scope) => {
            const { enrichment, asked, startedAt } = await enrich(
                [{ outcome: failed({ pause: { ms: 45_000, scope } }) }, { outcome: found('ada') }],
                { maxAttempts: 4, timeoutMs: 10_000 },
            );
            expect(enrichment.outcome.status).toBe('success');
            expect((asked[1]?.at ?? 0) - startedAt).toBe(45_000);
        },
    );

    it.each(['url', 'queue'] as const)(
        'takes at most its first pause and its time budget, however often it is asked to wait (%s)',
        async (scope) => {
            const { enrichment, tookMs } = await enrich([{ outcome: failed({ pause: { ms: 25_000, scope } }) }], {
                maxAttempts: 10,
                timeoutMs: 30_000,
            });
            expect(enrichment).toMatchObject({ attempts: 3, outcome: { status: 'error' } });
            expect(tookMs).toBe(50_000);
        },
    );

    it('gives up when the source asks for more than five minutes', async () => {
        const { enrichment } = await enrich([{ outcome: failed({ pause: { ms: 300_001, scope: 'url' } }) }]);
        expect(enrichment.attempts).toBe(1);
    });

    it('gives up when other profiles extend the pause of the queue beyond its limit', async () => {
        const clock = new FakeClock();
        const startedAt = clock.now();
        const source = createScriptedSource(clock, () => ({
            outcome: failed({
                code: 'rate_limit_exceeded',
                cause: 'rate_limited',
                pause: { ms: 60_000, scope: 'queue' },
            }),
        }));
        const pacer = createPacer({ maxRequestsPerSecond: 100, clock });
        const context = { source, pacer, limits: { maxAttempts: 9, timeoutMs: 30_000 }, clock, random: () => 0 };
        const enriching = enrichProfile(
            profileUrl,
            { ...context, signal: new AbortController().signal },
            { markSent() {} },
        );
        for (let minute = 1; minute < 20; minute += 1)
            void clock.sleep(minute * 50_000).then(() => pacer.pause(60_000));
        const enrichment = await clock.runUntil(enriching);
        expect(enrichment).toMatchObject({ attempts: 1, outcome: { code: 'rate_limit_exceeded' } });
        expect(clock.now() - startedAt).toBe(300_000);
    });

    it('does not count waiting for the pacer at a redirect or before a second attempt', async () => {
        const clock = new FakeClock();
        const pacer = createPacer({ maxRequestsPerSecond: 0.1, clock });
        const times: number[] = [];
        const source: Source = {
            name: 'public-page',
            async fetchProfile({ timeoutMs, awaitTurn }) {
                times.push(timeoutMs);
                await awaitTurn?.();
                return times.length === 1 ? failed() : found('ada');
            },
            async close() {},
        };
        const signal = new AbortController().signal;
        const limits = { maxAttempts: 2, timeoutMs: 5_000 };
        const first = await pacer.acquire({ signal });
        const enrichment = await clock.runUntil(
            enrichProfile(profileUrl, { source, pacer, limits, clock, random: () => 0, signal }, first),
        );
        expect(enrichment.outcome.status).toBe('success');
        expect(times).toEqual([2_500, 5_000]);
    });

    it('fails at once when a pause would outlast the run', async () => {
        const { enrichment, tookMs } = await enrich(
            [{ outcome: failed({ code: 'rate_limit_exceeded', pause: { ms: 20_000, scope: 'queue' } }) }],
            undefined,
            { getRunLeftMs: () => 19_000 },
        );
        expect(enrichment).toMatchObject({ attempts: 1, outcome: { code: 'rate_limit_exceeded' } });
        expect(tookMs).toBe(0);
    });

    it('is not found with a name and nothing else', async () => {
        const { enrichment } = await enrich([{ outcome: found('ada', { headline: null }) }]);
        expect(enrichment).toMatchObject({ outcome: { status: 'error', code: 'upstream_error' }, isRefused: true });
    });

    it('has the URL of the profile returned', async () => {
        const { enrichment } = await enrich([{ outcome: found('ada-lovelace') }]);
        expect(enrichment.canonicalUrl).toBe('https://www.linkedin.com/in/ada-lovelace/');
    });

    it.each([
        [
            'it was answered',
            [{ outcome: found('ada'), afterMs: 5_000 }],
            { code: 'upstream_timeout', cause: 'timeout' },
        ],
        [
            'its second attempt, with what happened to the first',
            [{ outcome: failed({ cause: 'wall' }) }, { outcome: found('ada'), afterMs: 5_000 }],
            { code: 'upstream_error', cause: 'wall' },
        ],
    ] as const)('is interrupted when the run ends before %s', async (_name, answers, outcome) => {
        const clock = new FakeClock();
        const controller = new AbortController();
        const source = createScriptedSource(clock, (_, attempt) => answers[attempt - 1]!);
        const enriching = enrichProfile(
            profileUrl,
            {
                source,
                pacer: createPacer({ maxRequestsPerSecond: 4, clock }),
                limits: { maxAttempts: 4, timeoutMs: 30_000 },
                clock,
                random: () => 0,
                signal: controller.signal,
            },
            { markSent() {} },
        );
        await clock.advance(1_000);
        controller.abort(new Error('the run is ending'));
        await expect(enriching).resolves.toMatchObject({ isInterrupted: true, outcome, attempts: answers.length });
    });
});
