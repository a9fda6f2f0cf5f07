import type { ClientRequest, IncomingMessage } from 'node:http';
import { gotScraping, type Options } from 'got-scraping';
import http2 from 'http2-wrapper';
import { buildHttp1Headers, buildHttp2Headers, type HeaderSet } from './browser-headers.ts';
import { createTrust } from './chrome-parameters.ts';
import { createConnections, type Connections } from './connections.ts';
import headerSets from './header-sets.json' with { type: 'json' };
import {
    toExchangeError,
    type Browser,
    type ExchangeEvents,
    type HttpClient,
    type OutgoingRequest,
} from './http-client.ts';
import { acceptedEncodings } from '../response.ts';

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
        openBrowser: ({ headerSet, proxyUrl }) =>
            createBrowser(headerSet, createConnections({ proxyUrl, userAgent: headerSet.userAgent, trust })),
    };
}

function createBrowser(headerSet: HeaderSet, connections: Connections): Browser {
    let inFlight = 0;
    let isClosing = false;

    /** Creates the request for got-scraping. */
    async function sendPage({ url, target, signal }: OutgoingRequest, events: ExchangeEvents): Promise<ClientRequest> {
        const connection = await connections.reach(url, signal);
        events.onConnected();
        if (connection.httpVersion === 1) {
            return connection.request(buildHttp1Headers(headerSet, target, acceptedEncodings), url);
        }
        const headers = buildHttp2Headers(headerSet, target, acceptedEncodings);
        // The path is one of the headers, in Chrome's order.
        return http2.request(url, { h2session: connection.session, path: undefined, headers });
    }

    return {
        send(request, events) {
            inFlight += 1;
            const context: Context = { sendPage: () => sendPage(request, events) };
            const stream = client.stream(request.url, { context });
            let isOver = false;
            stream.once('request', (sent: ClientRequest) => sent.once('finish', () => events.onSent()));
            stream.once('response', ({ statusCode = 0, headers }: IncomingMessage) =>
                events.onHead({ statusCode, headers }),
            );
            stream.on('data', (piece: Buffer) => events.onData(piece));
            stream.once('end', () => events.onEnd());
            // Not `once`: destroying a request in flight emits another error.
            stream.on('error', (error: Error) => events.onError(toExchangeError(error.cause ?? error)));
            return () => {
                if (isOver) return;
                isOver = true;
                stream.destroy();
                inFlight -= 1;
                if (isClosing && inFlight === 0) connections.destroy();
            };
        },
        takeBytes: () => connections.takeBytes(),
        close() {
            isClosing = true;
            if (inFlight === 0) connections.destroy();
        },
    };
}
