import { isLinkedInHost } from './response.ts';

/** The URL a request is sent to, and its `Host`. */
export type RequestLocation = { url: URL; host: string };

/**
 * Maps LinkedIn's addresses to where requests are sent: LinkedIn itself, or a server in its place. A plain HTTP server
 * gets all requests, with country hosts as `Host`. A TLS server gets the requests for `www`; other hosts are requested
 * by their own names through a proxy, and from the server without one.
 */
export function createAddresses(origin: string, isProxied: boolean) {
    const site = new URL(origin);
    const home = isLinkedInHost(site) ? site.origin : 'https://www.linkedin.com';

    return {
        /** The address of a page; `path` is encoded and without the leading slash. */
        ofPage: (path: string): URL => new URL(`/${path}`, home),
        /** Resolves a `Location` received from `address`, always to TLS; null when invalid. */
        resolve(location: string, address: URL): URL | null {
            if (location === '' || !URL.canParse(location, address.href)) return null;
            const target = new URL(location, address.href);
            const resolved = target.origin === site.origin ? move(target, address.origin) : target;
            if (isLinkedInHost(resolved)) resolved.protocol = 'https:';
            resolved.hash = '';
            return resolved;
        },
        locate(address: URL): RequestLocation {
            if (address.origin !== home && site.protocol === 'https:' && isProxied)
                return { url: address, host: address.host };
            const url = move(address, site.origin);
            const isRenamed = address.origin !== home && site.protocol === 'http:';
            return { url, host: isRenamed ? address.host : url.host };
        },
    };
}

/** The same path and query at another origin. A path with two leading slashes is not read as a host. */
function move({ pathname, search }: URL, origin: string): URL {
    const moved = new URL(origin);
    moved.pathname = pathname;
    moved.search = search;
    return moved;
}
