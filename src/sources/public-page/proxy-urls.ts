import type { ProxyUrls } from './sessions.ts';

/** The operator's own proxies, or Apify Proxy with the parameters of its user name. */
export type ProxySetting =
    | { urls: readonly string[] }
    | { host: string; password: string; groups: readonly string[]; country: string | null };

/** The kind of proxy: `none`, `own`, or Apify's groups; `AUTO` for Apify's automatic choice. */
export type ProxyKind = { kind: string; country: string | null };

/** Returns proxy URLs without the Apify SDK; each session keeps its own. */
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

/** Reads kind and country from a proxy URL. Proxy providers expect the country in the user name. */
export function describeProxy(proxyUrl: string | undefined): ProxyKind {
    if (proxyUrl === undefined) return { kind: 'none', country: null };
    const { hostname, username } = new URL(proxyUrl);
    const user = username.replaceAll(/%2[BC]/gi, (code) => (code.toUpperCase() === '%2B' ? '+' : ','));
    const [, groups] = /(?:^|,)groups-([^,]+)/.exec(user) ?? [];
    const [, country] = /(?:^|[^a-z])(?:country|cc)[-_.]([a-z]{2})(?![a-z])/i.exec(user) ?? [];
    const isApifys = hostname.endsWith('apify.com');
    return { kind: groups ?? (isApifys ? 'AUTO' : 'own'), country: country?.toUpperCase() ?? null };
}
