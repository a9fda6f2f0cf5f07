import { describe, expect, it } from 'vitest';
import { normalizeProxyUrl } from '../../../../src/actor/input/proxy/proxy-url.ts';
import { openProxy } from '../../../../src/actor/input/proxy/proxy.ts';
import { createPublicPageSource } from '../../../../src/sources/public-page/public-page-source.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { startLocalProxy } from '../../../helpers/sites/local-proxy.ts';

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
