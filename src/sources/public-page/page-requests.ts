import type { CompanyOutcome, FailedOutcome, FoundOutcome, NotFoundOutcome } from '../../enrichment/source.ts';
import { isLinkedInHost, type PathMeaning } from './response.ts';

/** A page to request: its path, its possible redirects, and its reader. */
export type PageRequest<Found> = {
    page: 'profile' | 'company';
    /** Without the leading slash. */
    path: string;
    /** What a redirect to this path, in lower case, means; null for another kind of page. */
    classifyPath: (path: string) => PathMeaning | null;
    /** Once the reader is loaded, parses the body synchronously, before it returns. */
    read(body: Buffer, address: URL): Promise<Found | NotFoundOutcome | FailedOutcome>;
};

export function requestProfile(handle: string): PageRequest<FoundOutcome> {
    return {
        page: 'profile',
        path: `in/${encodeURIComponent(handle)}/`,
        classifyPath: (path) => (/^\/in\/[^/]+/.test(path) ? 'page' : null),
        read: (body, address) => withReader(({ readPage }) => readPage(body, readHandle(address) ?? handle)),
    };
}

/** `path` is `company/<slug>` or `school/<slug>`, decoded. */
export function requestCompany(path: string): PageRequest<Extract<CompanyOutcome, { kind: 'found' }>> {
    return {
        page: 'company',
        path: `${path.split('/').map(encodeURIComponent).join('/')}/`,
        classifyPath(found) {
            if (/^\/company\/unavailable(?:\/|$)/.test(found)) return 'not_found';
            return /^\/(?:company|school|showcase)\/[^/]+/.test(found) ? 'page' : null;
        },
        read: (body, address) => withCompanyReader(({ readCompanyPage }) => readCompanyPage(body, address.href)),
    };
}

/** Loads a module at its first use, to keep the start fast; later uses are synchronous. */
function lazily<Module>(load: () => Promise<Module>) {
    let loaded: Module | null = null;
    return <T>(use: (module: Module) => Promise<T>): Promise<T> =>
        loaded ? use(loaded) : load().then((module) => use((loaded = module)));
}

const withReader = lazily(() => import('./page.ts'));
const withCompanyReader = lazily(() => import('./company/company-page.ts'));

function readHandle(url: URL): string | null {
    const segment = /^\/in\/([^/]+)/i.exec(url.pathname)?.[1];
    if (segment === undefined) return null;
    try {
        return decodeURIComponent(segment).normalize('NFC').toLowerCase();
    } catch {
        return null;
    }
}

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
