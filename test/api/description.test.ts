import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../helpers/api/start-api.ts';

let api: RunningApi;

beforeAll(async () => {
    api = await startApi();
});
afterAll(() => api.stop());

describe('the description', () => {
    it('names every status, and every reference leads somewhere', async () => {
        const { json: document, text } = await api.send('/openapi.json');
        expect(document.openapi).toBe('3.1.0');
        const { responses } = document.paths['/v1/linkedin-profile-enrichment/enrich'].post;
        expect(Object.keys(responses)).toEqual([
            '200',
            '400',
            '401',
            '402',
            '408',
            '409',
            '415',
            '422',
            '429',
            '431',
            '500',
            '502',
            '503',
            '504',
        ]);
        for (const [, id] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
            expect(document.components.schemas).toHaveProperty(id ?? '');
        }
    });

    it('can be read as a page that asks nothing of any other host', async () => {
        const { text, headers } = await api.send('/docs');
        expect(headers.get('content-type')).toMatch(/^text\/html/);
        expect(headers.get('content-security-policy')).toContain("default-src 'none'");
        expect(text).toContain('<code>POST /v1/linkedin-profile-enrichment/enrich</code>');
        expect(text).toContain('id="Profile"');
        expect(text).not.toMatch(/<script|<link|src=/);
    });
});
