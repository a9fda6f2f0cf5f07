import { describe, expect, it } from 'vitest';
import { planSources, type SourceDefaults, type SourcesInput, resolveApi } from '../../../src/actor/input/sources.ts';
import { parseInput } from '../../../src/actor/input/input.ts';

const nothing: SourceDefaults = { sources: ['public-page'], keys: {} };
const plan = (input: Partial<SourcesInput>, defaults = nothing) => planSources({ mode: 'live', ...input }, defaults);

describe('the sources of a run', () => {
    it('default to the operator’s', () => {
        expect(plan({})).toEqual({ names: ['public-page'], keys: {}, maxLookups: null });
        const operator: SourceDefaults = {
            sources: ['public-page', 'ai-ark'],
            keys: { 'ai-ark': { value: 'operators', name: 'AI_ARK_API_KEY' } },
        };
        expect(plan({}, operator)).toEqual({
            names: ['public-page', 'ai-ark'],
            keys: { 'ai-ark': { value: 'operators', name: 'AI_ARK_API_KEY' } },
            maxLookups: null,
        });
    });

    it('keep the given order, each once; `source` is a chain of one', () => {
        const sources = ['ai-ark', 'public-page', 'ai-ark'];
        expect(plan({ sources, aiArkApiKey: 'own', maxProviderLookups: 5 })).toEqual({
            names: ['ai-ark', 'public-page'],
            keys: { 'ai-ark': { value: 'own', name: 'aiArkApiKey' } },
            maxLookups: 5,
        });
        expect(plan({ source: 'enrichment-api' }).names).toEqual(['enrichment-api']);
        expect(plan({ source: 'enrichment-api', sources: ['public-page'] }).names).toEqual(['public-page']);
    });

    it('are the sandbox in test mode, whatever live sources the form has', () => {
        expect(plan({ mode: 'test', source: 'public-page' }).names).toEqual(['sandbox']);
        const sources = ['sandbox', 'sandbox-provider'];
        expect(plan({ mode: 'test', sources, maxProviderLookups: 3 })).toEqual({
            names: sources,
            keys: {},
            maxLookups: 3,
        });
    });

    it.each<[string, Partial<SourcesInput>, string]>([
        ['a sandbox in live mode', { sources: ['sandbox'] }, 'is for test mode'],
        ['a live source in test mode', { mode: 'test', sources: ['public-page'] }, 'not available in test mode'],
        ['a provider without a key', { sources: ['ai-ark'], maxProviderLookups: 1 }, 'Set `aiArkApiKey`'],
        ['a key without its provider', { enrichLayerApiKey: 'own' }, '`sources` does not name `enrich-layer`'],
        ['the caller’s own key without a limit', { sources: ['ai-ark'], aiArkApiKey: 'own' }, '`maxProviderLookups`'],
    ])('are an error: %s', (_name, input, sentence) => {
        expect(() => plan(input)).toThrow(sentence);
    });

    it('use the operator’s key only for a provider that the operator named', () => {
        const defaults: SourceDefaults = {
            sources: ['public-page'],
            keys: { 'ai-ark': { value: 'operators', name: 'AI_ARK_API_KEY' } },
        };
        expect(() => plan({ sources: ['ai-ark'] }, defaults)).toThrow('Set `aiArkApiKey`');
    });

    it('never repeat a key in a message', () => {
        for (const input of [{ aiArkApiKey: 'canary-key' }, { sources: ['ai-ark'], aiArkApiKey: 'canary-key' }]) {
            expect(() => plan(input)).toThrow(
                expect.objectContaining({ message: expect.not.stringContaining('canary') }),
            );
        }
    });
});

const names = ['enrichment-api'] as const;
const resolve = (
    apiBaseUrl: string | undefined,
    { isAtHome = true, baseUrl }: { isAtHome?: boolean; baseUrl?: string } = {},
) =>
    resolveApi(
        { apiKey: 'atm_live_x', ...(apiBaseUrl === undefined ? {} : { apiBaseUrl }) },
        { names: [...names] },
        { defaults: baseUrl === undefined ? {} : { baseUrl }, isAtHome },
    );

describe('the address of an enrichment API', () => {
    it.each([
        'https://user:canary@api.example.com',
        'https://:canary@api.example.com',
        'https://canary@api.example.com/',
        'https://api.example.com?',
        'https://api.example.com/v1?key=canary',
        'https://api.example.com#',
        'https://api.example.com/#canary',
        'ftp://api.example.com',
        'canary',
    ])('is rejected as %s, without repeating it', (apiBaseUrl) => {
        const parsing = parseInput({ profileUrls: ['ada'], sources: ['enrichment-api'], apiBaseUrl });
        expect(parsing).toMatchObject({
            ok: false,
            message:
                'The input field `apiBaseUrl` takes the address of an enrichment API, such as https://api.example.com, without user name, password, `?` or `#`. Correct it and run again.',
        });
    });

    it.each(['https://api.example.com', ' https://api.example.com/base/ ', 'http://localhost:8080'])(
        'is taken as %s',
        (apiBaseUrl) => {
            expect(parseInput({ profileUrls: ['ada'], apiBaseUrl })).toMatchObject({ ok: true });
        },
    );

    it.each([
        'http://127.0.0.1:8080',
        'http://[::1]/',
        'http://10.1.2.3/',
        'http://169.254.169.254/latest',
        'http://0x7f000001/',
        'http://localhost:8080',
    ])('may not be %s on the platform, inside its network', async (address) => {
        await expect(resolve(address)).rejects.toMatchObject({
            name: 'InputError',
            message: expect.stringMatching(/^The address in `apiBaseUrl` is private, .* Give the public address/),
        });
        // Locally it is the user's network, and the operator's settings are trusted.
        expect(await resolve(address, { isAtHome: false })).toEqual({ baseUrl: address, apiKey: 'atm_live_x' });
        expect(await resolve(undefined, { baseUrl: address })).toEqual({ baseUrl: address, apiKey: 'atm_live_x' });
    });

    it('is checked again for each connection, in case the name resolves to a private address by then', async () => {
        const api = await resolve('https://8.8.8.8/');
        const refusal = await new Promise((done) => {
            api?.lookup?.('localhost', { all: true }, (error) => done(error));
        });
        expect(refusal).toMatchObject({ code: 'PRIVATE_ADDRESS' });
    });
});
