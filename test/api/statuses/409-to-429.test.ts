import { describe, expect, it } from 'vitest';
import { createHoldBack } from '../../../src/api/admit.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { account, api, checks, many, one, useApi } from '../../helpers/api/use-api.ts';
import type { ApiResponse } from '../../helpers/api/start-api.ts';

useApi();

describe('409', () => {
    it('is for an Idempotency-Key in progress, which does not affect the first request', async () => {
        const headers = { 'Idempotency-Key': 'k' };
        const first = api.post(one('slow-1'), account.key, { headers });
        await expect.poll(() => api.fetched).toEqual(['slow-1']);
        const second = await api.post(one('slow-1'), account.key, { headers });
        checks.expectError(second, 409, 'request_in_progress', true);
        expect(second.headers.get('retry-after')).toBe('1');
        const response = await first;
        expect(response.status).toBe(200);
        expect((await api.post(one('slow-1'), account.key, { headers })).text).toBe(response.text);
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
    });
});

describe('a repeated 429', () => {
    it('is sent without reading the request', async () => {
        const statuses = await api.clock.standStill(async () => {
            const told: number[] = [];
            for (let n = 0; n < 6; n += 1)
                told.push((await api.post('nonsense', account.testKey, { isSameSecond: true })).status);
            return told;
        });
        expect(statuses).toEqual([400, 400, 400, 400, 429, 429]);
    });

    it('is delayed, up to a hundred at once', async () => {
        const clock = new FakeClock();
        const holdBack = createHoldBack(clock);
        let done = 0;
        const waiting = Array.from({ length: 150 }, () => holdBack().then(() => (done += 1)));
        await clock.advance(0);
        expect(done).toBe(50);
        await clock.advance(200);
        await Promise.all(waiting);
        expect(done).toBe(150);
    });
});

describe('422', () => {
    it('is for a real person requested with a test key, instead of not found', async () => {
        const response = await api.post(one('ada-exemplar'), account.testKey);
        checks.expectError(response, 422, 'validation_failed', false);
        expect(response.json.error.message).toBe('This is no sandbox profile: use a live key.');
        const { json } = await api.post(many('ada-exemplar', 'example-1'), account.testKey);
        expect(json.data.map(({ code, status }: { code?: string; status: string }) => code ?? status)).toEqual([
            'validation_failed',
            'success',
        ]);
    });

    it.each([
        '',
        'example-1',
        'http://www.linkedin.com/in/example-1/',
        'https://linkedin.com/in/example-1/',
        'https://WWW.linkedin.com/in/example-1/',
        'https://www.linkedin.com:443/in/example-1/',
        'https://www.linkedin.com/in/example-1/?trk=x',
        'https://www.linkedin.com/in/example-1/details',
        'https://www.linkedin.com/in/',
        'https://www.linkedin.com/company/example/',
        'https://www.linkedin.com/in/ACoAAB1234567890',
        'https://www.linkedin.com.evil.example/in/example-1/',
    ])('is for %j, without a credit', async (url) => {
        checks.expectError(await api.post({ url }, account.key), 422, 'validation_failed', false);
        expect(api.fetched).toEqual([]);
    });

    it('says what the URL is, or which one to send', async () => {
        const messageOf = async (url: string) => (await api.post({ url }, account.key)).json.error.message as unknown;
        expect(await messageOf('https://www.linkedin.com/company/example/')).toBe(
            'This is a company page, not a person. Give the URL of a profile (linkedin.com/in/…).',
        );
        const tracked = 'https://de.linkedin.com/in/Example-1?trk=x';
        const advice = 'Use https://www.linkedin.com/in/example-1/ instead.';
        expect(await messageOf(tracked)).toContain(advice);
        const batch = await api.post({ urls: [tracked] }, account.key);
        expect(batch.json.data[0].message).toContain(advice);
    });

    it('is stored for the Idempotency-Key', async () => {
        const headers = { 'Idempotency-Key': 'k' };
        const first = await api.post({ url: 'nonsense' }, account.key, { headers });
        const second = await api.post({ url: 'nonsense' }, account.key, { headers });
        expect(second.text).toBe(first.text);
        expect(second.headers.get('idempotent-replayed')).toBe('true');
    });

    it('is for an Idempotency-Key reused with another body', async () => {
        const headers = { 'Idempotency-Key': 'k' };
        await api.post(one('example-1'), account.key, { headers });
        checks.expectError(await api.post(one('example-2'), account.key, { headers }), 422, 'validation_failed', false);
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
    });

    it('has precedence over an empty balance: such a request costs nothing', async () => {
        const poor = await api.createAccount(0);
        checks.expectError(await api.post({ url: 'nonsense' }, poor.key), 422, 'validation_failed', false);
    });
});

describe('429', () => {
    it('is for the fifth request of a second', async () => {
        const responses = await api.clock.standStill(async () => {
            const sent: ApiResponse[] = [];
            for (let index = 0; index < 5; index += 1) {
                sent.push(await api.post(one('not-found-1'), account.key, { isSameSecond: true }));
            }
            // Test keys are counted separately.
            expect((await api.post(one('not-found-1'), account.testKey, { isSameSecond: true })).status).toBe(200);
            return sent;
        });
        expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429]);
        expect(responses.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['3', '2', '1', '0', '0']);
        expect(new Set(responses.map(({ headers }) => headers.get('x-ratelimit-limit')))).toEqual(new Set(['4']));
        const last = responses[4] as ApiResponse;
        checks.expectError(last, 429, 'rate_limit_exceeded', true);
        expect(last.headers.get('retry-after')).toBe('1');
    });

    it('uses no credit and no Idempotency-Key; a replay counts as a request', async () => {
        const headers = { 'Idempotency-Key': 'k' };
        await api.clock.standStill(async () => {
            for (let index = 0; index < 4; index += 1) {
                await api.post(one('example-1'), account.key, {
                    headers: { 'Idempotency-Key': 'other' },
                    isSameSecond: true,
                });
            }
            const fifth = await api.post(one('example-2'), account.key, { headers, isSameSecond: true });
            expect(fifth.status).toBe(429);
        });
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
        expect((await api.post(one('example-3'), account.key, { headers })).status).toBe(200);
    });

    it('has the end of the window in Unix seconds', async () => {
        await api.clock.standStill(async () => {
            const { headers } = await api.post(one('not-found-1'), account.key, { isSameSecond: true });
            expect(Number(headers.get('x-ratelimit-reset'))).toBe((await api.clock.now()) / 1000 + 1);
        });
    });

    it('does not affect other accounts', async () => {
        const other = await api.createAccount();
        await api.clock.standStill(async () => {
            for (let index = 0; index < 5; index += 1) {
                await api.post(one('not-found-1'), account.key, { isSameSecond: true });
            }
            expect((await api.post(one('not-found-1'), other.key, { isSameSecond: true })).status).toBe(200);
        });
    });

    it('follows the plan of the account', async () => {
        const quick = await api.createAccount(10, { rate: 7 });
        await api.clock.standStill(async () => {
            const statuses: number[] = [];
            for (let index = 0; index < 8; index += 1) {
                const { status, headers } = await api.post(one('not-found-1'), quick.key, { isSameSecond: true });
                statuses.push(status);
                expect(headers.get('x-ratelimit-limit')).toBe('7');
            }
            expect(statuses).toEqual([...Array.from({ length: 7 }, () => 200), 429]);
        });
    });

    it('is for an account with too many waiting URLs, and for no other account', async () => {
        const greedy = await api.createAccount(1000, { rate: 1 });
        const hundred = (round: number) =>
            many(...Array.from({ length: 100 }, (_, index) => `not-found-${round * 100 + index}`));
        const hangUp = new AbortController();
        for (const round of [1, 2]) {
            await api.clock.step(1000);
            fetch(`${api.origin}/v1/linkedin-profile-enrichment/enrich`, {
                method: 'POST',
                body: JSON.stringify(hundred(round)),
                headers: { Authorization: `Bearer ${greedy.key}` },
                signal: hangUp.signal,
            }).catch(() => {});
            await expect.poll(async () => (await api.usage(greedy)).reserved).toBe(round * 100);
        }
        const third = await api.post(hundred(3), greedy.key);
        checks.expectError(third, 429, 'rate_limit_exceeded', true);
        expect(third.headers.get('retry-after')).toBe('2');
        expect(third.headers.get('x-ratelimit-limit')).toBe('1');
        expect((await api.post(one('not-found-1'), account.key)).status).toBe(200);
        hangUp.abort();
        await expect.poll(async () => (await api.usage(greedy)).reserved).toBe(0);
    });
});
