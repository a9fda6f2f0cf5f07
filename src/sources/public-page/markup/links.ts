import { parseProfileUrl } from '../../../enrichment/profile-url/profile-url.ts';
import { findFirst, findNested, hasName, type PageNode } from './page-tree.ts';

const isLink = hasName('a');
const isLinkedInHost = (hostname: string): boolean => /^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(hostname);

type ReadAddress = (href: string) => string | null;

/** The first result of `read` that is not null, over the links of an entry. */
export function findLink(entry: PageNode | null, read: ReadAddress): string | null {
    return findLinked(entry, read)?.address ?? null;
}

/** The same with the link. */
export function findLinked(entry: PageNode | null, read: ReadAddress): { link: PageNode; address: string } | null {
    for (const link of findNested(entry, isLink)) {
        const address = readLink(link, read);
        if (address !== null) return { link, address };
    }
    return null;
}

/** The result of `read` for a link's `href`; null without one. */
export function readLink(link: PageNode | null, read: ReadAddress): string | null {
    const href = link?.attributes.href;
    return href === undefined ? null : read(href);
}

/** A company or school URL without tracking, sub-pages and country host; null for any other URL. */
export function readOrganizationUrl(href: string): string | null {
    // Most links are not, and parsing is expensive.
    const url = /company|school|showcase|organization|edu/.test(href) ? parseAddress(href) : null;
    if (!url || !isLinkedInHost(url.hostname)) return null;
    const path = /^\/(?:company|school|showcase|organization|edu)\/[^/]+/.exec(url.pathname)?.[0];
    return path === undefined ? null : `https://www.linkedin.com${path}`;
}

/** The canonical URL of a profile; null for any other URL. */
export function readProfileUrl(href: string): string | null {
    const url = parseAddress(href);
    const parsing = url && isLinkedInHost(url.hostname) ? parseProfileUrl(url.href) : null;
    return parsing?.ok ? parsing.profileUrl.canonicalUrl : null;
}

/** A URL outside LinkedIn, unwrapped from LinkedIn's redirect if necessary; else null. */
export function readOutsideUrl(href: string): string | null {
    const url = parseAddress(href);
    if (!url || !/^https?:$/.test(url.protocol)) return null;
    if (!isLinkedInHost(url.hostname)) return dropTracking(href.trim());
    const target = /^\/(?:redir\/|safety\/go)/.test(url.pathname) ? url.searchParams.get('url')?.trim() : null;
    if (!target) return null;
    if (/^https?:\/\/[^/]/i.test(target)) return target;
    // Users enter websites without a scheme, and the redirect keeps them that way.
    return /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?:[/?#]|:\d|$)/u.test(target) ? `https://${target}` : null;
}

/** The URL of a certificate: an external one, or LinkedIn Learning's. */
export const readCertificateUrl = (href: string): string | null =>
    readOwnUrl(href, /^\/learning\/certificates\/[^/]/) ?? readOutsideUrl(href);

/** The URL of an article or post on LinkedIn without tracking and country host, or an external URL. */
export const readArticleUrl = (href: string): string | null =>
    readOwnUrl(href, /^\/(?:pulse|posts|article|feed)\/[^/]/) ?? readOutsideUrl(href);

/** A URL on LinkedIn with such a path, without tracking and country host. */
function readOwnUrl(href: string, path: RegExp): string | null {
    const url = parseAddress(href);
    return url && isLinkedInHost(url.hostname) && path.test(url.pathname)
        ? `https://www.linkedin.com${url.pathname}`
        : null;
}

/** Some of LinkedIn's own links are relative. */
function parseAddress(href: string): URL | null {
    try {
        return new URL(href, 'https://www.linkedin.com');
    } catch {
        return null;
    }
}

/** Edits the text, since serialising a parsed query would change it. */
function dropTracking(href: string): string {
    const [, address = href, query = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(href) ?? [];
    const kept = query
        .slice(1)
        .split('&')
        .filter((parameter) => !/^(?:trk|trackingId|lipi)(?:=|$)/.test(parameter));
    return `${address}${kept.join('&') === '' ? '' : `?${kept.join('&')}`}${hash}`;
}

/** The URL of an `img`, or of the first one inside; null for LinkedIn's placeholders. */
export function readPictureUrl(node: PageNode | null): string | null {
    const image = node?.name === 'img' ? node : findFirst(node, hasName('img'));
    return keepPictureUrl(image?.attributes['data-delayed-url'] ?? image?.attributes.src);
}

/** The URL if it is a real picture: only those on `media.licdn.com` are. */
export function keepPictureUrl(address: string | null | undefined): string | null {
    if (!address || !URL.canParse(address)) return null;
    return /^media(?:-exp\d*)?\.licdn\.(?:com|cn)$/.test(new URL(address).hostname) ? address : null;
}
