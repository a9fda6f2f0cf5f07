import { isLinkedInHost } from './response.ts';

/** Where an address is really asked, and as which host where that is not the same. */
export type Whereabouts = { url: URL; host: string };

/**
 * LinkedIn's addresses, and where they are asked: of LinkedIn itself, or of a server that stands in for it. One that
 * speaks plain HTTP is asked for everything, with a country's host as `Host`. One that speaks TLS is asked for what
 * `www` has; other hosts are asked by their own names where a proxy can take them there, and of it where not.
 */
export function createAddresses(origin: string, isProxied: boolean) {
    const site = new URL(origin);
    const home = isLinkedInHost(site) ? site.origin : 'https://www.linkedin.com';

    return {
        /** The address of a page by its path, encoded and without the first slash. */
        ofPage: (path: string): URL => new URL(`/${path}`, home),
        /** Where a `Location` that came from `address` leads, always over TLS; null when nowhere. */
        resolve(location: string, address: URL): URL | null {
            if (location === '' || !URL.canParse(location, address.href)) return null;
            const target = new URL(location, address.href);
            const resolved = target.origin === site.origin ? move(target, address.origin) : target;
            if (isLinkedInHost(resolved)) resolved.protocol = 'https:';
            resolved.hash = '';
            return resolved;
        },
        locate(address: URL): Whereabouts {
            if (address.origin !== home && site.protocol === 'https:' && isProxied)
                return { url: address, host: address.host };
            const url = move(address, site.origin);
            const isRenamed = address.origin !== home && site.protocol === 'http:';
            return { url, host: isRenamed ? address.host : url.host };
        },
    };
}

/** The same path and query elsewhere. A path that begins with two slashes is no host. */
function move({ pathname, search }: URL, origin: string): URL {
    const moved = new URL(origin);
    moved.pathname = pathname;
    moved.search = search;
    return moved;
}
