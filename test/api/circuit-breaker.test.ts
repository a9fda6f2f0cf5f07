import { expect, it } from 'vitest';
import { api, checks, one, useApi } from '../helpers/api/use-api.ts';
import { profileUrl } from '../helpers/api/start-api.ts';

useApi();

it('responds at once while LinkedIn refuses everyone, retries after a pause, and continues once it is accepted', async () => {
    const account = await api.createAccount(100);
    for (let n = 1; n <= 20; n += 1) await api.post(one(`blocked-${n}`), account.key);
    api.fetched.length = 0;

    const refused = await api.post(one('example-1'), account.key, { headers: { 'Idempotency-Key': 'k' } });
    checks.expectError(refused, 502, 'upstream_error', true);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    const batch = await api.post({ urls: [profileUrl('example-1'), profileUrl('example-2')] }, account.key);
    expect(batch.json.data.map(({ status, code }: { status: string; code: string }) => [status, code])).toEqual([
        ['error', 'upstream_error'],
        ['error', 'upstream_error'],
    ]);
    expect(api.fetched).toEqual([]);
    expect(await api.usage(account)).toEqual({ credits: 100, reserved: 0, used: 0 });
    // Test keys use the sandbox, which is not affected.
    expect((await api.post(one('example-1'), account.testKey)).status).toBe(200);

    await api.clock.step(30_000);
    checks.expectError(await api.post(one('blocked-1'), account.key), 502, 'upstream_error', true);
    expect(api.fetched).toEqual(['blocked-1']);
    expect((await api.post(one('example-1'), account.key)).headers.get('retry-after')).not.toBeNull();

    await api.clock.step(60_000);
    const answered = await api.post(one('example-1'), account.key, { headers: { 'Idempotency-Key': 'k' } });
    expect(answered.status).toBe(200);
    expect((await api.post(one('example-2'), account.key)).status).toBe(200);
});
