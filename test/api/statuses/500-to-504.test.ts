import { describe, expect, it } from 'vitest';
import { account, api, checks, one, useApi } from '../../helpers/api/use-api.ts';

useApi();

describe('500', () => {
    it('is for an unreachable database: nothing is looked up, and it recovers', async () => {
        api.state.failure = 'unreachable';
        const response = await api.post(one('example-1'), account.key);
        api.state.failure = null;
        checks.expectError(response, 500, 'internal_error', true);
        expect(response.text).not.toContain('connection refused');
        expect(api.fetched).toEqual([]);
        expect((await api.post(one('example-1'), account.key)).status).toBe(200);
    });

    it('is for a response that cannot be settled: it is not charged, and its key is free after the lease', async () => {
        const headers = { 'Idempotency-Key': 'k' };
        const pending = api.post(one('slow-2'), account.key, { headers });
        await expect.poll(() => api.fetched).toEqual(['slow-2']);
        api.state.failure = 'unreachable';
        checks.expectError(await pending, 500, 'internal_error', true);
        api.state.failure = null;
        await api.clock.step(13_000);
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
        expect((await api.post(one('slow-2'), account.key, { headers })).status).toBe(200);
    });
});

describe('502 and 504', () => {
    it.each(['wall-1', 'blocked-1', 'error-1', 'huge-1'])('is 502 for %s, without a credit', async (handle) => {
        const response = await api.post(one(handle), account.key);
        checks.expectError(response, 502, 'upstream_error', true);
        expect(response.headers.get('x-ratelimit-limit')).toBe('4');
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
    });

    it.each([
        ['wall-1', '5'],
        ['blocked-1', '5'],
        ['error-1', null],
        ['huge-1', null],
    ])('has Retry-After after a refusal by LinkedIn: %s, %j', async (handle, retryAfter) => {
        for (const key of [account.key, account.testKey]) {
            const response = await api.post(one(handle), key);
            expect(response.headers.get('retry-after')).toBe(retryAfter);
        }
    });

    it('is 504 for a source that never answers, within the 10 s of clients', async () => {
        checks.expectError(await api.post(one('timeout-1'), account.key), 504, 'upstream_timeout', true);
        expect(api.log.at(-1)?.duration_ms).toBeLessThan(10_000);
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
    });

    it('leaves the Idempotency-Key free', async () => {
        const headers = { 'Idempotency-Key': 'k' };
        expect((await api.post(one('error-1'), account.key, { headers })).status).toBe(502);
        const again = await api.post(one('error-1'), account.key, { headers });
        expect(again.status).toBe(502);
        expect(again.headers.has('idempotent-replayed')).toBe(false);
    });
});
