import type { ClientRequest, IncomingMessage } from 'node:http';
import { constants, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { buildHttp1Headers, buildHttp2Headers, createTrust } from './chrome.ts';
import { createConnections } from './connections.ts';
import { acceptedEncodings } from './fetch-page.ts';
import headerSets from './header-sets.json' with { type: 'json' };
import {
    createBrowser,
    ExchangeError,
    toExchangeError,
    type ExchangeEvents,
    type HttpClient,
    type OutgoingRequest,
} from './http-client.ts';

/**
 * The HTTP client on Node's own HTTP/2 and HTTP/1.1, with Chrome's settings, headers and header order. `authorities`
 * are PEM certificates to trust instead of Node's.
 */
export function createNodeClient({ authorities }: { authorities?: string } = {}): HttpClient {
    const trust = createTrust(authorities);
    return {
        name: 'node',
        headerSets,
        openBrowser({ headerSet, ...proxy }) {
            const connections = createConnections({ ...proxy, userAgent: headerSet.userAgent, trust });
            return createBrowser(connections, (request, events) => {
                const sending = start(request, events);
                sending.catch((error: unknown) => events.onError(toExchangeError(error)));
                return () => sending.then((cancel) => cancel()).catch(() => {});
            });

            async function start(
                { url, target, signal }: OutgoingRequest,
                events: ExchangeEvents,
            ): Promise<() => void> {
                const connection = await connections.reach(url, signal);
                // Cancelled while the connection was being opened.
                if (signal.aborted) return () => {};
                if (connection.httpVersion === 1) {
                    const headers = buildHttp1Headers(headerSet, target, acceptedEncodings);
                    return sendHttp1(connection.request(headers, url), events);
                }
                events.onConnected();
                return sendHttp2(connection.session, buildHttp2Headers(headerSet, target, acceptedEncodings), events);
            }
        },
    };
}

function sendHttp1(request: ClientRequest, events: ExchangeEvents): () => void {
    let isComplete = false;
    request.once('socket', () => events.onConnected());
    request.once('finish', () => events.onSent());
    request.on('error', (error) => events.onError(toExchangeError(error)));
    request.once('response', (response: IncomingMessage) => {
        events.onHead({ statusCode: response.statusCode ?? 0, headers: response.headers });
        response.on('data', (piece: Buffer) => events.onData(piece));
        response.on('error', (error) => events.onError(toExchangeError(error)));
        response.once('end', () => {
            isComplete = true;
            events.onEnd();
        });
    });
    request.end();
    return () => {
        if (!isComplete) request.destroy();
    };
}

function sendHttp2(
    session: ClientHttp2Session,
    headers: Record<string, string | string[]>,
    events: ExchangeEvents,
): () => void {
    // Chrome's priority for a page.
    const stream = session.request(headers, { endStream: true, exclusive: true, weight: 256 });
    let isComplete = false;
    if (stream.pending) stream.once('ready', () => events.onSent());
    else events.onSent();
    stream.once('response', ({ ':status': statusCode = 0, ...rest }: IncomingHttpHeaders & { ':status'?: number }) =>
        events.onHead({ statusCode, headers: rest }),
    );
    stream.on('data', (piece: Buffer) => events.onData(piece));
    stream.on('error', (error) => events.onError(toExchangeError(error)));
    stream.once('aborted', () => events.onError(new ExchangeError('ECONNRESET')));
    stream.once('end', () => {
        isComplete = stream.rstCode === constants.NGHTTP2_NO_ERROR;
        if (isComplete) events.onEnd();
    });
    stream.once('close', () => events.onError(new ExchangeError('ECONNRESET')));
    return () => {
        if (!isComplete) stream.close(constants.NGHTTP2_CANCEL);
    };
}
