import { describe, expect, it } from 'vitest';
import { createEnricher, type EnricherSettings } from '../../../src/api/enrich/enricher.ts';
import { parseProfileUrl, type ProfileUrl } from '../../../src/enrichment/profile-url/profile-url.ts';
import type { FailedOutcome, Source } from '../../../src/enrichment/source.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

function urlOf(handle: string): ProfileUrl {
    const parsing = parseProfileUrl(`linkedin.com/in/${handle}`);
    if (!parsing.ok) throw new Error(parsing.reason);
    return parsing.profileUrl;
}

const ask = (mode: 'live' | 'test', budgetMs = 8000) => ({
    caller: { tenantId: 'ten_1', mode },
    budgetMs,
    requiredFields: [],
    includesCompanyDetails: false,
});

const unused = () => Promise.reject(new Error('no provider is asked here'));

/** An enricher whose source takes this long for each page, and finds no one. */
function start(settings: EnricherSettings, latencyMs = 100) {
    const clock = new FakeClock();
    const begunAt = clock.now();
    const sentAt: number[] = [];
    let atWork = 0;
    let most = 0;
    const source: Source = {
        name: 'public-page',
        async fetchProfile({ signal, onSent }) {
            onSent?.();
            sentAt.push(clock.now() - begunAt);
            atWork += 1;
            most = Math.max(most, atWork);
            await clock.sleep(latencyMs, signal).finally(() => (atWork -= 1));
            return {
                kind: 'failed',
                code: 'upstream_error',
                cause: 'server_error',
                isRetryable: true,
                isRefusal: false,
                detail: '',
            };
        },
        close: async () => {},
    };
    const lookups = { reserveLookup: unused, releaseLookup: unused };
    const sources = { live: [source], test: [source] };
    const enricher = createEnricher({ sources, lookups, clock, random: () => 0, settings });
    return { clock, sentAt, enricher, mostAtWork: () => most };
}

describe('the settings of a Standby run', () => {
    it('limit the rate towards the source, retries included', async () => {
        const { clock, sentAt, enricher } = start({ maxRequestsPerSecond: 2, maxAttempts: 2 });
        await clock.runUntil(
            Promise.all(['ada', 'bob', 'cyd'].map((handle) => enricher.enrich(urlOf(handle), ask('live')))),
        );
        expect(sentAt).toHaveLength(6);
        const inOneSecond = sentAt.map((at) => sentAt.filter((other) => other >= at && other < at + 1000).length);
        expect(Math.max(...inOneSecond)).toBe(2);
    });

    it('limit the attempts, the concurrent lookups and the time of a URL', async () => {
        const { clock, sentAt, enricher, mostAtWork } = start({ maxAttempts: 5, maxConcurrency: 2 });
        await clock.runUntil(
            Promise.all(['ada', 'bob', 'cyd'].map((handle) => enricher.enrich(urlOf(handle), ask('live')))),
        );
        expect(sentAt).toHaveLength(15);
        expect(mostAtWork()).toBe(2);

        const slow = start({ timeoutMs: 2000, maxAttempts: 1 }, 60_000);
        const { outcome, durationMs } = await slow.clock.runUntil(slow.enricher.enrich(urlOf('ada'), ask('live')));
        expect(outcome).toMatchObject({ status: 'error', code: 'upstream_timeout' });
        expect(durationMs).toBeLessThan(2500);
    });

    it('never give a URL more than eight seconds', async () => {
        const { clock, enricher } = start({ timeoutMs: 30_000, maxAttempts: 1 }, 60_000);
        const { durationMs } = await clock.runUntil(enricher.enrich(urlOf('ada'), ask('live')));
        expect(durationMs).toBeLessThan(8500);
    });
});

it('has one rate for all accounts together, which the sandbox does not use', async () => {
    const { clock, sentAt, enricher } = start({ maxRequestsPerSecond: 2, maxAttempts: 1 });
    const live = ['ada', 'bob', 'cyd', 'dan'].map((handle) => enricher.enrich(urlOf(handle), ask('live')));
    const test = ['eve', 'fay'].map((handle) => enricher.enrich(urlOf(handle), ask('test')));
    await clock.runUntil(Promise.all([...live, ...test]));
    expect(sentAt.filter((at) => at < 1000)).toHaveLength(4);
    expect(sentAt).toHaveLength(6);
});

describe('createEnricher', () => {
    it('fetches once for concurrent requests for one person, and again afterwards', async () => {
        const { clock, sentAt, enricher } = start({ maxAttempts: 1 });
        const both = ['Ada', 'ada'].map((handle) => enricher.enrich(urlOf(handle), ask('live')));
        await clock.runUntil(Promise.all(both));
        expect(sentAt).toHaveLength(1);
        await clock.runUntil(enricher.enrich(urlOf('ada'), ask('live')));
        expect(sentAt).toHaveLength(2);
    });

    it('shares nothing between live and test keys', async () => {
        const { clock, sentAt, enricher } = start({ maxAttempts: 1 });
        await clock.runUntil(
            Promise.all([enricher.enrich(urlOf('ada'), ask('live')), enricher.enrich(urlOf('ada'), ask('test'))]),
        );
        expect(sentAt).toHaveLength(2);
    });

    it('uses only the rest of the caller’s time', async () => {
        const { clock, enricher } = start({ maxAttempts: 1 }, 60_000);
        const { durationMs } = await clock.runUntil(enricher.enrich(urlOf('ada'), ask('live', 3000)));
        expect(durationMs).toBeLessThan(3500);
    });
});

describe('the time of a retry', () => {
    const fault: FailedOutcome = {
        kind: 'failed',
        code: 'upstream_error',
        cause: 'server_error',
        isRetryable: true,
        isRefusal: false,
        detail: '',
    };
    const wall: FailedOutcome = { ...fault, cause: 'wall', isRefusal: true };

    it.each<[what: string, failure: FailedOutcome, retryAfterMs: number | undefined]>([
        ['a challenge that pauses the one address', { ...wall, pause: { ms: 15_000, scope: 'queue' } }, 15_000],
        ['a 429 with a Retry-After', { ...wall, cause: 'rate_limited', pause: { ms: 90_000, scope: 'queue' } }, 90_000],
        ['a 503 with a Retry-After', { ...fault, pause: { ms: 120_000, scope: 'url' } }, 120_000],
        ['a wall behind a proxy, which names no pause', wall, 5000],
        ['an error without a Retry-After', fault, undefined],
    ])('is returned after %s, for live and test keys', async (_, failure, retryAfterMs) => {
        for (const mode of ['live', 'test'] as const) {
            const clock = new FakeClock();
            const source: Source = { name: 'public-page', fetchProfile: async () => failure, close: async () => {} };
            const enricher = createEnricher({
                sources: { live: [source], test: [source] },
                lookups: { reserveLookup: unused, releaseLookup: unused },
                clock,
                random: () => 0,
                settings: { maxAttempts: 1 },
            });
            expect((await clock.runUntil(enricher.enrich(urlOf('ada'), ask(mode)))).retryAfterMs).toBe(retryAfterMs);
        }
    });
});
