import type { FailedOutcome, NotFoundOutcome } from '../../enrichment/source.ts';
import { buildFault, buildRateLimited, buildRefusal, buildTimeout } from '../failures.ts';
import { parseRetryAfter } from '../rate-limit-headers.ts';
import type { PageFetch } from './http/fetch-page.ts';
import type { ResponseHead } from './http/http-client.ts';

/**
 * What a response means by its head, before the body is read: the page, a redirect to another LinkedIn address that can
 * be the page, or an outcome.
 */
export type ResponseMeaning = 'page' | URL | NotFoundOutcome | FailedOutcome;

export type PathMeaning = 'page' | 'not_found';

/** The pause after a sign-in form or a challenge, in milliseconds. */
const challengePauseMs = 15_000;

/** The pause after a 429 without `Retry-After`, in milliseconds. */
const slowDownPauseMs = 5_000;

export type ClassifyOptions = {
    now: number;
    /** Resolves a `Location`; null when invalid. */
    resolve: (location: string) => URL | null;
    /** What a redirect to this path, in lower case, means; null for another kind of page. */
    classifyPath: (path: string) => PathMeaning | null;
};

/**
 * Classifies a response by status, headers and redirect. Its pauses apply to the machine's own address; behind a proxy
 * they concern the session only.
 */
export function classifyResponse(
    { statusCode, headers }: ResponseHead,
    { now, resolve, classifyPath }: ClassifyOptions,
): ResponseMeaning {
    if (statusCode === 404 || statusCode === 410) return { kind: 'not_found' };
    if (statusCode >= 300 && statusCode < 400) return classifyRedirect(resolve(headers.location ?? ''), classifyPath);
    const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
    if (statusCode === 429) return buildRateLimited('status 429', retryAfterMs ?? slowDownPauseMs);
    if (statusCode === 999 || statusCode === 401 || statusCode === 403)
        return buildRefusal('blocked', `status ${statusCode}`);
    if (statusCode !== 200) {
        const fault = buildFault('server_error', `status ${statusCode}`);
        return retryAfterMs === null ? fault : { ...fault, pause: { ms: retryAfterMs, scope: 'url' } };
    }
    const isHtml = /^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers['content-type'] ?? 'text/html');
    return isHtml ? 'page' : buildFault('unreadable', 'the response is not HTML');
}

function classifyRedirect(address: URL | null, classifyPath: ClassifyOptions['classifyPath']): ResponseMeaning {
    if (!address) return buildFault('other_page', 'a redirect to nowhere');
    const path = address.pathname.toLowerCase();
    if (!isLinkedInHost(address)) return buildFault('other_page', 'a redirect to another site', false);
    if (/^\/404(?:\/|$)/.test(path)) return { kind: 'not_found' };
    if (path.startsWith('/authwall')) return buildRefusal('wall', 'redirect to the sign-in wall');
    if (/^\/(?:uas\/login|login|signup|checkpoint)(?:\/|$|-)/.test(path)) {
        const refusal = buildRefusal('wall', 'redirect to a sign-in or challenge page');
        return { ...refusal, pause: { ms: challengePauseMs, scope: 'queue' } };
    }
    switch (classifyPath(path)) {
        case 'page':
            return address;
        case 'not_found':
            return { kind: 'not_found' };
        case null:
            return buildRefusal('other_page', 'redirect to another kind of page');
    }
}

/** Whether an address belongs to LinkedIn. */
export function isLinkedInHost({ hostname, protocol, port, username, password }: URL): boolean {
    const isPlain = port === '' && username === '' && password === '' && /^https?:$/.test(protocol);
    return isPlain && /^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(hostname);
}

/** Network errors without any connection to a server; others may have reached one. */
const unreachableCodes = new Set(
    'ENOTFOUND EAI_AGAIN ECONNREFUSED EHOSTUNREACH ENETUNREACH EADDRNOTAVAIL ETIMEDOUT'.split(' '),
);

/** The failure for a missing or incomplete response. `proxyUrl` is the proxy used, if any. */
export function describeBreak(
    fetched: Exclude<PageFetch<unknown>, { kind: 'responded' }>,
    url: URL,
    proxyUrl: string | undefined,
): FailedOutcome {
    if (fetched.kind === 'timeout') return buildTimeout();
    if (fetched.kind === 'too_large') return buildFault('too_large', 'the page is larger than 10 MB', false);
    const { detail, peer, isCertificate } = fetched.error;
    if (isCertificate) {
        const untrusted = peer === 'proxy' && proxyUrl !== undefined ? new URL(proxyUrl) : url;
        return { ...buildRefusal('certificate', detail), peer: untrusted.host };
    }
    // A failing proxy counts as a refusal: another one may work, and twenty in a row end the run.
    if (proxyUrl !== undefined && fetched.head === null) return refuseProxy(detail, proxyUrl);
    return { ...buildFault('no_connection', detail), isRefusal: unreachableCodes.has(detail), peer: url.host };
}

/** A refusal by a proxy, named for users without its password. */
export function refuseProxy(detail: string, proxyUrl: string): FailedOutcome {
    return { ...buildRefusal('proxy', detail), peer: new URL(proxyUrl).host };
}
