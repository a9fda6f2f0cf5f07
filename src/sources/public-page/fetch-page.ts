import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { gotScraping, hooks, type NormalizedOptions } from 'got-scraping';
import { acceptedEncodings, decompressBody } from './decompress-body.ts';

/** The most a page may hold, in bytes, compressed or not: real ones have less than a tenth of it. */
export const maxPageBytes = 10 * 1024 * 1024;

/** What a server's answer began with. */
export type PageHead = { statusCode: number; headers: IncomingHttpHeaders };

/** How one request went, as far as HTTP goes. */
export type PageFetch<Content> =
    /** `content` is what was read from the body; null when that was not wanted. */
    | { kind: 'answered'; head: PageHead; content: Content | null }
    | { kind: 'timeout' }
    | { kind: 'too_large' }
    /** No answer, or one that broke off. `head` is there when the answer had begun. */
    | { kind: 'broken'; detail: string; head: PageHead | null; isCertificate?: boolean };

export type FetchPageOptions<Content> = {
    url: string;
    proxyUrl: string | undefined;
    /** Requests with the same token look like one browser. */
    sessionToken: object;
    /** For the whole request, in milliseconds. */
    timeoutMs: number;
    signal: AbortSignal;
    /** Called when the request has left this process. */
    onSent: (() => void) | undefined;
    /** Whether the body of an answer is wanted at all. */
    wantsBody: (head: PageHead) => boolean;
    /**
     * Reads the whole body, decompressed, before it returns. A promise of the body would keep it far longer than it is
     * needed, and a page is large.
     */
    readBody: (body: Buffer) => Content;
};

/** Looks like a browser. Redirects, retries and unpacking are done by us. */
const client = gotScraping.extend({
    mutableDefaults: true,
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    decompress: false,
    headers: { 'accept-encoding': acceptedEncodings },
    hooks: { beforeRequest: [orderHeaders] },
});

// got-scraping has the options of each request checked at runtime, which takes a tenth of it. Types have checked them.
const { init } = client.defaults.options.hooks;
const checkAt = init.indexOf(hooks.optionsValidationHandler);
if (checkAt >= 0) init.splice(checkAt, 1);

/**
 * A header of our own stands behind the generated ones, where no browser has it. HTTP/1.1 is put in order by
 * got-scraping itself, HTTP/2 is not.
 */
function orderHeaders(options: NormalizedOptions): void {
    const { headerGenerator } = options.context as { headerGenerator: { orderHeaders(headers: object): object } };
    if (options.http2) options.headers = headerGenerator.orderHeaders(options.headers) as NormalizedOptions['headers'];
}

/**
 * Makes one GET request: no redirect is followed, nothing is tried again. A body that is wanted is taken to its end,
 * also where less of it is read: without a proxy the connection then serves the next page too. Rejects with the reason
 * of an aborted signal and with what `readBody` throws, with nothing else. The one file that knows the HTTP client.
 */
export function fetchPage<Content>(options: FetchPageOptions<Content>): Promise<PageFetch<Content>> {
    const { url, proxyUrl, sessionToken, timeoutMs, signal, onSent, wantsBody, readBody } = options;
    return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        let head: PageHead | null = null;
        const pieces: Buffer[] = [];
        let receivedBytes = 0;
        let isOver = false;
        const stream = client.stream(url, {
            timeout: { request: timeoutMs },
            sessionToken,
            ...(proxyUrl === undefined ? {} : { proxyUrl }),
            // Loopback servers speak plain HTTP/1.1; asking them for HTTP/2 costs a connection.
            http2: url.startsWith('https:'),
        });

        function settle(fetched: PageFetch<Content>): void {
            resolve(fetched);
            finish();
        }

        function fail(reason: unknown): void {
            reject(reason);
            finish();
        }

        function finish(): void {
            isOver = true;
            signal.removeEventListener('abort', onAbort);
            pieces.length = 0;
            stream.destroy();
        }

        const onAbort = () => fail(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        if (onSent) stream.once('request', (request: ClientRequest) => request.once('finish', onSent));
        stream.on('response', (response: IncomingMessage) => {
            head = { statusCode: response.statusCode ?? 0, headers: response.headers };
            if (!wantsBody(head)) settle({ kind: 'answered', head, content: null });
        });
        stream.on('data', (piece: Buffer) => {
            if (isOver) return;
            pieces.push(piece);
            receivedBytes += piece.length;
            if (receivedBytes > maxPageBytes) settle({ kind: 'too_large' });
        });
        stream.on('end', () => {
            if (isOver) return;
            if (!head) return settle({ kind: 'broken', detail: 'no answer', head });
            try {
                settle(readAnswer(head, Buffer.concat(pieces), readBody));
            } catch (error) {
                fail(error);
            }
        });
        // Stays on after the end: destroying a request that is under way makes it err once more.
        stream.on('error', (error: Error & { code?: string }) => {
            settle(describeError(error, head, stream.timings));
        });
    });
}

/** Errors of a TLS handshake that are about the certificate. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** What an error of the HTTP client means: it tells a server that is slow from one that was never met. */
export function describeError(
    error: Error & { code?: string },
    head: PageHead | null,
    timings: { socket?: number; connect?: number } | undefined,
): PageFetch<never> {
    const { name, code = name, message } = error;
    const isTimeout = name === 'TimeoutError' || code === 'ETIMEDOUT';
    // The name was not resolved or nobody took the connection: no server was met that could have been slow.
    const isConnecting = timings?.socket !== undefined && timings.connect === undefined;
    if (isTimeout && !isConnecting) return { kind: 'timeout' };
    // got-scraping and http2-wrapper say only in the message which status a proxy gave to CONNECT.
    const status = /responded with (\d{3})\b/.exec(message)?.[1];
    const detail = status === undefined ? code : `status ${status}`;
    return { kind: 'broken', detail, head, isCertificate: certificateCode.test(code) };
}

function readAnswer<Content>(
    head: PageHead,
    received: Buffer,
    readBody: (body: Buffer) => Content,
): PageFetch<Content> {
    let body: Buffer;
    try {
        body = decompressBody(received, head.headers['content-encoding'], maxPageBytes);
    } catch (error) {
        const { code, name } = error as Error & { code?: string };
        if (code === 'ERR_BUFFER_TOO_LARGE') return { kind: 'too_large' };
        return { kind: 'broken', detail: code ?? name, head };
    }
    return { kind: 'answered', head, content: readBody(body) };
}
