import { Impit } from 'impit';
import { buildHttp1Headers, buildHttp2Headers, type HeaderSet } from './chrome.ts';
import { ExchangeError, type ExchangeEvents, type HttpClient, type OutgoingRequest } from './http-client.ts';

/** The latest Chrome that impit imitates. The header sets below match this version. */
const browser = 'chrome151';
const agents = {
    '"Windows"': 'Windows NT 10.0; Win64; x64',
    '"macOS"': 'Macintosh; Intel Mac OS X 10_15_7',
    '"Linux"': 'X11; Linux x86_64',
};
const headerSets: HeaderSet[] = Object.entries(agents).map(([platform, system]) => ({
    chromeVersion: 151,
    userAgent: `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/151.0.0.0 Safari/537.36`,
    secChUa: '"Not=A?Brand";v="99", "Google Chrome";v="151", "Chromium";v="151"',
    platform,
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
}));

/**
 * Apify's impit as the HTTP client: a complete imitation of Chrome's TLS and HTTP/2, in Rust. It trusts the system's
 * certificates, or those in the file `SSL_CERT_FILE`. It does not report when a request was sent, nor bytes
 * transferred, and rejects a truncated compressed body.
 */
export function createImpitClient(): HttpClient {
    return {
        name: 'impit',
        headerSets,
        openBrowser({ headerSet, proxyUrl }) {
            const proxy = proxyUrl === undefined ? {} : { proxyUrl };
            const impit = new Impit({ browser, followRedirects: false, ...proxy });
            return {
                send(request, events) {
                    const cancel = new AbortController();
                    // It does not report when it is connected.
                    events.onConnected();
                    exchange(request, events, cancel.signal).catch((error: unknown) =>
                        events.onError(toExchangeError(error, proxyUrl !== undefined)),
                    );
                    return () => cancel.abort();
                },
                takeBytes: () => null,
                // It closes its connections when it is garbage-collected.
                close: () => {},
            };

            async function exchange(request: OutgoingRequest, events: ExchangeEvents, signal: AbortSignal) {
                const headers = listHeaders(request, headerSet);
                const response = await impit.fetch(request.url, { headers, timeout: request.timeoutMs, signal });
                const received = Object.fromEntries(response.headers);
                const setCookie = response.headers.getSetCookie();
                events.onHead({
                    statusCode: response.status,
                    headers: { ...received, ...(setCookie.length > 0 ? { 'set-cookie': setCookie } : {}) },
                });
                for await (const piece of response.body) events.onData(Buffer.from(piece));
                events.onEnd(encodings.split(', ').includes(received['content-encoding'] ?? ''));
            }
        },
    };
}

/** The encodings that impit decompresses. */
const encodings = 'gzip, deflate, br, zstd';

function listHeaders({ url, target }: OutgoingRequest, set: HeaderSet): Array<[string, string]> {
    // The protocol is not known in advance; LinkedIn uses HTTP/2. An empty value removes a header that impit adds.
    const headers =
        url.protocol === 'https:'
            ? buildHttp2Headers(set, target, encodings)
            : { ...buildHttp1Headers(set, target, encodings), priority: '' };
    return Object.entries(headers)
        .filter(([name]) => !name.startsWith(':'))
        .map(([name, value]) => [name, [value].flat().join('; ')]);
}

/** Maps impit's errors, which are distinguished by their messages only, to Node's codes. */
const codes: ReadonlyArray<readonly [RegExp, string]> = [
    [/InvalidCertificate/, 'ERR_CERT_UNTRUSTED'],
    [/ConnectionRefused/, 'ECONNREFUSED'],
    [/dns error/, 'ENOTFOUND'],
    [/NetworkUnreachable|HostUnreachable/, 'EHOSTUNREACH'],
    [/ConnectionReset|UnexpectedEof|IncompleteMessage/, 'ECONNRESET'],
];

function toExchangeError(error: unknown, isProxied: boolean): ExchangeError {
    const { name, message, status } = error as Error & { status?: number };
    if (name === 'ProxyTunnelError') return new ExchangeError(`status ${status}`, { peer: 'proxy', cause: error });
    if (name === 'ProxyAuthRequired') return new ExchangeError('status 407', { peer: 'proxy', cause: error });
    const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? name;
    // The connection to the proxy, not the one through it.
    const isProxys = isProxied && message.includes('ConnectFailed');
    return new ExchangeError(code, { peer: isProxys ? 'proxy' : 'site', cause: error });
}
