import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readAccountsHome, readApiConfig } from '../src/api-config.ts';
import { readConfig } from '../src/config.ts';

describe('the environment', () => {
    it('uses the defaults for empty variables', () => {
        const variables = [
            'PUBLIC_PAGE_ORIGIN',
            'ACTOR_MEMORY_MBYTES',
            'CRAWLEE_STORAGE_DIR',
            'ACTOR_WEB_SERVER_PORT',
            'ENRICHMENT_API_URL',
            'AI_ARK_ORIGIN',
            'ACTOR_MAX_TOTAL_CHARGE_USD',
        ];
        const empty = Object.fromEntries(variables.map((name) => [name, '']));
        expect(readConfig(empty)).toEqual(readConfig({}));
        expect(readConfig({})).toMatchObject({ memoryMbytes: 4096, storageDir: 'storage', webServerPort: null });
    });

    it.each([
        ['PUBLIC_PAGE_ORIGIN', 'foo', 'an address such as https://www.linkedin.com'],
        ['PUBLIC_PAGE_ORIGIN', 'ftp://example.com', 'an address such as https://www.linkedin.com'],
        ['PUBLIC_PAGE_ORIGIN', 'https://u:canary@pages.example', 'an address such as https://www.linkedin.com'],
        ['PUBLIC_PAGE_ORIGIN', 'https://pages.example/?a=', 'an address such as https://www.linkedin.com'],
        ['ENRICHMENT_API_URL', 'https://u:canary@api.example', 'an address such as https://api.example.com'],
        ['ENRICHMENT_API_URL', 'https://api.example/#', 'an address such as https://api.example.com'],
        ['ACTOR_MEMORY_MBYTES', '0x100', 'a whole number of megabytes from 1'],
        ['ACTOR_MEMORY_MBYTES', '0', 'a whole number of megabytes from 1'],
        ['LEDGER_SETTLE_MS', 'abc', 'a whole number of milliseconds from 0'],
        ['LEDGER_PATIENCE_MS', '1.5', 'a whole number of milliseconds from 1'],
        ['PLATFORM_TIMEOUT_MS', '-1', 'a whole number of milliseconds from 1'],
        ['ACTOR_MAX_TOTAL_CHARGE_USD', '-1', 'an amount of US dollars from 0'],
        ['ACTOR_MAX_TOTAL_CHARGE_USD', 'none', 'an amount of US dollars from 0'],
        ['ACTOR_WEB_SERVER_PORT', '70000', 'a port from 0 to 65535'],
        ['HTTP_CLIENT', 'curl', '`node`, `got-scraping` or `impit`'],
    ])('with %s=%s is rejected in one sentence', (name, value, takes) => {
        expect(() => readConfig({ [name]: value })).toThrow(`The environment variable ${name} takes ${takes}.`);
    });

    it.each([
        ['', null],
        ['0', 0],
        ['0.05', 0.05],
        ['1e-3', 0.001],
        ['25.', 25],
    ])('with the spending limit %j limits the run to %d dollars', (value, limit) => {
        const { spendingLimits } = readConfig({ ACTOR_MAX_TOTAL_CHARGE_USD: value });
        expect(spendingLimits.maxTotalChargeUsd).toBe(limit);
    });

    it.each([
        ['https://stand-in.example/', 'https://stand-in.example'],
        ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
        ['http://localhost:3000/ai-ark', 'http://localhost:3000/ai-ark'],
        ['http://[::1]:3000', 'http://[::1]:3000'],
    ])('may set the origin of a provider to %s', (value, origin) => {
        expect(readConfig({ AI_ARK_ORIGIN: value }).providerOrigins).toEqual({ 'ai-ark': origin });
        expect(readApiConfig({ PDL_ORIGIN: value }).providerOrigins).toEqual({ 'people-data-labs': origin });
    });

    it.each([
        'http://api.ai-ark.com',
        'http://localhost.evil.example',
        'http://127.0.0.1.evil.example',
        'https://user:secret@stand-in.example',
        'https://:secret@stand-in.example',
        'https://stand-in.example/?',
        'ftp://127.0.0.1',
        'api.ai-ark.com',
    ])('never sends a key over plain HTTP or elsewhere: %s is rejected', (value) => {
        const sentence =
            'The environment variable AI_ARK_ORIGIN takes an https address such as https://api.ai-ark.com; http only to this machine.';
        expect(() => readConfig({ AI_ARK_ORIGIN: value })).toThrow(sentence);
        expect(() => readApiConfig({ AI_ARK_ORIGIN: value })).toThrow(sentence);
    });

    it('that is invalid ends the process with only that sentence', async () => {
        const env = { PATH: process.env['PATH'], PUBLIC_PAGE_ORIGIN: 'foo' };
        const running = promisify(execFile)(process.execPath, ['dist/main.js'], { env });
        await expect(running).rejects.toMatchObject({
            code: 1,
            stdout: '',
            stderr: 'The environment variable PUBLIC_PAGE_ORIGIN takes an address such as https://www.linkedin.com.\n',
        });
    });

    it('selects the HTTP client', () => {
        expect(readConfig({}).httpClient).toBe('node');
        expect(readConfig({ HTTP_CLIENT: 'impit' }).httpClient).toBe('impit');
        expect(readApiConfig({ HTTP_CLIENT: 'impit' }).httpClient).toBe('impit');
    });

    it('gives the API its own proxies, Apify Proxy, or none', () => {
        expect(readApiConfig({}).proxy).toBeNull();
        const urls = 'http://user:a%25b@one.example:8000, https://two.example';
        expect(readApiConfig({ PROXY_URLS: urls, APIFY_PROXY_PASSWORD: 'secret' }).proxy).toEqual({
            urls: ['http://user:a%25b@one.example:8000', 'https://two.example'],
        });
        const apify = {
            APIFY_PROXY_PASSWORD: 'secret',
            APIFY_PROXY_GROUPS: 'RESIDENTIAL, OTHER',
            APIFY_PROXY_COUNTRY: 'us',
        };
        expect(readApiConfig(apify).proxy).toEqual({
            host: 'proxy.apify.com:8000',
            password: 'secret',
            groups: ['RESIDENTIAL', 'OTHER'],
            country: 'US',
        });
    });

    it.each([
        ['PROVIDER_LOOKUPS_PER_DAY', '-1', 'a whole number from 0'],
        ['PROVIDER_LOOKUPS_PER_TENANT_PER_DAY', 'many', 'a whole number from 0'],
        ['PROXY_URLS', 'socks5://one.example', 'addresses separated by commas'],
        ['APIFY_PROXY_COUNTRY', 'Germany', 'a country of two letters'],
        ['SOURCE_MAX_REQUESTS_PER_SECOND', '0', 'a number from 0.1 to 500'],
        ['SOURCE_MAX_REQUESTS_PER_SECOND', 'fast', 'a number from 0.1 to 500'],
    ])('of the API with %s=%s is rejected in one sentence', (name, value, takes) => {
        expect(() => readApiConfig({ [name]: value })).toThrow(`The environment variable ${name} takes ${takes}`);
    });

    it('of the API requires a key for each provider in SOURCES', () => {
        expect(() => readApiConfig({ SOURCES: 'public-page,enrich-layer', AI_ARK_API_KEY: 'canary' })).toThrow(
            'The environment variable ENRICH_LAYER_API_KEY takes a key of Enrich Layer, which SOURCES names.',
        );
        expect(readApiConfig({ PDL_API_KEY: 'k' }).sources).toEqual(['public-page']);
    });

    it.each(['sandbox', 'public-page,sandbox-provider', 'enrichment-api', 'ai_ark', ',', 'public-page;ai-ark'])(
        'of the API rejects the source %s',
        (value) => {
            expect(() => readApiConfig({ SOURCES: value, AI_ARK_API_KEY: 'k' })).toThrow(
                'The environment variable SOURCES takes one or more of public-page, ai-ark, enrich-layer, people-data-labs, separated by commas; test keys always use the sandbox.',
            );
        },
    );

    it('of the API sets its sources in order, each once, with the operator’s keys and the limits on lookups', () => {
        const config = readApiConfig({
            SOURCES: 'ai-ark, public-page,ai-ark',
            AI_ARK_API_KEY: 'k',
            PROVIDER_LOOKUPS_PER_DAY: '50',
            PROVIDER_LOOKUPS_PER_TENANT_PER_DAY: '5',
        });
        expect(config).toMatchObject({
            sources: ['ai-ark', 'public-page'],
            providerKeys: { 'ai-ark': { value: 'k', name: 'AI_ARK_API_KEY' } },
            lookupLimits: { perDay: 50, perTenantAndDay: 5 },
        });
        expect(readApiConfig({}).lookupLimits).toEqual({ perDay: 1000, perTenantAndDay: 100 });
    });

    it('of the accounts’ command line does not validate settings of the server', () => {
        const home = readAccountsHome({ SOURCES: 'ai-ark', PORT: 'none', ACCOUNTS_DIR: '/accounts' });
        expect(home).toEqual({ folder: '/accounts' });
    });

    it('of the API requires the password with a group or a country', () => {
        expect(() => readApiConfig({ APIFY_PROXY_GROUPS: 'RESIDENTIAL' })).toThrow(
            'The environment variable APIFY_PROXY_PASSWORD takes the password of Apify Proxy, which APIFY_PROXY_GROUPS and',
        );
    });
});
