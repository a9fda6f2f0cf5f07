import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/enrichment/clock.ts';
import type { RateHint, SourceOutcome } from '../../src/enrichment/source.ts';
import { createEnrichmentApiSource } from '../../src/sources/enrichment-api-source.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { startApi, type Account, type RunningApi } from '../helpers/api/start-api.ts';
import { startScriptedServer, type Behaviour } from '../helpers/sites/scripted-server.ts';

const path = '/v1/linkedin-profile-enrichment/enrich';

type AskOptions = {
    handle: string;
    apiKey: string;
    runKey: string;
    timeoutMs: number;
    signal: AbortSignal;
    clock: Clock;
    includesCompanyDetails: boolean;
};

function ask(
    baseUrl: string,
    {
        handle = 'example-1',
        apiKey = 'key',
        runKey = 'run-1',
        timeoutMs = 5000,
        signal = new AbortController().signal,
        clock = systemClock,
        includesCompanyDetails = false,
    }: Partial<AskOptions> = {},
): Promise<{ outcome: SourceOutcome; hints: RateHint[] }> {
    const hints: RateHint[] = [];
    return createEnrichmentApiSource({ baseUrl, apiKey, runKey, clock })
        .fetchProfile({ handle, includesCompanyDetails, timeoutMs, signal, onRateHint: (hint) => hints.push(hint) })
        .then((outcome) => ({ outcome, hints }));
}

describe('the enrichment API as a source, with a real API', () => {
    let api: RunningApi;
    let account: Account;

    beforeAll(async () => {
        api = await startApi();
    });
    afterAll(() => api.stop());
    beforeEach(async () => {
        account = await api.createAccount(2);
        await api.clock.step(1000);
    });

    const askApi = (options: Parameters<typeof ask>[1] = {}) => ask(api.origin, { apiKey: account.key, ...options });

    it('finds a profile, for one credit', async () => {
        const { outcome } = await askApi();
        expect(outcome).toMatchObject({ kind: 'found', handle: 'example-1', profile: { identifier: 'example-1' } });
        expect(await api.usage(account)).toMatchObject({ used: 1 });
    });

    it('returns company details where requested, or why there are none', async () => {
        const { key: apiKey } = await api.createAccount(5);
        const wanted = { includesCompanyDetails: true, apiKey };
        const { outcome } = await askApi({ ...wanted, handle: 'at-moved-1' });
        expect(outcome).toMatchObject({ kind: 'found', companyDetails: { name: 'School Of Moved-1' } });
        const missing = (await askApi({ ...wanted, handle: 'at-missing-1' })).outcome;
        expect(missing).toMatchObject({ kind: 'found', companyDetails: null, companyStatus: 'not_found' });
        // The same run requests it without company details as well.
        const unwanted = (await askApi({ apiKey, handle: 'at-missing-1' })).outcome;
        expect(unwanted).toMatchObject({ kind: 'found', companyDetails: null });
        expect(unwanted).not.toHaveProperty('companyStatus');
    });

    it('is not billed twice for a profile that the same run requests again', async () => {
        const first = await askApi();
        const second = await askApi();
        expect(second.outcome).toEqual(first.outcome);
        expect(await api.usage(account)).toMatchObject({ used: 1 });
        await askApi({ runKey: 'run-2' });
        expect(await api.usage(account)).toMatchObject({ used: 2 });
    });

    it('reports not found, and the new handle of a renamed profile', async () => {
        expect((await askApi({ handle: 'not-found-1' })).outcome).toEqual({ kind: 'not_found' });
        expect((await askApi({ handle: 'moved-1' })).outcome).toMatchObject({
            kind: 'found',
            handle: 'example-900001',
        });
    });

    it('reports a failure as retryable', async () => {
        expect((await askApi({ handle: 'wall-1' })).outcome).toMatchObject({
            kind: 'failed',
            code: 'upstream_error',
            isRetryable: true,
            isRefusal: true,
        });
    });

    it('passes on the rate-limit headers', async () => {
        const hints = await api.clock.standStill(async () => {
            const seen: RateHint[] = [];
            for (let index = 0; index < 4; index += 1) {
                seen.push(...(await askApi({ handle: `not-found-${index}` })).hints);
            }
            return seen;
        });
        expect(hints.map(({ remaining }) => remaining)).toEqual([3, 2, 1, 0]);
    });

    it('is unusable when the key is refused or a test key, and when no credits are left', async () => {
        await expect(askApi({ apiKey: 'wrong' })).rejects.toThrow('The enrichment API refuses the API key.');
        await expect(askApi({ apiKey: account.testKey })).rejects.toThrow('The API key is a test key');
        const poor = await api.createAccount(0);
        await expect(askApi({ apiKey: poor.key })).rejects.toThrow('has no credits left');
    });
});

describe('the enrichment API as a source, with scripted responses', () => {
    let older: RunningApi;
    let olderAccount: Account;
    beforeAll(async () => {
        older = await startApi();
        olderAccount = await older.createAccount();
    });
    afterAll(() => older.stop());

    const error = (code: string, retryable: boolean) =>
        JSON.stringify({ error: { code, message: 'm.', retryable, request_id: 'req_x' } });
    const answer =
        (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
        (response) =>
            response.writeHead(status, headers).end(body);

    async function askScripted(behaviour: Behaviour, options: Parameters<typeof ask>[1] = {}) {
        const server = await startScriptedServer({ [path]: behaviour });
        try {
            return await ask(server.origin, options);
        } finally {
            await server.close();
        }
    }

    it.each([
        [
            429,
            error('rate_limit_exceeded', true),
            { 'retry-after': '2' },
            { code: 'rate_limit_exceeded', isRetryable: true, pause: { ms: 2000, scope: 'queue' } },
        ],
        [
            503,
            error('overloaded', true),
            { 'retry-after': '1' },
            { code: 'upstream_error', isRetryable: true, pause: { ms: 1000, scope: 'url' } },
        ],
        [504, error('upstream_timeout', true), {}, { code: 'upstream_timeout', isRetryable: true }],
        [500, error('internal_error', true), {}, { code: 'upstream_error', isRetryable: true }],
        [422, error('validation_failed', false), {}, { code: 'upstream_error', isRetryable: false, isRefusal: false }],
        [502, '<html>', {}, { code: 'upstream_error', isRetryable: true }],
        [302, '', { location: 'http://127.0.0.1:1/' }, { code: 'upstream_error', isRetryable: false }],
        [200, '{"data":{"status":"success"}}', {}, { code: 'upstream_error', isRetryable: false }],
        [200, 'nonsense', {}, { code: 'upstream_error', isRetryable: false }],
    ])('maps status %i with %s to an outcome', async (status, body, headers, expected) => {
        const { outcome } = await askScripted(answer(status, body, headers));
        expect(outcome).toMatchObject({ kind: 'failed', ...expected });
    });

    it('waits until the date in a `Retry-After` by the server’s clock', async () => {
        const clock = new FakeClock(Date.parse('2026-03-01T10:00:00Z'));
        const date = new Date(clock.now()).toUTCString();
        const busy = answer(503, '', { date, 'retry-after': 'Sun, 01 Mar 2026 10:00:06 GMT' });
        const { outcome } = await askScripted(busy, { clock });
        expect(outcome).toMatchObject({ isRetryable: true, pause: { ms: 6000, scope: 'url' } });
    });

    it.each([-60_000, 60_000])('never waits longer than one rate window when its clock is %i ms off', async (offMs) => {
        const server = Date.parse('2026-03-01T10:00:00Z');
        const clock = new FakeClock(server + offMs);
        const headers = {
            date: new Date(server).toUTCString(),
            'x-ratelimit-remaining': '0',
            'x-ratelimit-reset': String(server / 1000 + 1),
        };
        const { hints } = await askScripted(answer(404, '', headers), { clock });
        expect(hints).toEqual([{ remaining: 0, resetsInMs: 1000 }]);
        // Without a `Date`, the wait is limited to one window.
        const undated = await askScripted(answer(404, '', { ...headers, date: '' }), { clock });
        expect(undated.hints[0]?.resetsInMs).toBeLessThanOrEqual(1000);
        const busy = answer(503, '', { ...headers, 'retry-after': 'Sun, 01 Mar 2026 10:00:06 GMT' });
        expect((await askScripted(busy, { clock })).outcome).toMatchObject({ pause: { ms: 6000 } });
    });

    it('reads the profile of an older deployment without the fields added since', async () => {
        const { outcome: today } = await ask(older.origin, { apiKey: olderAccount.key });
        const profile: Record<string, unknown> = today.kind === 'found' ? { ...today.profile } : {};
        for (const later of ['badges', 'articles', 'masked_sections', 'recommendations_count']) delete profile[later];
        const canonical_url = 'https://www.linkedin.com/in/example-1/';
        const body = (changes: object) =>
            JSON.stringify({
                data: { status: 'success', canonical_url, profile: { ...profile, ...changes } },
                meta: { mode: 'live' },
            });
        const { outcome } = await askScripted(answer(200, body({})));
        expect(outcome).toMatchObject({ kind: 'found', profile: { badges: null, articles: [], masked_sections: [] } });
        for (const broken of [{ full_name: undefined }, { headline: 7 }, { skills: null }]) {
            expect((await askScripted(answer(200, body(broken)))).outcome).toMatchObject({ code: 'upstream_error' });
        }
    });

    it('never quotes a response, nor a key that cannot be sent in a header', async () => {
        const { outcome } = await askScripted(answer(500, error('a text of somebody else', true)));
        expect(outcome).toMatchObject({ kind: 'failed', detail: 'status 500' });
        const asked = ask('http://127.0.0.1:1', { apiKey: 'canary\nkey' });
        await expect(asked).rejects.toThrow(/^The enrichment API refuses the API key/);
    });

    it('does not pause the queue for a profile that is in progress', async () => {
        const { outcome } = await askScripted(answer(409, error('request_in_progress', true), { 'retry-after': '1' }));
        expect(outcome).toMatchObject({ kind: 'failed', isRetryable: true, isRefusal: false });
        expect(outcome).not.toHaveProperty('pause');
    });

    it('fails when the server does not respond, breaks off, sends too much or is down', async () => {
        const silent = await askScripted(() => {}, { timeoutMs: 100 });
        expect(silent.outcome).toMatchObject({ code: 'upstream_timeout', isRetryable: true });
        const broken = await askScripted((response) => {
            response.writeHead(200, { 'content-length': '100' }).write('{');
            setImmediate(() => response.destroy());
        });
        expect(broken.outcome).toMatchObject({ code: 'upstream_error', isRetryable: true });
        const huge = await askScripted(answer(200, 'x'.repeat(11 * 1024 * 1024)));
        expect(huge.outcome).toMatchObject({ code: 'upstream_error', isRetryable: false });
        expect((await ask('http://127.0.0.1:1')).outcome).toMatchObject({ code: 'upstream_error', isRefusal: true });
    });

    it('aborts with the run', async () => {
        const run = new AbortController();
        const asked = askScripted(() => run.abort(new Error('the run is ending')), { signal: run.signal });
        await expect(asked).rejects.toThrow('the run is ending');
    });
});
