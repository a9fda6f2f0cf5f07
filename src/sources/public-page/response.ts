import type { IncomingHttpHeaders } from 'node:http';
import * as zlib from 'node:zlib';
import type { FailureCause } from '../../enrichment/result/result.ts';
import type { FailedOutcome, RateHint } from '../../enrichment/source.ts';
import { parseRateHint, parseRetryAfter } from '../rate-limit-headers.ts';

export type ResponseHead = { statusCode: number; headers: IncomingHttpHeaders };

/** What a response means by its head, before the body is read. */
export type ResponseMeaning =
    | { kind: 'page' }
    | { kind: 'not_found' }
    /** To another LinkedIn address that can be the page. */
    | { kind: 'redirect'; address: URL }
    | { kind: 'failed'; failure: FailedOutcome };

export type PathMeaning = 'page' | 'not_found';

/** The pause after a sign-in form or a challenge, in milliseconds. */
const challengePauseMs = 15_000;

/** The pause after a 429 without `Retry-After`, in milliseconds. */
const slowDownPauseMs = 5_000;

/** The source refused to show the page; another session may succeed. */
export function buildRefusal(cause: FailureCause, detail: string): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable: true, isRefusal: true, detail };
}

/** The response was invalid or broke off; a retry with any session may succeed. */
export function buildFault(cause: FailureCause, detail: string, isRetryable = true): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable, isRefusal: false, detail };
}

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

function classifyRedirect(address: URL | null, classifyPath: ClassifyOptions['classifyPath']): ResponseMeaning {
    if (!address) return { kind: 'failed', failure: buildFault('other_page', 'a redirect to nowhere') };
    const path = address.pathname.toLowerCase();
    if (!isLinkedInHost(address)) {
        return { kind: 'failed', failure: buildFault('other_page', 'a redirect to another site', false) };
    }
    if (/^\/404(?:\/|$)/.test(path)) return { kind: 'not_found' };
    if (path.startsWith('/authwall'))
        return { kind: 'failed', failure: buildRefusal('wall', 'redirect to the sign-in wall') };
    if (/^\/(?:uas\/login|login|signup|checkpoint)(?:\/|$|-)/.test(path)) {
        const refusal = buildRefusal('wall', 'redirect to a sign-in or challenge page');
        return { kind: 'failed', failure: { ...refusal, pause: { ms: challengePauseMs, scope: 'queue' } } };
    }
    switch (classifyPath(path)) {
        case 'page':
            return { kind: 'redirect', address };
        case 'not_found':
            return { kind: 'not_found' };
        case null:
            return { kind: 'failed', failure: buildRefusal('other_page', 'redirect to another kind of page') };
    }
}

/** Whether an address belongs to LinkedIn. */
export function isLinkedInHost({ hostname, protocol, port, username, password }: URL): boolean {
    const isPlain = port === '' && username === '' && password === '' && /^https?:$/.test(protocol);
    return isPlain && /^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(hostname);
}

/** The rate-limit headers; null without them. */
export function readRateHint({ headers }: ResponseHead, now: number): RateHint | null {
    return parseRateHint({ remaining: headers['x-ratelimit-remaining'], reset: headers['x-ratelimit-reset'] }, now);
}

type Decoder = (body: Buffer, options: zlib.ZlibOptions) => Buffer;

/** Since Node 22.15. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Decoder };

/** Reads a truncated gzip or deflate body as far as it goes, as browsers do. */
const leniently =
    (decoder: Decoder): Decoder =>
    (body, options) =>
        decoder(body, { ...options, finishFlush: zlib.constants.Z_SYNC_FLUSH });

/** In the order of browsers' `accept-encoding`. */
const decoders = new Map<string, Decoder>([
    ['gzip', leniently(zlib.gunzipSync)],
    [
        'deflate',
        leniently((body, options) => (hasZlibHeader(body) ? zlib.inflateSync : zlib.inflateRawSync)(body, options)),
    ],
    ['br', zlib.brotliDecompressSync],
]);
if (zstdDecompressSync) decoders.set('zstd', zstdDecompressSync);

/** The `accept-encoding` that matches `decompressBody`. */
export const acceptedEncodings = [...decoders.keys()].join(', ');

/** Enough for a usual page in one chunk. */
const chunkBytes = 512 * 1024;

/**
 * Decompresses a body by its `content-encoding`; unchanged when that is missing or unknown. Synchronous: a page takes
 * less than half a millisecond.
 *
 * Throws a `RangeError` with the code `ERR_BUFFER_TOO_LARGE` for more than `maxBytes`, and zlib's errors for a broken
 * body.
 */
export function decompressBody(body: Buffer, encoding: string | undefined, maxBytes: number): Buffer {
    const decoder = decoders.get((encoding ?? '').trim().toLowerCase().replace(/^x-/, ''));
    if (!decoder || body.length === 0) return body;
    return decoder(body, { chunkSize: chunkBytes, maxOutputLength: maxBytes });
}

/** Some servers send "deflate" without the zlib header. */
const hasZlibHeader = (body: Buffer): boolean => ((body[0] ?? 0) & 0x0f) === 8;
