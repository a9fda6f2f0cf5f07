import { describe, expect, it } from 'vitest';
import { suppressProfile, unsuppressProfile } from '../../src/accounts/erasure.ts';
import { account, api, many, one, useApi } from '../helpers/api/use-api.ts';
import { profileUrl } from '../helpers/api/start-api.ts';

useApi();

describe('Idempotency-Key', () => {
    const headers = { 'Idempotency-Key': 'k' };

    it('replays the first response byte for byte, with a new request id in the header', async () => {
        const first = await api.post(one('example-1'), account.key, { headers });
        const second = await api.post(`{ "url" : ${JSON.stringify(profileUrl('example-1'))} }`, account.key, {
            headers,
        });
        expect(second.text).toBe(first.text);
        expect(first.headers.has('idempotent-replayed')).toBe(false);
        expect(second.headers.get('idempotent-replayed')).toBe('true');
        expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
        expect(api.fetched).toEqual(['example-1']);
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
    });

    it('replays a batch as a whole', async () => {
        const first = await api.post(many('example-1', 'example-2'), account.key, { headers });
        const second = await api.post(many('example-1', 'example-2'), account.key, { headers });
        expect(second.text).toBe(first.text);
        expect(await api.usage(account)).toEqual({ credits: 8, reserved: 0, used: 2 });
    });

    it('processes a batch again if every URL failed, and stores it if one did not', async () => {
        const failing = { urls: ['nonsense', ...many('wall-1').urls] };
        for (let round = 0; round < 2; round += 1) {
            const response = await api.post(failing, account.key, { headers });
            expect(response.status).toBe(200);
            expect(response.headers.has('idempotent-replayed')).toBe(false);
        }
        const mixed = many('wall-1', 'not-found-1');
        await api.post(mixed, account.key, { headers });
        const again = await api.post(mixed, account.key, { headers });
        expect(again.headers.get('idempotent-replayed')).toBe('true');
    });

    it('never gives a test key a live response', async () => {
        await api.post(one('example-1'), account.key, { headers });
        const response = await api.post(one('example-1'), account.testKey, { headers });
        expect(response.headers.has('idempotent-replayed')).toBe(false);
        expect(response.json.meta.mode).toBe('test');
    });

    it('counts as absent if empty', async () => {
        for (const expected of [9, 8]) {
            const response = await api.post(one('example-1'), account.key, { headers: { 'Idempotency-Key': '' } });
            expect(response.json.meta.credits_remaining).toBe(expected);
        }
    });

    it('completes its request when the client disconnects, and then replays it', async () => {
        const hangUp = new AbortController();
        const pending = fetch(`${api.origin}/v1/linkedin-profile-enrichment/enrich`, {
            method: 'POST',
            body: JSON.stringify(one('slow-3')),
            headers: { Authorization: `Bearer ${account.key}`, ...headers },
            signal: hangUp.signal,
        });
        await expect.poll(() => api.fetched).toEqual(['slow-3']);
        hangUp.abort();
        await expect(pending).rejects.toThrow('aborted');
        await expect.poll(() => api.usage(account), { timeout: 8000 }).toEqual({ credits: 9, reserved: 0, used: 1 });
        const again = await api.post(one('slow-3'), account.key, { headers });
        expect(again.headers.get('idempotent-replayed')).toBe('true');
    });

    it.each([
        ['one profile', one('example-202')],
        ['a batch', many('example-1', 'example-202')],
        ['one profile with a few fields', { ...one('example-202'), fields: ['related_profiles'] }],
    ])('does not keep a response for %s with a related profile that is suppressed later', async (_, body) => {
        const similar = profileUrl('example-203');
        const first = await api.post(body, account.key, { headers });
        expect(first.text).toContain(similar);
        await suppressProfile(api.db, similar);
        const stored = await api.db.query<{ response_body: string }>('select response_body from idempotency_keys');
        expect(stored.filter(({ response_body: text }) => text.includes(similar))).toEqual([]);
        const second = await api.post(body, account.key, { headers });
        expect(second.headers.has('idempotent-replayed')).toBe(false);
        expect(second.text).toContain('related_profiles');
        expect(second.text).not.toContain(similar);
        await unsuppressProfile(api.db, similar);
    });

    it('does not keep a rejection that names the address of a person suppressed later', async () => {
        const meant = profileUrl('example-204');
        const body = { url: 'https://uk.linkedin.com/in/example-204?trk=x' };
        const first = await api.post(body, account.key, { headers });
        expect([first.status, first.text.includes(meant)]).toEqual([422, true]);
        expect((await api.post(body, account.key, { headers })).headers.get('idempotent-replayed')).toBe('true');
        await suppressProfile(api.db, meant);
        const stored = await api.db.query<{ response_body: string }>('select response_body from idempotency_keys');
        expect(stored.filter(({ response_body: text }) => text.includes(meant))).toEqual([]);
        expect((await api.post(body, account.key, { headers })).status).toBe(422);
        await unsuppressProfile(api.db, meant);
    });
});
