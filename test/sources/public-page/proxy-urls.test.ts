import { describe, expect, it } from 'vitest';
import { createProxyUrls, describeProxy } from '../../../src/sources/public-page/proxy-urls.ts';

describe('proxies without the SDK', () => {
    it('are used in turn', async () => {
        const proxies = createProxyUrls({ urls: ['http://one.example:1', 'http://two.example:2'] });
        expect(await Promise.all(['a', 'b', 'c'].map((id) => proxies.newUrl(id)))).toEqual([
            'http://one.example:1',
            'http://two.example:2',
            'http://one.example:1',
        ]);
    });

    it('have group, session and country in the user name, as Apify expects', async () => {
        const apify = { host: 'proxy.apify.com:8000', password: 'a/b%', groups: ['RESIDENTIAL'], country: 'US' };
        expect(await createProxyUrls(apify).newUrl('session_1')).toBe(
            'http://groups-RESIDENTIAL,session-session_1,country-US:a%2Fb%25@proxy.apify.com:8000',
        );
        expect(await createProxyUrls({ ...apify, groups: [], country: null }).newUrl()).toBe(
            'http://auto:a%2Fb%25@proxy.apify.com:8000',
        );
    });
});

describe('the kind of a proxy', () => {
    it.each([
        [undefined, 'none', null],
        ['http://user:secret@proxy.example:8000', 'own', null],
        ['http://customer-me-country-de-session-1:secret@proxy.example:8000', 'own', 'DE'],
        ['http://customer-me-cc-FR:secret@proxy.example:8000', 'own', 'FR'],
        ['http://me-country_ua_city_kyiv:secret@proxy.example:8000', 'own', 'UA'],
        ['http://countryside:secret@proxy.example:8000', 'own', null],
        ['http://auto:secret@proxy.apify.com:8000', 'AUTO', null],
        ['http://session-a1:secret@proxy.apify.com:8000', 'AUTO', null],
        ['http://groups-RESIDENTIAL,session-a1,country-US:secret@proxy.apify.com:8000', 'RESIDENTIAL', 'US'],
        ['http://groups-SHADER%2BBUYPROXIES94952,session-a1:secret@10.0.0.1:8000', 'SHADER+BUYPROXIES94952', null],
        ['http://groups-RESIDENTIAL%2Csession-a1:secret@proxy.apify.com:8000', 'RESIDENTIAL', null],
    ])('is read from %s', (url, kind, country) => {
        expect(describeProxy(url)).toEqual({ kind, country });
    });
});
