import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { gotScraping } from 'got-scraping';

/** The most a page may hold after decompression, in bytes: real ones have less than a tenth of it. */
export const maxPageBytes = 10 * 1024 * 1024;

/** What a server's answer began with. */
export type PageHead = { statusCode: number; headers: IncomingHttpHeaders };

/** How one request went, as far as HTTP goes. */
export type PageFetch =
    /** The body was read to its end, or as far as was wanted. */
    | { kind: 'answered'; head: PageHead; isComplete: boolean }
    | { kind: 'timeout' }
    | { kind: 'too_large' }
    /** No answer, or one that broke off. `head` is there when the answer had begun. */
    | { kind: 'broken'; detail: string; head: PageHead | null };

export type FetchPageOptions = {
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
    /** Takes the decompressed body piece by piece; `enough` ends the reading. */
    onChunk: (chunk: Buffer) => 'more' | 'enough';
};

/**
 * Makes one GET request and hands on the body as it comes: no redirect is followed, nothing is tried again, the page is
 * never held whole. Rejects only with the reason of an aborted signal. The one file that knows the HTTP client.
 */
export function fetchPage(options: FetchPageOptions): Promise<PageFetch> {
    const { url, proxyUrl, sessionToken, timeoutMs, signal, onSent, wantsBody, onChunk } = options;
    return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        let head: PageHead | null = null;
        let receivedBytes = 0;
        const stream = gotScraping.stream(url, {
            followRedirect: false,
            throwHttpErrors: false,
            retry: { limit: 0 },
            timeout: { request: timeoutMs },
            sessionToken,
            ...(proxyUrl === undefined ? {} : { proxyUrl }),
            // Loopback servers speak plain HTTP/1.1; asking them for HTTP/2 costs a connection.
            http2: url.startsWith('https:'),
        });

        function settle(fetched: PageFetch): void {
            signal.removeEventListener('abort', onAbort);
            resolve(fetched);
            stream.destroy();
        }

        function onAbort(): void {
            reject(signal.reason);
            stream.destroy();
        }

        signal.addEventListener('abort', onAbort, { once: true });
        if (onSent) stream.once('request', (request: ClientRequest) => request.once('finish', onSent));
        stream.on('response', (response: IncomingMessage) => {
            head = { statusCode: response.statusCode ?? 0, headers: response.headers };
            if (!wantsBody(head)) settle({ kind: 'answered', head, isComplete: false });
        });
        stream.on('data', (chunk: Buffer) => {
            if (!head) return;
            receivedBytes += chunk.length;
            if (receivedBytes > maxPageBytes) settle({ kind: 'too_large' });
            else if (onChunk(chunk) === 'enough') settle({ kind: 'answered', head, isComplete: false });
        });
        stream.on('end', () => {
            if (head) settle({ kind: 'answered', head, isComplete: true });
        });
        // Stays on after the end: destroying a request that is under way makes it err once more.
        stream.on('error', (error: Error & { code?: string }) => {
            const isTimeout = error.name === 'TimeoutError' || error.code === 'ETIMEDOUT';
            settle(isTimeout ? { kind: 'timeout' } : { kind: 'broken', detail: error.code ?? error.name, head });
        });
    });
}
