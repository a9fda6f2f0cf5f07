import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openProxy, normalizeProxyUrl } from '../../../src/actor/input/proxy.ts';
import { createPublicPageSource } from '../../../src/sources/public-page/public-page-source.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { startLocalProxy } from '../../helpers/sites/local-proxy.ts';

const platform = {
    hasApifyProxy: false,
    isAtHome: false,
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
    ])('is null for %j', async (settings) => {
        expect(await openProxy(settings, platform, [])).toBeNull();
    });

    it.each([
        [{ foo: 1 }],
        [{ tieredProxyUrls: [['http://proxy.example:8000']] }],
        [{ proxyUrls: ['socks5://proxy.example:1080'] }],
        [{ proxyUrls: ['nonsense'] }],
        [{ useApifyProxy: 'yes' }],
        [{ useApifyProxy: true }],
    ])('of %j is an error, never a request without a proxy', async (settings) => {
        await expect(openProxy(settings, platform, [])).rejects.toMatchObject({ code: 'invalid_proxy' });
    });

    it('treats an empty country and empty groups as not given, and "true" as true', async () => {
        const settings = { useApifyProxy: 'true', apifyProxyGroups: [''], apifyProxyCountry: '', proxyUrls: '' };
        const proxy = await openProxy(settings, { ...platform, hasApifyProxy: true }, []);
        expect(await proxy?.newUrl()).toBe('{"useApifyProxy":true,"apifyProxyGroups":[]}');
    });

    it('is opened with the editor’s settings', async () => {
        const settings = { useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL'], apifyProxyCountry: 'us' };
        const proxy = await openProxy(settings, { ...platform, hasApifyProxy: true }, []);
        expect(await proxy?.newUrl()).toBe(
            '{"useApifyProxy":true,"apifyProxyGroups":["RESIDENTIAL"],"apifyProxyCountry":"US"}',
        );
    });
});

describe('a custom proxy, on the platform', () => {
    const onPlatform = { ...platform, isAtHome: true };
    const open = (address: string, at = onPlatform) =>
        openProxy({ proxyUrls: ['http://1.1.1.1:8000', address] }, at, []);

    it.each([
        'http://127.0.0.1:8000',
        'http://user:canary@10.0.0.7:8000',
        'https://[::1]:8000',
        'http://[::ffff:10.0.0.1]:8000',
        'http://169.254.169.254',
        'http://0x7f.1:8000',
        'http://2130706433',
        'http://localhost:8000',
    ])('may not be %s, inside its network', async (address) => {
        const refusal = await open(address).catch((error: unknown) => error as Error);
        expect(refusal).toMatchObject({ name: 'InputError', code: 'invalid_proxy' });
        expect((refusal as Error).message).toMatch(
            /^The proxy \S+ has a private address, which runs on Apify do not use\. Give its public address/,
        );
        expect((refusal as Error).message).not.toContain('canary');
        // On the user's machine, its network is the user's.
        expect(await open(address, platform)).not.toBeNull();
    });

    it('is checked again for each connection, in case the name resolves to a private address by then', async () => {
        const proxy = await open('http://8.8.8.8:8000');
        expect(JSON.parse((await proxy?.newUrl()) ?? '')).toMatchObject({
            proxyUrls: ['http://1.1.1.1:8000/', 'http://8.8.8.8:8000/'],
        });
        const refusal = await new Promise((resolve) => {
            proxy?.lookup?.('localhost', { all: true }, (error) => resolve(error));
        });
        expect(refusal).toMatchObject({ code: 'PRIVATE_ADDRESS' });
        expect((await open('http://8.8.8.8:8000', platform))?.lookup).toBeUndefined();
    });
});

describe('the proxy of the form’s default', () => {
    const inputSchema = JSON.parse(readFileSync('INPUT_SCHEMA.json', 'utf8')) as {
        properties: { proxyConfiguration: { default: object } };
    };
    const settings = inputSchema.properties.proxyConfiguration.default;

    /** Opens it for an account with these groups; `null` is automatic selection. */
    async function open(allowed: Array<string | null>, { isAtHome = true, hasApifyProxy = true } = {}) {
        const warnings: string[] = [];
        const asked: unknown[] = [];
        const proxy = await openProxy(
            settings,
            {
                hasApifyProxy,
                isAtHome,
                async createProxy(options) {
                    asked.push(options);
                    const [group = null] = (options as { apifyProxyGroups?: string[] }).apifyProxyGroups ?? [];
                    if (allowed.includes(group)) return { newUrl: async () => group ?? 'AUTO' };
                    // The SDK throws on the platform, and returns nothing elsewhere.
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

    it.each([true, false])('is null without any, with one warning (at home: %s)', async (isAtHome) => {
        const { url, warnings } = await open([], { isAtHome });
        expect(url).toBeNull();
        expect(warnings).toEqual([expect.stringContaining('this machine’s own address')]);
    });

    it('is not requested without an account', async () => {
        const { url, warnings, asked } = await open([], { hasApifyProxy: false });
        expect({ url, asked }).toEqual({ url: null, asked: [] });
        expect(warnings).toHaveLength(1);
    });

    it.each([
        [{ useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL'], apifyProxyCountry: 'DE' }],
        [{ useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL', 'OTHER'] }],
        [{ useApifyProxy: true, apifyProxyGroups: ['OTHER'] }],
    ])('does not apply to a choice: %j has no fallback', async (chosen) => {
        const refusing = {
            hasApifyProxy: true,
            isAtHome: true,
            createProxy: () => Promise.reject(new Error('no access')),
        };
        await expect(openProxy(chosen, refusing, [])).rejects.toMatchObject({ code: 'invalid_proxy' });
    });
});

describe('the address of a proxy', () => {
    it.each([
        ['http://u:a6%6q@proxy.example:8000', 'u', 'a6%6q'],
        ['http://u:100%@proxy.example:8000', 'u', '100%'],
        ['http://u:%E4x@proxy.example:8000', 'u', '%E4x'],
        ['http://u:pa#ss@proxy.example:8000', 'u', 'pa#ss'],
        ['http://u:12#34@proxy.example:8000', 'u', '12#34'],
        ['http://u:12/34?5@proxy.example:8000', 'u', '12/34?5'],
        ['http://u:p@ss:word@proxy.example:8000', 'u', 'p@ss:word'],
        ['http://u:a%40b%25@proxy.example:8000', 'u', 'a@b%'],
        ['http://user+country=de;x:p w@proxy.example:8000/', 'user+country=de;x', 'p w'],
        ['https://proxy.example:8000', '', ''],
    ])('%s has these credentials', (text, user, password) => {
        const url = new URL(normalizeProxyUrl(text) ?? '');
        expect(url.host).toBe('proxy.example:8000');
        expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual([user, password]);
    });

    it.each(['proxy.example:8000', 'socks5://proxy.example:1080', 'http://', 'http://u:p@', 'http://proxy.example:x'])(
        '%s is none',
        (text) => {
            expect(normalizeProxyUrl(text)).toBeNull();
        },
    );

    it.each(['a6%6q', 'pa#ss', '12/34', '100%'])('with the password %s lets requests through', async (password) => {
        const proxy = await startLocalProxy((_, response) => response.writeHead(404).end());
        const settings = { useApifyProxy: false, proxyUrls: [`http://u:${password}@${proxy.host}`] };
        const opened = await openProxy(
            settings,
            {
                hasApifyProxy: false,
                isAtHome: false,
                createProxy: async (options) => ({
                    newUrl: async () => (options as { proxyUrls: string[] }).proxyUrls[0],
                }),
            },
            [],
        );
        const source = await createPublicPageSource({
            origin: 'http://profiles.test',
            proxy: opened,
            clock: systemClock,
        });
        const signal = new AbortController().signal;
        const outcome = await source.fetchProfile({ handle: 'ada-example', timeoutMs: 5000, signal });
        await source.close();
        await proxy.close();
        expect(outcome.kind).toBe('not_found');
        expect(proxy.credentials).toEqual([`u:${password}`]);
    });
});
