import type { FailureCause } from '../../enrichment/result.ts';
import type { FailedOutcome, RateHint } from '../../enrichment/source.ts';
import { parseRateHint, parseRetryAfter } from '../rate-limit-headers.ts';
import type { PageHead } from './fetch-page.ts';

/** What the beginning of an answer means, before its body is read. */
export type AnswerMeaning =
    | { kind: 'page' }
    | { kind: 'not_found' }
    | { kind: 'redirect'; url: URL }
    | { kind: 'failed'; failure: FailedOutcome };

/** How long to leave LinkedIn alone after it asked for a sign-in or a challenge, in milliseconds. */
const challengePauseMs = 15_000;

/** How long to leave LinkedIn alone after a 429 that does not say how long, in milliseconds. */
const slowDownPauseMs = 5_000;

/** The source refused to show the page; another session may be let in. */
export function buildRefusal(cause: FailureCause, detail: string): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable: true, isRefusal: true, detail };
}

/** The source answered nonsense or broke off; the same question may be answered next time. */
export function buildFault(cause: FailureCause, detail: string, isRetryable = true): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable, isRefusal: false, detail };
}

/**
 * The outcome table of a logged-out profile page, as far as status, headers and redirects go. A pause in it is what an
 * address without a proxy has to keep; behind one it is the session's alone.
 */
export function classifyAnswer({ statusCode, headers }: PageHead, askedUrl: URL, now: number): AnswerMeaning {
    if (statusCode === 404 || statusCode === 410) return { kind: 'not_found' };
    if (statusCode >= 300 && statusCode < 400) return classifyRedirect(headers.location, askedUrl);
    const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
    if (statusCode === 429) {
        const pause = { ms: retryAfterMs ?? slowDownPauseMs, scope: 'queue' } as const;
        const refusal = buildRefusal('rate_limited', 'status 429');
        return { kind: 'failed', failure: { ...refusal, code: 'rate_limit_exceeded', pause } };
    }
    if (statusCode === 999 || statusCode === 401 || statusCode === 403) {
        return { kind: 'failed', failure: buildRefusal('blocked', `status ${statusCode}`) };
    }
    if (statusCode !== 200) {
        const failure = buildFault('server_error', `status ${statusCode}`);
        const pause = retryAfterMs === null ? {} : { pause: { ms: retryAfterMs, scope: 'url' } as const };
        return { kind: 'failed', failure: { ...failure, ...pause } };
    }
    if (!/^(?:text\/html|application\/xhtml\+xml)\b/i.test(headers['content-type'] ?? 'text/html')) {
        return { kind: 'failed', failure: buildFault('unreadable', 'the response is not HTML') };
    }
    return { kind: 'page' };
}

function classifyRedirect(location: string | undefined, askedUrl: URL): AnswerMeaning {
    const isReadable = location !== undefined && URL.canParse(location, askedUrl.href);
    const url = isReadable ? new URL(location, askedUrl.href) : null;
    if (!url) return { kind: 'failed', failure: buildFault('other_page', 'a redirect to nowhere') };
    const path = url.pathname.toLowerCase();
    if (/^\/404(?:\/|$)/.test(path)) return { kind: 'not_found' };
    if (path.startsWith('/authwall'))
        return { kind: 'failed', failure: buildRefusal('wall', 'redirect to the sign-in wall') };
    if (/^\/(?:uas\/login|login|signup|checkpoint)(?:\/|$|-)/.test(path)) {
        const refusal = buildRefusal('wall', 'redirect to a sign-in or challenge page');
        return { kind: 'failed', failure: { ...refusal, pause: { ms: challengePauseMs, scope: 'queue' } } };
    }
    if (!isLinkedInHost(url) && url.origin !== askedUrl.origin) {
        return { kind: 'failed', failure: buildFault('other_page', 'a redirect to another site', false) };
    }
    if (/^\/in\/[^/]+/.test(path)) return { kind: 'redirect', url };
    return { kind: 'failed', failure: buildRefusal('other_page', 'redirect to a page that is no profile') };
}

/** Whether an address is LinkedIn's own. */
export function isLinkedInHost({ hostname, protocol, port, username, password }: URL): boolean {
    const isPlain = port === '' && username === '' && password === '' && /^https?:$/.test(protocol);
    return isPlain && /^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(hostname);
}

/** What the head says of the rate that is left; null where it says nothing. */
export function readRateHint({ headers }: PageHead, now: number): RateHint | null {
    return parseRateHint({ remaining: headers['x-ratelimit-remaining'], reset: headers['x-ratelimit-reset'] }, now);
}
