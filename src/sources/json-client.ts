import { Agent as HttpAgent, request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import type { Clock } from '../enrichment/clock.ts';
import type { FailedOutcome, SourceRequest } from '../enrichment/source.ts';
import { buildFault, buildTimeout, isCertificateError } from './failures.ts';

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
    headers: IncomingHttpHeaders;
    /** Undefined when the body is not JSON. */
    json: unknown;
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
    const { timeoutMs, signal, clock, onSent } = request;
    signal.throwIfAborted();
    const url = new URL(request.url);
    const [timeout, over] = [new AbortController(), new AbortController()];
    void clock.sleep(timeoutMs, over.signal).then(
        () => timeout.abort(),
        () => {},
    );
    let isConnected = false;
    let isSent = false;
    function markSent(): void {
        if (!isSent) onSent?.();
        isSent = true;
    }
    try {
        const ended = AbortSignal.any([signal, timeout.signal]);
        const response = await send(url, request, { ended, onConnected: () => (isConnected = true), onSent: markSent });
        markSent();
        const text = await readText(response);
        if (text === null) return buildFault('too_large', 'the response is larger than 10 MB', false);
        const { statusCode: status = 0, headers } = response;
        return { kind: 'response', status, headers, json: parseJson(text) };
    } catch (error) {
        // Once connected, the request may have been sent.
        if (isConnected) markSent();
        if (signal.aborted) throw signal.reason;
        if (timeout.signal.aborted && isConnected) return buildTimeout();
        const code = timeout.signal.aborted ? 'ETIMEDOUT' : (error as { code?: unknown }).code;
        if (typeof code !== 'string') throw error;
        // No connection at all counts as a refusal; one that broke off may concern this request only.
        const cause = isCertificateError(code) ? 'certificate' : 'no_connection';
        return { ...buildFault(cause, code), isRefusal: !isConnected, peer: url.host };
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
                'User-Agent': 'linkedin-profile-details',
                ...(text === null ? {} : { 'Content-Type': 'application/json' }),
            };
            for (const [name, value] of Object.entries({ ...ours, ...headers })) outgoing.setHeader(name, value);
        } catch {
            outgoing.destroy();
            reject(new TypeError('a request header has invalid characters'));
            return;
        }
        outgoing.end(text ?? undefined);
    });
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
