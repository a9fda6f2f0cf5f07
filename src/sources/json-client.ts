import type { Clock } from '../enrichment/clock.ts';
import type { FailureCause } from '../enrichment/result/result.ts';
import type { FailedOutcome, SourceRequest } from '../enrichment/source.ts';
import { watchSending } from './request-sent.ts';

/** The most a response may hold, in bytes, unpacked: real ones have less than a hundredth of it. */
const maxResponseBytes = 10 * 1024 * 1024;

export type JsonRequest = Pick<SourceRequest, 'timeoutMs' | 'signal'> & {
    /** Called when the request has left. */
    onSent?: (() => void) | undefined;
    url: string;
    headers: Record<string, string>;
    /** Posted as JSON; without it the request is a GET. */
    body?: unknown;
    clock: Clock;
};

export type JsonResponse = {
    kind: 'response';
    status: number;
    headers: Headers;
    /** Undefined when the body is no JSON. */
    json: unknown;
};

/** Whether a key can be sent in a header at all; `fetch` would quote it in its error otherwise. */
export function isSendableKey(key: string): boolean {
    return /^[\x21-\x7e]+$/.test(key);
}

/**
 * Asks an API once: no redirect is followed, so a key goes to no other address, and no text of the response is in what
 * is returned but its JSON. `onSent` is called once, at the latest before this returns, unless no connection was made:
 * what may have been sent may have been paid for. Rejects with the reason of an aborted signal, and on a bug.
 */
export async function requestJson(request: JsonRequest): Promise<JsonResponse | FailedOutcome> {
    const { url, body, timeoutMs, signal, clock } = request;
    signal.throwIfAborted();
    const headers = buildHeaders(request);
    const [timeout, over] = [new AbortController(), new AbortController()];
    void clock.sleep(timeoutMs, over.signal).then(
        () => timeout.abort(),
        () => {},
    );
    let isSent = false;
    function markSent(): void {
        if (!isSent) request.onSent?.();
        isSent = true;
    }
    try {
        const response = await watchSending(markSent, () =>
            fetch(url, {
                method: body === undefined ? 'GET' : 'POST',
                redirect: 'manual',
                headers,
                body: body === undefined ? null : JSON.stringify(body),
                signal: AbortSignal.any([signal, timeout.signal]),
            }),
        );
        markSent();
        const text = await readText(response);
        if (text === null) return buildFault('too_large', 'the response is larger than 10 MB', { isRetryable: false });
        return { kind: 'response', status: response.status, headers: response.headers, json: parseJson(text) };
    } catch (error) {
        const code = readNetworkCode(error);
        if (code === null || !neverMet.test(code)) markSent();
        if (signal.aborted) throw signal.reason;
        if (timeout.signal.aborted)
            return { ...buildFault('timeout', 'no response in time'), code: 'upstream_timeout' };
        if (code === null) throw error;
        return describeBreak(code, new URL(url).host);
    } finally {
        over.abort();
    }
}

function buildHeaders({ headers, body }: JsonRequest): Headers {
    try {
        return new Headers({
            Accept: 'application/json',
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
        });
    } catch {
        // The error of `Headers` quotes the value, which may be a key.
        throw new TypeError('a request header holds characters that no header may hold');
    }
}

/** The body as text; null when it is too large, the rest of it then unread. */
async function readText(response: Response): Promise<string | null> {
    const decoder = new TextDecoder();
    let text = '';
    let size = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > maxResponseBytes) return null;
        text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Errors of a TLS handshake that are about the certificate. */
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** Errors by which no connection was made, so that nothing was sent. */
const neverMet = new RegExp(
    `${certificate.source}|^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|bad port)$`,
);

/** What an error of the network calls itself; null for every other error. `fetch` wraps them in a TypeError. */
function readNetworkCode(error: unknown): string | null {
    if (!(error instanceof TypeError)) return null;
    const cause = error.cause as { code?: unknown; message?: unknown } | undefined;
    if (cause === undefined) return error.message === 'terminated' ? error.message : null;
    if (cause.message === 'bad port') return cause.message;
    return typeof cause.code === 'string' ? cause.code : 'broke off';
}

function describeBreak(code: string, host: string): FailedOutcome {
    const cause = certificate.test(code) ? 'certificate' : 'no_connection';
    return { ...buildFault(cause, code), isRefusal: neverMet.test(code), peer: host };
}

/** A failure that is nobody's refusal. */
export function buildFault(
    cause: FailureCause,
    detail: string,
    { isRetryable = true }: { isRetryable?: boolean } = {},
): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable, isRefusal: false, detail };
}
