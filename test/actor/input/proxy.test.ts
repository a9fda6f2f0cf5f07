import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openProxy } from '../../../src/actor/input/proxy.ts';

const platform = {
    hasApifyProxy: false,
    createProxy: async (options: object) => ({ newUrl: async () => JSON.stringify(options) }),
};

describe('the proxy', () => {
    it.each([
        [undefined],
        [{}],
        [{ useApifyProxy: false }],
        [{ useApifyProxy: false, proxyUrls: [] }],
        [{ useApifyProxy: 'false', proxyUrls: [''] }],
        [{ useApifyProxy: '', apifyProxyCountry: '' }],
    ])('is none for %j', async (settings) => {
        expect(await openProxy(settings, platform, [])).toBeNull();
    });

    it.each([
        [{ foo: 1 }],
        [{ tieredProxyUrls: [['http://proxy.example:8000']] }],
        [{ proxyUrls: ['socks5://proxy.example:1080'] }],
        [{ proxyUrls: ['nonsense'] }],
        [{ useApifyProxy: 'yes' }],
        [{ useApifyProxy: true }],
    ])('that %j asks for is a clear mistake, never a request without it', async (settings) => {
        await expect(openProxy(settings, platform, [])).rejects.toMatchObject({ code: 'invalid_proxy' });
    });

    it('takes an empty country and empty groups as not given, and "true" as what it means', async () => {
        const settings = { useApifyProxy: 'true', apifyProxyGroups: [''], apifyProxyCountry: '', proxyUrls: '' };
        const proxy = await openProxy(settings, { ...platform, hasApifyProxy: true }, []);
        expect(await proxy?.newUrl()).toBe('{"useApifyProxy":true,"apifyProxyGroups":[]}');
    });

    it('is opened with what the editor wrote', async () => {
        const settings = { useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL'], apifyProxyCountry: 'us' };
        const proxy = await openProxy(settings, { ...platform, hasApifyProxy: true }, []);
        expect(await proxy?.newUrl()).toBe(
            '{"useApifyProxy":true,"apifyProxyGroups":["RESIDENTIAL"],"apifyProxyCountry":"US"}',
        );
    });
});

describe('the proxy of the form’s default', () => {
    const inputSchema = JSON.parse(readFileSync('INPUT_SCHEMA.json', 'utf8')) as {
        properties: { proxyConfiguration: { default: object } };
    };
    const settings = inputSchema.properties.proxyConfiguration.default;

    /** Opens it for an account that may use the groups named; `null` stands for the proxy's own choice. */
    async function open(allowed: Array<string | null>, { isAtHome = true, hasApifyProxy = true } = {}) {
        const warnings: string[] = [];
        const asked: unknown[] = [];
        const proxy = await openProxy(
            settings,
            {
                hasApifyProxy,
                async createProxy(options) {
                    asked.push(options);
                    const [group = null] = (options as { apifyProxyGroups?: string[] }).apifyProxyGroups ?? [];
                    if (allowed.includes(group)) return { newUrl: async () => group ?? 'AUTO' };
                    // The SDK throws on the platform, and answers nothing elsewhere.
                    if (isAtHome)
                        throw new Error('The "Proxy external access" feature is not enabled for your account.');
                    return undefined;
                },
            },
            warnings,
        );
        return { url: (await proxy?.newUrl()) ?? null, warnings, asked };
    }

    it('is Apify’s residential group', async () => {
        expect(settings).toEqual({ useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL'] });
        expect(await open(['RESIDENTIAL', null])).toMatchObject({ url: 'RESIDENTIAL', warnings: [] });
    });

    it.each([true, false])(
        'is the next best where that is not to be had, with one warning (at home: %s)',
        async (isAtHome) => {
            const { url, warnings } = await open([null], { isAtHome });
            expect(url).toBe('AUTO');
            expect(warnings).toEqual([
                expect.stringContaining('data centre proxies: LinkedIn may refuse more of them'),
            ]);
        },
    );

    it.each([true, false])('is none where there is none, with one warning (at home: %s)', async (isAtHome) => {
        const { url, warnings } = await open([], { isAtHome });
        expect(url).toBeNull();
        expect(warnings).toEqual([expect.stringContaining('this machine’s own address')]);
    });

    it('is not even asked for without an account', async () => {
        const { url, warnings, asked } = await open([], { hasApifyProxy: false });
        expect({ url, asked }).toEqual({ url: null, asked: [] });
        expect(warnings).toHaveLength(1);
    });

    it.each([
        [{ useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL'], apifyProxyCountry: 'DE' }],
        [{ useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL', 'OTHER'] }],
        [{ useApifyProxy: true, apifyProxyGroups: ['OTHER'] }],
    ])('is another thing than what somebody chose: %j is never less than that', async (chosen) => {
        const refusing = { hasApifyProxy: true, createProxy: () => Promise.reject(new Error('no access')) };
        await expect(openProxy(chosen, refusing, [])).rejects.toMatchObject({ code: 'invalid_proxy' });
    });
});
