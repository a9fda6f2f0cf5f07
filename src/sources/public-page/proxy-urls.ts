import type { ProxyUrls } from './sessions.ts';

/** Proxies of one's own, or Apify's with what its user name can say. */
export type ProxySetting =
    | { urls: readonly string[] }
    | { host: string; password: string; groups: readonly string[]; country: string | null };

/** Where a request comes from: `none`, `own`, or Apify's group or groups; `AUTO` is its own choice. */
export type ProxyKind = { kind: string; country: string | null };

/** Hands out proxies without the Apify SDK: each session keeps the one it is given. */
export function createProxyUrls(setting: ProxySetting): ProxyUrls {
    let given = 0;
    return {
        async newUrl(sessionId) {
            if ('urls' in setting) {
                given += 1;
                return setting.urls[(given - 1) % setting.urls.length];
            }
            const { host, password, groups, country } = setting;
            const parts = [
                ...(groups.length > 0 ? [`groups-${groups.join('+')}`] : []),
                ...(sessionId === undefined ? [] : [`session-${sessionId}`]),
                ...(country === null ? [] : [`country-${country}`]),
            ];
            return `http://${parts.join(',') || 'auto'}:${encodeURIComponent(password)}@${host}`;
        },
    };
}

/** What a proxy's address tells of it. Providers take a country as a part of the user name. */
export function describeProxy(proxyUrl: string | undefined): ProxyKind {
    if (proxyUrl === undefined) return { kind: 'none', country: null };
    const { hostname, username } = new URL(proxyUrl);
    const user = username.replaceAll(/%2[BC]/gi, (code) => (code.toUpperCase() === '%2B' ? '+' : ','));
    const [, groups] = /(?:^|,)groups-([^,]+)/.exec(user) ?? [];
    const [, country] = /(?:^|[^a-z])(?:country|cc)[-_.]([a-z]{2})(?![a-z])/i.exec(user) ?? [];
    const isApifys = hostname.endsWith('apify.com');
    return { kind: groups ?? (isApifys ? 'AUTO' : 'own'), country: country?.toUpperCase() ?? null };
}
