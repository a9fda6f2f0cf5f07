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
 * Asks over connections of ours instead of got-scraping's own, which would be new ones for each request. Redirects,
 * retries, headers and unpacking are done elsewhere.
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

/** got-scraping as the HTTP client. `authorities` are certificates in PEM to trust in place of Node's. */
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
    let underWay = 0;
    let isClosing = false;

    /** Makes the request that got-scraping then looks after. */
    async function sendPage({ url, target, signal }: OutgoingRequest, events: ExchangeEvents): Promise<ClientRequest> {
        const connection = await connections.reach(url, signal);
        events.onConnected();
        if (connection.httpVersion === 1) {
            return connection.request(buildHttp1Headers(headerSet, target, acceptedEncodings), url);
        }
        const headers = buildHttp2Headers(headerSet, target, acceptedEncodings);
        // The path is among the headers, in its place.
        return http2.request(url, { h2session: connection.session, path: undefined, headers });
    }

    return {
        send(request, events) {
            underWay += 1;
            const context: Context = { sendPage: () => sendPage(request, events) };
            const stream = client.stream(request.url, { context });
            let isOver = false;
            stream.once('request', (sent: ClientRequest) => sent.once('finish', () => events.onSent()));
            stream.once('response', ({ statusCode = 0, headers }: IncomingMessage) =>
                events.onHead({ statusCode, headers }),
            );
            stream.on('data', (piece: Buffer) => events.onData(piece));
            stream.once('end', () => events.onEnd());
            // Stays on: destroying a request that is under way makes it err once more.
            stream.on('error', (error: Error) => events.onError(toExchangeError(error.cause ?? error)));
            return () => {
                if (isOver) return;
                isOver = true;
                stream.destroy();
                underWay -= 1;
                if (isClosing && underWay === 0) connections.destroy();
            };
        },
        takeBytes: () => connections.takeBytes(),
        close() {
            isClosing = true;
            if (underWay === 0) connections.destroy();
        },
    };
}
