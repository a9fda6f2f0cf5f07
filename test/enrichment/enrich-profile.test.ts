import { describe, expect, it } from 'vitest';
import { enrichProfile } from '../../src/enrichment/enrich-profile.ts';
import { createPacer } from '../../src/enrichment/pacer.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { createScriptedSource, failed, found, type Answer } from '../helpers/scripted-source.ts';

const profileUrl = { handle: 'ada', canonicalUrl: 'https://www.linkedin.com/in/ada/' };

/** Asks for one profile with answers in turn, the last one again and again; the longest possible back-off. */
async function enrich(answers: Answer[], limits = { maxAttempts: 4, timeoutMs: 30_000 }) {
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
            },
            { markSent() {} },
        ),
    );
    return { enrichment, tookMs: clock.now() - startedAt, asked: source.asked, startedAt };
}

describe('one profile', () => {
    it('is asked for again after a failure that may pass, later each time', async () => {
        const { enrichment, asked, startedAt } = await enrich([
            { outcome: failed() },
            { outcome: failed() },
            { outcome: found('ada') },
        ]);
        expect(enrichment).toMatchObject({ outcome: { status: 'success' }, attempts: 3 });
        expect(asked.map(({ at }) => Math.round((at - startedAt) / 100) * 100)).toEqual([0, 500, 1500]);
    });

    it('is not asked for again after an answer that stays: not found, or a failure for good', async () => {
        expect((await enrich([{ outcome: { kind: 'not_found' } }])).enrichment).toMatchObject({ attempts: 1 });
        const { enrichment } = await enrich([{ outcome: failed({ isRetryable: false }) }]);
        expect(enrichment).toMatchObject({ attempts: 1, outcome: { status: 'error', code: 'upstream_error' } });
    });

    it('is given up after its tries, with the last failure', async () => {
        const { enrichment } = await enrich([{ outcome: failed() }, { outcome: failed({ code: 'upstream_timeout' }) }]);
        expect(enrichment).toMatchObject({ attempts: 4, outcome: { code: 'upstream_timeout' }, fetchedAt: null });
    });

    it('never takes longer than its time, and leaves room for a second try when the first one hangs', async () => {
        const { enrichment, tookMs, asked } = await enrich([{ outcome: found('ada'), afterMs: 60_000 }], {
            maxAttempts: 10,
            timeoutMs: 10_000,
        });
        expect(enrichment.outcome).toMatchObject({ code: 'upstream_timeout' });
        expect(tookMs).toBeLessThanOrEqual(10_000);
        expect(asked.length).toBeGreaterThan(1);
        expect(asked[0]?.timeoutMs).toBe(5_000);
    });

    it('waits exactly as long as the source asks, and that wait is not on the profile’s account', async () => {
        const { enrichment, asked, startedAt } = await enrich(
            [{ outcome: failed({ code: 'rate_limit_exceeded', retryAfterMs: 45_000 }) }, { outcome: found('ada') }],
            { maxAttempts: 4, timeoutMs: 10_000 },
        );
        expect(enrichment.outcome.status).toBe('success');
        expect((asked[1]?.at ?? 0) - startedAt).toBe(45_000);
    });

    it('gives up a source that asks to wait longer than five minutes', async () => {
        const { enrichment } = await enrich([{ outcome: failed({ retryAfterMs: 300_001 }) }]);
        expect(enrichment.attempts).toBe(1);
    });

    it('is no success with a name and nothing else', async () => {
        const { enrichment } = await enrich([{ outcome: found('ada', { headline: null }) }]);
        expect(enrichment).toMatchObject({ outcome: { status: 'error', code: 'upstream_error' }, isRefused: true });
    });

    it('carries the address of the profile that answered', async () => {
        const { enrichment } = await enrich([{ outcome: found('ada-lovelace') }]);
        expect(enrichment.canonicalUrl).toBe('https://www.linkedin.com/in/ada-lovelace/');
    });

    it('rejects when the run ends, without an answer', async () => {
        const clock = new FakeClock();
        const controller = new AbortController();
        const source = createScriptedSource(clock, () => ({ outcome: found('ada'), afterMs: 5_000 }));
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
        controller.abort(new Error('the run is ending'));
        await expect(enriching).rejects.toThrow('the run is ending');
    });
});
