import type { FailedOutcome, SourceOutcome } from '../../enrichment/source.ts';
import type { ExchangeError, PageFetch } from './http/http-client.ts';
import type { PageReading } from './page.ts';
import { buildFault, buildRefusal } from './response.ts';

export function timedOut(): FailedOutcome {
    return { ...buildFault('timeout', 'no response in time'), code: 'upstream_timeout' };
}

/** Network errors without any connection to a server; others may have reached one. */
const unreachableCodes = new Set([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
    'ETIMEDOUT',
]);

/** The failure for a missing or incomplete response. `proxyUrl` is the proxy used, if any. */
export function describeBreak(
    fetched: Exclude<PageFetch<unknown>, { kind: 'responded' }>,
    url: URL,
    proxyUrl: string | undefined,
): FailedOutcome {
    switch (fetched.kind) {
        case 'timeout':
            return timedOut();
        case 'too_large':
            return buildFault('too_large', 'the page is larger than 10 MB', false);
        case 'broken':
            return describeError(fetched.error, { url, proxyUrl, isBegun: fetched.head !== null });
    }
}

function describeError(
    { detail, peer, isCertificate }: ExchangeError,
    { url, proxyUrl, isBegun }: { url: URL; proxyUrl: string | undefined; isBegun: boolean },
): FailedOutcome {
    if (isCertificate) {
        const untrusted = peer === 'proxy' && proxyUrl !== undefined ? new URL(proxyUrl) : url;
        return { ...buildRefusal('certificate', detail), peer: untrusted.host };
    }
    // A failing proxy counts as a refusal: another one may work, and twenty in a row end the run.
    if (proxyUrl !== undefined && !isBegun) return refuseProxy(detail, proxyUrl);
    return { ...buildFault('no_connection', detail), isRefusal: unreachableCodes.has(detail), peer: url.host };
}

/** A refusal by a proxy, named for users without its password. */
export function refuseProxy(detail: string, proxyUrl: string): FailedOutcome {
    return { ...buildRefusal('proxy', detail), peer: new URL(proxyUrl).host };
}

export function describeReading(reading: PageReading): SourceOutcome {
    switch (reading.kind) {
        case 'profile':
            return {
                kind: 'found',
                profile: reading.profile,
                handle: reading.handle,
                unreadSections: reading.unreadSections,
            };
        case 'not_found':
            return { kind: 'not_found' };
        case 'wall':
        case 'other_page':
            return buildRefusal(reading.kind, reading.detail);
        case 'incomplete':
            return buildFault('unreadable', reading.detail);
    }
}
