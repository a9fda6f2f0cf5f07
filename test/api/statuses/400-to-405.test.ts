import { request as startRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { revokeKey } from '../../../src/accounts/keys.ts';
import { account, api, checks, many, one, useApi } from '../../helpers/api/use-api.ts';
import { profileUrl } from '../../helpers/api/start-api.ts';

useApi();

describe('400', () => {
    it.each([
        ['no JSON', 'nonsense'],
        ['an empty body', ''],
        ['a list', []],
        ['a text', '"https://www.linkedin.com/in/example-1/"'],
        ['null', 'null'],
        ['no url', {}],
        ['a url that is a number', { url: 1 }],
        ['a url that is null', { url: null }],
        ['a url and urls that are null', { url: null, urls: null }],
        ['url and urls', { ...one('example-1'), ...many('example-1') }],
        ['no URLs', { urls: [] }],
        ['a URL that is a number', { urls: [1] }],
        ['urls that is a text', { urls: profileUrl('example-1') }],
        ['an unknown field', { ...one('example-1'), fields: ['email'] }],
        ['a field that is not in a list', { ...one('example-1'), fields: 'headline' }],
        ['an unknown required field', { ...one('example-1'), required_fields: ['title', 'skills'] }],
        ['a required field of a batch that is unknown', { ...many('example-1'), required_fields: ['email'] }],
        ['company details that are a text', { ...one('example-1'), include_company_details: 'yes' }],
        ['101 URLs', { urls: Array.from({ length: 101 }, () => profileUrl('example-1')) }],
        ['more than 64 KB', JSON.stringify({ ...one('example-1'), more: 'x'.repeat(64 * 1024) })],
        ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]).buffer],
        ['a thousand brackets', `{"url":"${profileUrl('example-1')}","x":${'['.repeat(1000)}${']'.repeat(1000)}}`],
    ])('is for %s', async (_, body) => {
        checks.expectError(await api.post(body, account.key), 400, 'invalid_input', false);
        expect(await api.usage(account)).toEqual({ credits: 10, reserved: 0, used: 0 });
    });

    it('names the maximum number of URLs of the account’s plan', async () => {
        const small = await api.createAccount(10, { urls: 2 });
        const response = await api.post(many('example-1', 'example-2', 'example-3'), small.key);
        checks.expectError(response, 400, 'invalid_input', false);
        expect(response.json.error.message).toContain('may have at most 2 URLs');
        expect((await api.post(many('not-found-1', 'not-found-2'), small.key)).status).toBe(200);
    });

    it('treats null as absent', async () => {
        expect((await api.post({ ...one('not-found-1'), urls: null }, account.key)).status).toBe(200);
        expect((await api.post({ ...many('not-found-1'), url: null }, account.key)).json.kind).toBe('batch');
    });

    it('says what to send instead of a body in another encoding', async () => {
        const latin = await api.post(new Uint8Array([0x22, 0xe9, 0x22]).buffer, account.key);
        checks.expectError(latin, 400, 'invalid_input', false);
        expect(latin.json.error.message).toContain('send JSON in UTF-8');
        const text = JSON.stringify(one('example-1'));
        for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
            const wide = await api.post(new Uint8Array(bytes).buffer, account.key);
            checks.expectError(wide, 415, 'invalid_input', false);
            expect(wide.json.error.message).toContain('UTF-8');
        }
        const headers = { 'Content-Encoding': 'gzip' };
        const packed = await api.post(new Uint8Array(gzipSync(text)).buffer, account.key, { headers });
        checks.expectError(packed, 415, 'invalid_input', false);
        expect(packed.json.error.message).toContain('without Content-Encoding');
        // A byte order mark in UTF-8 is accepted.
        const marked = new Uint8Array(Buffer.from(`\uFEFF${JSON.stringify(one('not-found-1'))}`)).buffer;
        expect((await api.post(marked, account.key)).status).toBe(200);
    });

    it('is for two Idempotency-Keys', async () => {
        const { hostname, port } = new URL(api.origin);
        const status = await new Promise<number | undefined>((resolve) => {
            const request = startRequest(
                {
                    hostname,
                    port,
                    method: 'POST',
                    path: '/v1/linkedin-profile-enrichment/enrich',
                    headers: { Authorization: `Bearer ${account.key}`, 'Idempotency-Key': ['a', 'b'] },
                },
                (response) => {
                    response.resume();
                    resolve(response.statusCode);
                },
            );
            request.end(JSON.stringify(one('example-1')));
        });
        expect(status).toBe(400);
        expect(api.fetched).toEqual([]);
    });

    it.each([
        ['longer than 255 characters', 'k'.repeat(256)],
        ['not printable', 'k\u00e9'],
    ])('is for an Idempotency-Key that is %s', async (_, key) => {
        const response = await api.post(one('example-1'), account.key, { headers: { 'Idempotency-Key': key } });
        checks.expectError(response, 400, 'invalid_input', false);
    });

    it('is not stored for the Idempotency-Key', async () => {
        const headers = { 'Idempotency-Key': 'k' };
        expect((await api.post({}, account.key, { headers })).status).toBe(400);
        expect((await api.post(one('example-1'), account.key, { headers })).status).toBe(200);
    });
});

describe('401', () => {
    it.each([undefined, '', 'Bearer', 'Bearer  ', 'Basic YTpi'])(
        'is for the Authorization %j',
        async (authorization) => {
            const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
            const response = await api.post(one('example-1'), null, { headers });
            checks.expectError(response, 401, 'unauthenticated', false);
            expect(response.headers.get('www-authenticate')).toBe('Bearer');
            expect(response.headers.has('x-ratelimit-limit')).toBe(false);
        },
    );

    it('is for an unknown key', async () => {
        checks.expectError(await api.post(one('example-1'), 'nonsense'), 401, 'invalid_api_key', false);
        checks.expectError(
            await api.post(one('example-1'), `${account.key.slice(0, -1)}_`),
            401,
            'invalid_api_key',
            false,
        );
    });

    it('is for a key as soon as it is revoked', async () => {
        const [row] = await api.db.query<{ id: string }>(
            `select id from api_keys where tenant_id = $1 and mode = 'live'`,
            [account.tenantId],
        );
        expect((await api.post(one('not-found-1'), account.key)).status).toBe(200);
        await revokeKey(api.db, row?.id ?? '');
        checks.expectError(await api.post(one('not-found-1'), account.key), 401, 'invalid_api_key', false);
    });

    it('accepts the scheme in any case', async () => {
        const headers = { Authorization: `bearer ${account.key}` };
        expect((await api.post(one('not-found-1'), null, { headers })).status).toBe(200);
    });
});

describe('402', () => {
    it('is for an empty balance, before anything is looked up', async () => {
        const poor = await api.createAccount(0);
        checks.expectError(await api.post(one('example-1'), poor.key), 402, 'insufficient_credits', false);
        expect(api.fetched).toEqual([]);
    });

    it('is for a batch whose valid URLs cost more than the balance, as a whole', async () => {
        const poor = await api.createAccount(1);
        checks.expectError(
            await api.post(many('example-1', 'example-2'), poor.key),
            402,
            'insufficient_credits',
            false,
        );
        expect(api.fetched).toEqual([]);
        const affordable = await api.post({ urls: [profileUrl('example-1'), 'nonsense'] }, poor.key);
        expect(affordable.status).toBe(200);
    });

    it('is not stored for the Idempotency-Key: top up and retry', async () => {
        const poor = await api.createAccount(0);
        const headers = { 'Idempotency-Key': 'k' };
        expect((await api.post(one('example-1'), poor.key, { headers })).status).toBe(402);
        await api.db.query('update tenants set credits = 1 where id = $1', [poor.tenantId]);
        expect((await api.post(one('example-1'), poor.key, { headers })).status).toBe(200);
    });
});

describe('404 and 405', () => {
    it.each(['/v1', '/v1/linkedin-profile-enrichment/enrich/x', '/health/x'])('is 404 for %s', async (path) => {
        checks.expectError(await api.send(path, { method: 'POST' }), 404, 'route_not_found', false);
    });

    it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('names the allowed method for %s', async (method) => {
        const response = await api.send('/v1/linkedin-profile-enrichment/enrich', { method });
        checks.expectError(response, 405, 'method_not_allowed', false);
        expect(response.headers.get('allow')).toBe('POST');
    });

    it.each([
        '//v1//linkedin-profile-enrichment/enrich',
        '/v1/linkedin-profile-enrichment/enrich/',
        '/v1/linkedin-profile-enrichment/enrich//?next=//v1/#/x/',
    ])('serves %s: base addresses end in a slash', async (path) => {
        await api.clock.step(1000);
        const headers = { Authorization: `Bearer ${account.key}` };
        const body = JSON.stringify(one('not-found-1'));
        expect((await api.send(path, { method: 'POST', headers, body })).status).toBe(200);
    });

    it('tells web pages that they cannot call it', async () => {
        const headers = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' };
        const response = await api.send('/v1/linkedin-profile-enrichment/enrich', { method: 'OPTIONS', headers });
        checks.expectError(response, 405, 'method_not_allowed', false);
        expect(response.json.error.message).toContain('from your server');
    });

    it('allows only reading the description', async () => {
        const response = await api.send('/openapi.json', { method: 'POST' });
        checks.expectError(response, 405, 'method_not_allowed', false);
        expect(response.headers.get('allow')).toBe('GET, HEAD');
    });
});
