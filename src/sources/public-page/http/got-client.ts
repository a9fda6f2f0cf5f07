import type { ClientRequest, IncomingMessage } from 'node:http';
import { gotScraping, type Options } from 'got-scraping';
import http2 from 'http2-wrapper';
import { buildHttp1Headers, buildHttp2Headers, createTrust } from './chrome.ts';
import { createConnections } from './connections.ts';
import headerSets from './header-sets.json' with { type: 'json' };
import {
    createBrowser,
    toExchangeError,
    type ExchangeEvents,
    type HttpClient,
    type OutgoingRequest,
} from './http-client.ts';
import { acceptedEncodings } from './fetch-page.ts';

type Context = { sendPage: NonNullable<Options['request']> };

/**
 * Uses the connections of this project instead of got-scraping's, which opens a new one for each request. Redirects,
 * retries, headers and decompression are done elsewhere.
 */
const client = gotScraping.extend({
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    decompress: false,
    useHeaderGenerator: false,
    hooks: {
        beforeRequest: [
            (options) => {
                options.request = (options.context as Context).sendPage;
            },
        ],
    },
});

/** got-scraping as the HTTP client. `authorities` are PEM certificates to trust instead of Node's. */
export function createGotClient({ authorities }: { authorities?: string } = {}): HttpClient {
    const trust = createTrust(authorities);
    return {
        name: 'got-scraping',
        headerSets,
        openBrowser({ headerSet, proxyUrl }) {
            const connections = createConnections({ proxyUrl, userAgent: headerSet.userAgent, trust });
            return createBrowser(connections, (request, events) => {
                const context: Context = { sendPage: () => sendPage(request, events) };
                const stream = client.stream(request.url, { context });
                stream.once('request', (sent: ClientRequest) => sent.once('finish', () => events.onSent()));
                stream.once('response', ({ statusCode = 0, headers }: IncomingMessage) =>
                    events.onHead({ statusCode, headers }),
                );
                stream.on('data', (piece: Buffer) => events.onData(piece));
                stream.once('end', () => events.onEnd());
                // Not `once`: destroying a request in flight emits another error.
                stream.on('error', (error: Error) => events.onError(toExchangeError(error.cause ?? error)));
                return async () => void stream.destroy();
            });

            /** Creates the request for got-scraping. */
            async function sendPage({ url, target, signal }: OutgoingRequest, events: ExchangeEvents) {
                const connection = await connections.reach(url, signal);
                events.onConnected();
                if (connection.httpVersion === 1) {
                    return connection.request(buildHttp1Headers(headerSet, target, acceptedEncodings), url);
                }
                const headers = buildHttp2Headers(headerSet, target, acceptedEncodings);
                // The path is one of the headers, in Chrome's order.
                return http2.request(url, { h2session: connection.session, path: undefined, headers });
            }
        },
    };
}
