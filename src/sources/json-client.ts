import { Agent as HttpAgent, request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import type { Clock } from '../enrichment/clock.ts';
import type { FailureCause } from '../enrichment/result/result.ts';
import type { FailedOutcome, SourceRequest } from '../enrichment/source.ts';

/** The largest response accepted, in bytes, decompressed: real ones have less than a hundredth of it. */
const maxResponseBytes = 10 * 1024 * 1024;

/** How long an idle connection is kept, in milliseconds: shorter than servers keep theirs. */
const idleMs = 4000;
const agents = {
    'http:': new HttpAgent({ keepAlive: true, timeout: idleMs }),
    'https:': new HttpsAgent({ keepAlive: true, timeout: idleMs }),
};

export type JsonRequest = Pick<SourceRequest, 'timeoutMs' | 'signal'> & {
    /** Called when the request was sent. */
    onSent?: (() => void) | undefined;
    url: string;
    headers: Record<string, string>;
    /** Posted as JSON; without it the request is a GET. */
    body?: unknown;
    /** DNS lookup; Node's own by default. May reject an address with an error that has a code. */
    lookup?: LookupFunction | undefined;
    clock: Clock;
};

export type JsonResponse = {
    kind: 'response';
    status: number;
    headers: ResponseHeaders;
    /** Undefined when the body is not JSON. */
    json: unknown;
};

export type ResponseHeaders = {
    /** A header, case-insensitive, several of the same name joined by commas; null without one. */
    get(name: string): string | null;
};

/** Whether a key can be sent in a header. */
export function isSendableKey(key: string): boolean {
    return /^[\x21-\x7e]+$/.test(key);
}

/**
 * Sends one request to a JSON API. Follows no redirect, so that a key is sent to no other address; returns no text of
 * the response except its JSON. `onSent` is called once, before this returns, unless no connection was made: what may
 * have been sent may have been billed. Rejects with the reason of an aborted signal, and on bugs.
 */
export async function requestJson(request: JsonRequest): Promise<JsonResponse | FailedOutcome> {
    const { timeoutMs, signal, clock } = request;
    signal.throwIfAborted();
    const url = new URL(request.url);
    const [timeout, over] = [new AbortController(), new AbortController()];
    void clock.sleep(timeoutMs, over.signal).then(
        () => timeout.abort(),
        () => {},
    );
    let isConnected = false;
    let isSent = false;
    function markConnected(): void {
        isConnected = true;
    }
    function markSent(): void {
        if (!isSent) request.onSent?.();
        isSent = true;
    }
    try {
        const ended = AbortSignal.any([signal, timeout.signal]);
        const response = await send(url, request, { ended, onConnected: markConnected, onSent: markSent });
        markSent();
        const text = await readText(response);
        if (text === null) return buildFault('too_large', 'the response is larger than 10 MB', { isRetryable: false });
        const { statusCode: status = 0, headers } = response;
        return { kind: 'response', status, headers: describeHeaders(headers), json: parseJson(text) };
    } catch (error) {
        // Once connected, the request may have been sent.
        if (isConnected) markSent();
        if (signal.aborted) throw signal.reason;
        if (timeout.signal.aborted) {
            if (!isConnected) return describeBreak('ETIMEDOUT', { peer: url.host, isConnected });
            return { ...buildFault('timeout', 'no response in time'), code: 'upstream_timeout' };
        }
        const { code } = error as { code?: unknown };
        if (typeof code !== 'string') throw error;
        return describeBreak(code, { peer: url.host, isConnected });
    } finally {
        over.abort();
    }
}

function send(
    url: URL,
    { headers, body, lookup }: JsonRequest,
    { ended, onConnected, onSent }: { ended: AbortSignal; onConnected: () => void; onSent: () => void },
): Promise<IncomingMessage> {
    const isPlain = url.protocol === 'http:';
    const text = body === undefined ? null : JSON.stringify(body);
    return new Promise((resolve, reject) => {
        const outgoing = (isPlain ? requestHttp : requestHttps)(
            url,
            {
                method: text === null ? 'GET' : 'POST',
                agent: agents[isPlain ? 'http:' : 'https:'],
                signal: ended,
                ...(lookup ? { lookup } : {}),
            },
            resolve,
        );
        outgoing.on('error', reject).once('finish', onSent);
        outgoing.once('socket', (socket) => {
            if (outgoing.reusedSocket) onConnected();
            else socket.once(isPlain ? 'connect' : 'secureConnect', onConnected);
        });
        try {
            const ours = {
                Accept: 'application/json',
                'Accept-Encoding': 'gzip, deflate, br',
                'User-Agent': userAgent,
            };
            const typed = text === null ? {} : { 'Content-Type': 'application/json' };
            for (const [name, value] of Object.entries({ ...ours, ...typed, ...headers }))
                outgoing.setHeader(name, value);
        } catch {
            outgoing.destroy();
            reject(new TypeError('a request header has invalid characters'));
            return;
        }
        outgoing.end(text ?? undefined);
    });
}

const userAgent = 'linkedin-profile-details';

function describeHeaders(headers: IncomingHttpHeaders): ResponseHeaders {
    return { get: (name) => [headers[name.toLowerCase()] ?? []].flat().join(', ') || null };
}

/** The body as text; null when it is too large, leaving the rest unread. */
async function readText(response: IncomingMessage): Promise<string | null> {
    const decoder = new TextDecoder();
    let text = '';
    let size = 0;
    for await (const chunk of unpack(response) as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > maxResponseBytes) {
            response.destroy();
            return null;
        }
        text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
}

function unpack(response: IncomingMessage): Readable {
    const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (!['gzip', 'x-gzip', 'deflate', 'br'].includes(encoding)) return response;
    const unpacked = encoding === 'br' ? createBrotliDecompress() : createUnzip();
    response.on('error', (error) => unpacked.destroy(error));
    return response.pipe(unpacked);
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Codes of certificate errors. */
const certificate = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** No connection at all counts as a refusal; a connection that broke off may concern this request only. */
function describeBreak(code: string, { peer, isConnected }: { peer: string; isConnected: boolean }): FailedOutcome {
    const cause = certificate.test(code) ? 'certificate' : 'no_connection';
    return { ...buildFault(cause, code), isRefusal: !isConnected, peer };
}

/** A failure that is not a refusal. */
export function buildFault(
    cause: FailureCause,
    detail: string,
    { isRetryable = true }: { isRetryable?: boolean } = {},
): FailedOutcome {
    return { kind: 'failed', code: 'upstream_error', cause, isRetryable, isRefusal: false, detail };
}
