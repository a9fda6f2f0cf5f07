import type { FailedOutcome, SourceOutcome } from '../../enrichment/source.ts';
import type { ExchangeError, PageFetch } from './http/http-client.ts';
import type { PageReading } from './page.ts';
import { buildFault, buildRefusal } from './response.ts';

/** A request, or the profile's whole attempt, that took too long. */
export function timedOut(): FailedOutcome {
    return { ...buildFault('timeout', 'no response in time'), code: 'upstream_timeout' };
}

/** Errors of the network by which no server was met at all; a connection that broke off later may have met one. */
const unreachableCodes = new Set([
    'ENOTFOUND',
    'EAI_AGAIN',
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EADDRNOTAVAIL',
    'ETIMEDOUT',
]);

/** What it means that there is no whole response. `proxyUrl` is the way it was to come. */
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
    // A proxy that lets nothing through is a refusal: another may, and twenty in a row end the run.
    if (proxyUrl !== undefined && !isBegun) return refuseProxy(detail, proxyUrl);
    return { ...buildFault('no_connection', detail), isRefusal: unreachableCodes.has(detail), peer: url.host };
}

/** A proxy that lets nothing through, named for users without its password. */
export function refuseProxy(detail: string, proxyUrl: string): FailedOutcome {
    return { ...buildRefusal('proxy', detail), peer: new URL(proxyUrl).host };
}

/** What a page turned out to be. */
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
