import { parseProfileUrl } from '../../../enrichment/profile-url/profile-url.ts';
import { findFirst, findNested, hasName, type PageNode } from './page-tree.ts';

const isLink = hasName('a');
const isLinkedInHost = (hostname: string): boolean => /^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(hostname);

/** The first address among the links of an entry that `read` can make something of. */
export function findLink(entry: PageNode | null, read: (href: string) => string | null): string | null {
    for (const link of findNested(entry, isLink)) {
        const address = readLink(link, read);
        if (address !== null) return address;
    }
    return null;
}

/** What `read` makes of the address of a link; null when it has none. */
export function readLink(link: PageNode | null, read: (href: string) => string | null): string | null {
    const href = link?.attributes.href;
    return href === undefined ? null : read(href);
}

/** The address of a company or school without tracking, sub-pages and country host; null for any other address. */
export function readOrganizationUrl(href: string): string | null {
    // Most links are others, and parsing is dear.
    const url = /company|school|showcase|organization|edu/.test(href) ? parseAddress(href) : null;
    if (!url || !isLinkedInHost(url.hostname)) return null;
    const path = /^\/(?:company|school|showcase|organization|edu)\/[^/]+/.exec(url.pathname)?.[0];
    return path === undefined ? null : `https://www.linkedin.com${path}`;
}

/** The canonical address of a person; null for any other address. */
export function readProfileUrl(href: string): string | null {
    const url = parseAddress(href);
    const parsing = url && isLinkedInHost(url.hostname) ? parseProfileUrl(url.href) : null;
    return parsing?.ok ? parsing.profileUrl.canonicalUrl : null;
}

/** An address outside, taken out of LinkedIn's redirect where it is wrapped in one; null when there is none. */
export function readOutsideUrl(href: string): string | null {
    const url = parseAddress(href);
    if (!url || !/^https?:$/.test(url.protocol)) return null;
    if (!isLinkedInHost(url.hostname)) return dropTracking(href.trim());
    const target = /^\/(?:redir\/|safety\/go)/.test(url.pathname) ? url.searchParams.get('url')?.trim() : null;
    if (!target) return null;
    if (/^https?:\/\/[^/]/i.test(target)) return target;
    // People write their websites without a scheme, and the redirect leaves it at that.
    return /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?:[/?#]|:\d|$)/u.test(target) ? `https://${target}` : null;
}

/** The address of a certificate: outside, or one of LinkedIn's own. */
export function readCertificateUrl(href: string): string | null {
    const url = parseAddress(href);
    const isOwn = url && isLinkedInHost(url.hostname) && /^\/learning\/certificates\/[^/]/.test(url.pathname);
    return isOwn ? `https://www.linkedin.com${url.pathname}` : readOutsideUrl(href);
}

/** The address of an article or a post on LinkedIn, without tracking and country host. */
export function readArticleUrl(href: string): string | null {
    const url = parseAddress(href);
    const isOwn = url && isLinkedInHost(url.hostname) && /^\/(?:pulse|posts|article|feed)\/[^/]/.test(url.pathname);
    return isOwn ? `https://www.linkedin.com${url.pathname}` : readOutsideUrl(href);
}

/** Links are absolute but for some of LinkedIn's own. */
function parseAddress(href: string): URL | null {
    try {
        return new URL(href, 'https://www.linkedin.com');
    } catch {
        return null;
    }
}

/** Cut out of the text, since a parsed query is written differently. */
function dropTracking(href: string): string {
    const [, address = href, query = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(href) ?? [];
    const kept = query
        .slice(1)
        .split('&')
        .filter((parameter) => !/^(?:trk|trackingId|lipi)(?:=|$)/.test(parameter));
    return `${address}${kept.join('&') === '' ? '' : `?${kept.join('&')}`}${hash}`;
}

/** The picture of an `img`, or of the first one inside; LinkedIn's placeholders are none. */
export function readPictureUrl(node: PageNode | null): string | null {
    const image = node?.name === 'img' ? node : findFirst(node, hasName('img'));
    return keepPictureUrl(image?.attributes['data-delayed-url'] ?? image?.attributes.src);
}

/** The address of a real picture: only `media.licdn.com` has those. */
export function keepPictureUrl(address: string | null | undefined): string | null {
    if (!address || !URL.canParse(address)) return null;
    return /^media(?:-exp\d*)?\.licdn\.(?:com|cn)$/.test(new URL(address).hostname) ? address : null;
}
