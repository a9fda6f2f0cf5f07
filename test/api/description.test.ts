import { request } from 'node:http';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { accountResponseSchema } from '../../src/api/account-route.ts';
import { errorEnvelopeSchema } from '../../src/api/api-error.ts';
import { enrichResponseSchema } from '../../src/api/enrich/enrich-response.ts';
import { parseEnrichRequest } from '../../src/api/enrich/enrich-request.ts';
import { account, api, useApi } from '../helpers/api/use-api.ts';

const enrichPath = '/v1/linkedin-profile-enrichment/enrich';

useApi();

type Described = { headers?: Record<string, unknown>; content: Record<string, { examples: Record<string, Example> }> };
type Example = { value: unknown };

async function readDocument() {
    const { json } = await api.send('/openapi.json');
    const operations = Object.entries(json.paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
        ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const responses = operations.flatMap(({ path, operation }) =>
        Object.entries(operation['responses'] as Record<string, Described>).map(([status, response]) => ({
            path,
            status: Number(status),
            headers: Object.keys(response.headers ?? {}),
            examples: Object.values(response.content['application/json']?.examples ?? {}).map(({ value }) => value),
        })),
    );
    return { document: json, operations, responses };
}

/** Sends a request with exactly these headers; `fetch` adds some. */
function sendRaw(path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
        const sent = request(`${api.origin}${path}`, { headers }, (response) => {
            void response.toArray().then((chunks) => {
                resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
            }, reject);
        });
        sent.on('error', reject).end();
    });
}

describe('the OpenAPI document', () => {
    it('has every status, and every reference resolves', async () => {
        const { json: document, text } = await api.send('/openapi.json');
        expect(document.openapi).toBe('3.1.0');
        const statuses = (path: string, method: string) => Object.keys(document.paths[path][method].responses).join();
        expect(statuses(enrichPath, 'post')).toBe(
            '200,400,401,402,404,405,408,409,415,417,422,429,431,500,502,503,504',
        );
        expect(statuses('/v1/account', 'get')).toBe('200,401,404,405,429,431,500,503');
        expect(statuses('/health', 'get')).toBe('200,405,503');
        for (const [, id] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
            expect(document.components.schemas).toHaveProperty(id ?? '');
        }
    });

    it('has valid examples for every status', async () => {
        const { responses, document } = await readDocument();
        for (const { path, status, examples } of responses) {
            expect(examples.length, `${path} ${status}`).toBeGreaterThan(0);
            const isHealth = path === '/health' && status !== 405;
            const found = path === enrichPath ? enrichResponseSchema : accountResponseSchema;
            const schema = isHealth ? z.object({ status: z.string() }) : status === 200 ? found : errorEnvelopeSchema;
            for (const example of examples) schema.parse(example);
        }
        const { examples } = document.paths[enrichPath].post.requestBody.content['application/json'];
        for (const { value } of Object.values(examples as Record<string, Example>)) parseEnrichRequest(value);
    });

    it('lists the headers of responses', async () => {
        const { responses } = await readDocument();
        const live = async (path: string, key: string | null, init: RequestInit = {}) => {
            await api.clock.step(1000);
            return api.send(path, { ...init, headers: key === null ? {} : { Authorization: `Bearer ${key}` } });
        };
        const seen = [
            await live('/v1/account', account.testKey),
            await live('/v1/account', null),
            await live('/v1/account', account.testKey, { method: 'DELETE' }),
            await live(enrichPath, account.testKey, { method: 'POST', body: '{}' }),
            await live(enrichPath, account.testKey, { method: 'POST', body: '{"url":"nonsense"}' }),
        ];
        expect(seen.map(({ status }) => status)).toEqual([200, 401, 405, 400, 422]);
        for (const { status, headers } of seen) {
            const told = responses.find((one) => one.status === status && one.path !== '/health')?.headers ?? [];
            const ours = [...headers.keys()].filter((name) => /^(?:x-|retry-after|www-authenticate|allow$)/.test(name));
            expect(told.map((name) => name.toLowerCase())).toEqual(expect.arrayContaining(ours));
            expect(ours.length, `${status}`).toBeGreaterThan(1);
        }
        const has = (status: number, name: string) =>
            responses
                .filter((one) => one.status === status && one.path !== '/health')
                .every(({ headers }) => headers.includes(name));
        expect([429, 503].every((status) => has(status, 'Retry-After'))).toBe(true);
        expect(has(401, 'WWW-Authenticate') && has(405, 'Allow') && has(429, 'x-ratelimit-reset')).toBe(true);
    });

    it('has the address it was requested at, even behind a proxy', async () => {
        const addressOf = async (headers: Record<string, string>) => {
            const { text } = await sendRaw('/openapi.json', headers);
            const { servers, paths } = JSON.parse(text);
            for (const { source } of paths[enrichPath].post['x-codeSamples']) {
                expect(source).toContain(`${servers[0].url}${enrichPath}`);
            }
            return servers[0].url as unknown;
        };
        expect(await addressOf({})).toBe(api.origin);
        expect(await addressOf({ host: 'api.example.com' })).toBe('http://api.example.com');
        expect(await addressOf({ host: 'api.example.com', 'x-forwarded-proto': 'https' })).toBe(
            'https://api.example.com',
        );
        expect(await addressOf({ 'x-forwarded-host': 'a.example:8443, b', 'x-forwarded-proto': 'https, http' })).toBe(
            'https://a.example:8443',
        );
        expect(await addressOf({ 'x-forwarded-host': 'a"/><script>', 'x-forwarded-proto': 'javascript' })).toBe(
            api.origin,
        );
    });

    it('has a reference that the root redirects to, keeping the query', async () => {
        const { status, headers } = await api.send('/?token=a', { redirect: 'manual' });
        expect(status).toBe(302);
        expect(headers.get('x-request-id')).toMatch(/^req_/);
        expect(new URL(headers.get('location') ?? '', `${api.origin}/`).href).toBe(`${api.origin}/docs?token=a`);
        const wrong = await api.send('/', { method: 'POST' });
        expect(wrong).toMatchObject({ status: 405, json: { error: { code: 'method_not_allowed' } } });
    });

    it('has a reference in one file without other hosts, compressed if accepted', async () => {
        const { text, headers } = await api.send('/docs');
        expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(headers.get('content-encoding')).toBe('gzip');
        // Without the script, whose code contains such strings.
        const markup = text.slice(0, text.indexOf('<script type="module">'));
        expect(markup).toContain('OpenAPI 3.1');
        expect(/<(?:script|link|img|iframe)[^>]*(?:src|href)="(?!data:)/.exec(markup)).toBeNull();
        const plain = await sendRaw('/docs', { 'accept-encoding': 'identity' });
        expect(plain.text === text && plain.status).toBe(200);
    });
});
