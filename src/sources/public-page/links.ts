import { findFirst, hasName, type PageNode } from './page-tree.ts';

/** The address of a company or school without tracking and country host; null for any other address. */
export function readLinkedInUrl(node: PageNode | null): string | null {
    const href = node?.attributes['href'];
    if (!href || !URL.canParse(href)) return null;
    const url = new URL(href);
    if (!/^(?:[a-z0-9-]+\.)*linkedin\.com$/.test(url.hostname)) return null;
    if (!/^\/(?:company|school|showcase|organization|edu)\/[^/]/.test(url.pathname)) return null;
    return `https://www.linkedin.com${url.pathname}`;
}

/** An address outside, taken out of LinkedIn's redirect where it is wrapped in one; null when there is none. */
export function readOutsideUrl(node: PageNode | null): string | null {
    const href = node?.attributes['href'];
    if (!href || !URL.canParse(href)) return null;
    const url = new URL(href);
    if (/(?:^|\.)linkedin\.com$/.test(url.hostname)) {
        const wrapped = url.pathname.startsWith('/redir/') ? url.searchParams.get('url') : null;
        return wrapped && /^https?:\/\//i.test(wrapped) ? wrapped : null;
    }
    url.searchParams.delete('trk');
    return /^https?:$/.test(url.protocol) ? url.href : null;
}

/** The picture of an `img`; LinkedIn's placeholders are none. */
export function readPictureUrl(node: PageNode | null): string | null {
    const image = node?.name === 'img' ? node : findFirst(node, hasName('img'));
    const address = image?.attributes['data-delayed-url'] ?? image?.attributes['src'];
    return keepPictureUrl(address);
}

/** The address of a real picture: only `media.licdn.com` has those. */
export function keepPictureUrl(address: string | undefined): string | null {
    if (!address || !URL.canParse(address)) return null;
    return /^media(?:-exp\d*)?\.licdn\.com$/.test(new URL(address).hostname) ? address : null;
}
