import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { suppressProfile } from '../../../src/accounts/erasure.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import type { Result } from '../../../src/enrichment/result/result.ts';
import { account, api, checks, many, one, useApi } from '../../helpers/api/use-api.ts';
import { profileUrl } from '../../helpers/api/start-api.ts';

useApi();

describe('200', () => {
    it('returns the documented profile for one credit', async () => {
        const response = await api.post(one('example-1'), account.key);
        expect(response.status).toBe(200);
        checks.expectSchema(response.json, 'SingleResponse');
        expect(response.json.data).toMatchObject({ url: profileUrl('example-1'), status: 'success' });
        expect(response.json.meta).toMatchObject({
            request_id: response.headers.get('x-request-id'),
            mode: 'live',
            source: 'public-page',
            credits_used: 1,
            credits_remaining: 9,
        });
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
    });

    it('charges nothing for a profile that does not exist', async () => {
        const response = await api.post(one('not-found-1'), account.key);
        expect(response.status).toBe(200);
        checks.expectSchema(response.json, 'SingleResponse');
        expect(response.json.data.status).toBe('not_found');
        expect(response.json.meta).toMatchObject({ credits_used: 0, credits_remaining: 10 });
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
    });

    it('serves a test key from the sandbox without a credit, even with an empty balance', async () => {
        const poor = await api.createAccount(0);
        const response = await api.post(one('example-1'), poor.testKey);
        expect(response.json.data.status).toBe('success');
        expect(response.json.meta).toMatchObject({
            mode: 'test',
            source: 'sandbox',
            credits_used: 0,
            credits_remaining: 0,
        });
        expect(api.fetched).toEqual([]);
    });

    it.each(['https://www.linkedin.com/in/example-1', 'https://www.linkedin.com/in/Example-1/'])(
        'takes %s',
        async (url) => {
            const response = await api.post({ url, unknown: true }, account.key, {
                headers: { 'Content-Type': 'text/plain' },
            });
            expect(response.json.data).toMatchObject({
                url,
                canonical_url: profileUrl('example-1'),
                status: 'success',
            });
        },
    );

    it('waits for a pause of the source within the time budget', async () => {
        const response = await api.post(one('rate-limited-1'), account.testKey);
        expect(response.json.data.status).toBe('success');
        expect(response.json.meta.attempts).toBe(2);
    });

    it('returns the new address of a renamed profile', async () => {
        const response = await api.post(one('moved-1'), account.key);
        expect(response.json.data).toMatchObject({
            url: profileUrl('moved-1'),
            canonical_url: profileUrl('example-900001'),
        });
    });

    it('reports a suppressed person as not found, without a lookup', async () => {
        await suppressProfile(api.db, profileUrl('example-77'));
        const response = await api.post(one('example-77'), account.key);
        expect(response.json.data).toEqual({
            url: profileUrl('example-77'),
            canonical_url: profileUrl('example-77'),
            status: 'not_found',
        });
        expect(api.fetched).toEqual([]);
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
    });

    it('redacts a suppressed person from another profile', async () => {
        const shownBy = async (key: string) =>
            JSON.stringify((await api.post(one('example-202'), key)).json.data.profile.related_profiles);
        expect(await shownBy(account.key)).toContain('/in/example-203/');
        await suppressProfile(api.db, profileUrl('example-203'));
        expect(await shownBy(account.key)).not.toContain('/in/example-203/');
    });

    it('reports a suppressed person requested under an old address as not found', async () => {
        await suppressProfile(api.db, profileUrl('example-900078'));
        const response = await api.post(one('moved-78'), account.key);
        expect(response.json.data).toEqual({
            url: profileUrl('moved-78'),
            canonical_url: profileUrl('moved-78'),
            status: 'not_found',
        });
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
    });
});

describe('200 with options in the body', () => {
    it('charges nothing for a profile that lacks a required field, and marks it as partial', async () => {
        const body = { ...one('masked-1'), required_fields: ['title', 'company'] };
        const response = await api.post(body, account.key);
        expect(response.status).toBe(200);
        checks.expectSchema(response.json, 'SingleResponse');
        expect(response.json.data.status).toBe('success');
        expect(response.json.meta).toMatchObject({ is_partial: true, credits_used: 0, credits_remaining: 10 });
        expect(response.json.meta.missing).toContain('title');
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
        const whole = await api.post({ ...body, ...one('example-1') }, account.key);
        expect(whole.json.meta).toMatchObject({ is_partial: false, credits_used: 1 });
        const withoutWishes = await api.post(one('masked-1'), account.key);
        expect(withoutWishes.json.meta).toMatchObject({ is_partial: false, credits_used: 1 });
    });

    it('charges only the complete profiles of a batch', async () => {
        const body = { ...many('masked-1', 'example-1', 'masked-2'), required_fields: ['title'] };
        const { json } = await api.post(body, account.key);
        checks.expectSchema(json, 'BatchResponse');
        expect(json.data.map(({ meta }: Result) => [meta.is_partial, meta.credits_used])).toEqual([
            [true, 0],
            [false, 1],
            [true, 0],
        ]);
        expect(await api.usage(account)).toEqual({ credits: 9, reserved: 0, used: 1 });
    });

    it('returns only the requested fields', async () => {
        const body = { ...one('example-1'), fields: ['headline', 'skills'], required_fields: ['title'] };
        const { json } = await api.post(body, account.key);
        expect(Object.keys(json.data.profile).sort()).toEqual(['headline', 'skills']);
        expect(json.meta.is_partial).toBe(false);
        const all = await api.post({ ...one('example-1'), fields: [] }, account.key);
        expect(all.json.data.profile.full_name).toEqual(expect.any(String));
    });
});

describe('200 for a batch', () => {
    it('returns a result per URL in the order of the request', async () => {
        const body = {
            urls: [...many('example-1', 'not-found-1').urls, 'nonsense', ...many('wall-1', 'example-2').urls],
        };
        const response = await api.post(body, account.key);
        expect(response.status).toBe(200);
        checks.expectSchema(response.json, 'BatchResponse');
        expect(response.json.data.map(({ url }: { url: string }) => url)).toEqual(body.urls);
        const ids = [...response.json.data, response.json].map(({ meta }: Result) => meta.request_id);
        expect(new Set(ids).size).toBe(body.urls.length + 1);
        const told = response.json.data.map(
            (result: { status: string; code?: string; meta: { credits_used: number; credits_remaining: number } }) => [
                result.code ?? result.status,
                result.meta.credits_used,
                result.meta.credits_remaining,
            ],
        );
        expect(told).toEqual([
            ['success', 1, 9],
            ['not_found', 0, 9],
            ['validation_failed', 0, 9],
            ['upstream_error', 0, 9],
            ['success', 1, 8],
        ]);
        expect(response.json.meta).toMatchObject({ credits_used: 2, credits_remaining: 8 });
        expect(await api.usage(account)).toEqual({ credits: 8, reserved: 0, used: 2 });
    });

    it('fetches and charges a person named twice once, even by another spelling or an old address', async () => {
        const poor = await api.createAccount(2);
        const urls = [
            profileUrl('example-1'),
            'https://www.linkedin.com/in/Example-1',
            ...many('moved-1', 'example-900001', 'not-found-1').urls,
        ];
        // Four distinct addresses reserve four credits.
        checks.expectError(await api.post({ urls }, poor.key), 402, 'insufficient_credits', false);
        const response = await api.post({ urls }, account.key);
        const told = response.json.data.map(
            (result: { status: string; meta: { credits_used: number; credits_remaining: number } }) => [
                result.status,
                result.meta.credits_used,
                result.meta.credits_remaining,
            ],
        );
        expect(told).toEqual([
            ['success', 1, 9],
            ['success', 0, 9],
            ['success', 1, 8],
            ['success', 0, 8],
            ['not_found', 0, 8],
        ]);
        expect(response.json.data[1].url).toBe(urls[1]);
        expect(api.fetched.filter((handle) => handle === 'example-1')).toHaveLength(1);
        expect(await api.usage(account)).toEqual({ credits: 8, reserved: 0, used: 2 });
        const twice = await api.createAccount(1);
        const both = await api.post({ urls: urls.slice(0, 2) }, twice.key);
        expect(both.json.meta).toMatchObject({ credits_used: 1, credits_remaining: 0 });
    });

    it('gives each result its own request id', async () => {
        const { json, headers } = await api.post(many('not-found-1', 'not-found-2'), account.key);
        const ids = [json.meta.request_id, ...json.data.map((result: Result) => result.meta.request_id)];
        expect(new Set(ids).size).toBe(3);
        expect(json.meta.request_id).toBe(headers.get('x-request-id'));
    });

    it('starts no further URLs when the client disconnects, and charges only profiles found', async () => {
        const hangUp = new AbortController();
        const urls = many(...Array.from({ length: 10 }, (_, index) => `example-${index}`)).urls;
        const pending = fetch(`${api.origin}/v1/linkedin-profile-enrichment/enrich`, {
            method: 'POST',
            body: JSON.stringify({ urls }),
            headers: { Authorization: `Bearer ${account.key}` },
            signal: hangUp.signal,
        });
        await expect.poll(() => api.fetched.length).toBe(2);
        hangUp.abort();
        await expect(pending).rejects.toThrow('aborted');
        await expect.poll(async () => (await api.usage(account)).reserved).toBe(0);
        const { used } = await api.usage(account);
        expect(used).toBe(api.fetched.length);
        expect(used).toBeLessThan(5);
    });

    it('starts no URLs if the client disconnected before the accounts answered', async () => {
        const { hostname, port } = new URL(api.origin);
        const body = JSON.stringify(many(...Array.from({ length: 10 }, (_, index) => `example-${index}`)));
        const head = ['POST /v1/linkedin-profile-enrichment/enrich HTTP/1.1', `Host: ${hostname}`];
        const headers = [`Authorization: Bearer ${account.key}`, `Content-Length: ${body.length}`, '', body];
        api.log.length = 0;
        let release = () => {};
        const holding = api.db.transaction(
            () =>
                new Promise<void>((resolve) => {
                    release = resolve;
                }),
        );
        const socket = connect(Number(port), hostname).resume();
        socket.end([...head, ...headers].join('\r\n'));
        await once(socket, 'close');
        release();
        await holding;
        await expect.poll(() => api.log.length).toBe(1);
        expect(api.log[0]).toMatchObject({ status: 200, urls: 10 });
        expect(await api.usage(account)).toMatchObject({ reserved: 0, used: 0 });
        expect(api.fetched).toEqual([]);
    });

    it('processes a batch at the account’s rate and admits single requests in between', async () => {
        const rich = await api.createAccount(100);
        const handles = Array.from({ length: 12 }, (_, index) => `example-${index}`);
        const startedAt = Date.now();
        const progress = { isDone: false };
        const batch = api.post(many(...handles), rich.key).finally(() => {
            progress.isDone = true;
        });
        const singles: number[] = [];
        while (!progress.isDone) {
            const { status, headers } = await api.post(one('not-found-1'), rich.key, { isSameSecond: true });
            singles.push(status);
            await systemClock.sleep(Number(headers.get('retry-after') ?? 0.5) * 1000);
        }
        const seconds = (Date.now() - startedAt) / 1000;
        expect((await batch).json.meta.credits_used).toBe(12);
        expect(seconds).toBeGreaterThan(12 / 4 - 1);
        const served = singles.filter((status) => status === 200).length;
        expect(served).toBeGreaterThanOrEqual(singles.length / 2);
    });
});

describe('the log', () => {
    it('has tenant, route and duration, and never a key, a body or a profile', async () => {
        api.log.length = 0;
        const response = await api.post(one('example-1'), account.key);
        await api.send(`/secret?token=${account.key}`);
        expect(api.log).toEqual([
            {
                time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
                request_id: response.headers.get('x-request-id'),
                route: 'enrich',
                tenant: account.tenantId,
                mode: 'live',
                status: 200,
                code: null,
                duration_ms: expect.any(Number),
                upstream_ms: expect.any(Number),
                attempts: 1,
                urls: 1,
                credits_used: 1,
            },
            {
                time: expect.any(String),
                request_id: expect.any(String),
                route: 'unknown',
                tenant: null,
                mode: null,
                status: 404,
                code: 'route_not_found',
                duration_ms: expect.any(Number),
                upstream_ms: 0,
                attempts: 0,
                urls: 0,
                credits_used: 0,
            },
        ]);
    });
});
