import { describe, expect, it } from 'vitest';
import { openProxy } from '../../src/actor/open-proxy.ts';

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
        expect(await openProxy(settings, platform)).toBeNull();
    });

    it.each([
        [{ foo: 1 }],
        [{ tieredProxyUrls: [['http://proxy.example:8000']] }],
        [{ proxyUrls: ['socks5://proxy.example:1080'] }],
        [{ proxyUrls: ['nonsense'] }],
        [{ useApifyProxy: 'yes' }],
        [{ useApifyProxy: true }],
    ])('that %j asks for is a clear mistake, never a request without it', async (settings) => {
        await expect(openProxy(settings, platform)).rejects.toMatchObject({ code: 'invalid_proxy' });
    });

    it('takes an empty country and empty groups as not given, and "true" as what it means', async () => {
        const settings = { useApifyProxy: 'true', apifyProxyGroups: [''], apifyProxyCountry: '', proxyUrls: '' };
        const proxy = await openProxy(settings, { ...platform, hasApifyProxy: true });
        expect(await proxy?.newUrl()).toBe('{"useApifyProxy":true,"apifyProxyGroups":[]}');
    });

    it('is opened with what the editor wrote', async () => {
        const settings = { useApifyProxy: true, apifyProxyGroups: ['RESIDENTIAL'], apifyProxyCountry: null };
        const proxy = await openProxy(settings, { ...platform, hasApifyProxy: true });
        expect(await proxy?.newUrl()).toBe('{"useApifyProxy":true,"apifyProxyGroups":["RESIDENTIAL"]}');
    });
});
