import type { LookupFunction } from 'node:net';
import type { Clock } from '../../../enrichment/clock.ts';
import type { HeaderSet, RequestTarget } from './browser-headers.ts';
import { decompressBody, type ResponseHead } from '../response.ts';

/** The largest page accepted, in bytes, compressed or not: real ones have less than a tenth of it. */
export const maxPageBytes = 10 * 1024 * 1024;

/** The most read of an unwanted body, in bytes, to keep the connection. */
const maxUnwantedBytes = 256 * 1024;

export type HttpClientName = 'node' | 'got-scraping' | 'impit';

export type HttpClient = {
    readonly name: HttpClientName;
    /** The browsers that it can imitate. */
    readonly headerSets: readonly HeaderSet[];
    /** A new browser, which shares no connection with another. Opens no connection yet. */
    openBrowser(options: {
        headerSet: HeaderSet;
        proxyUrl: string | undefined;
        /** DNS lookup for the proxy's host. Only supported by Node's own client. */
        lookupProxy?: LookupFunction | undefined;
    }): Browser;
};

/** One browser with its connections. */
export type Browser = {
    /** Sends one GET, without redirects or retries. Returns a function that cancels it; must be called at the end. */
    send(request: OutgoingRequest, events: ExchangeEvents): () => void;
    /** Bytes sent and received since the last call; null where unknown. */
    takeBytes(): number | null;
    /** Closes its connections once its requests have ended. */
    close(): void;
};

export type OutgoingRequest = {
    /** Where to connect; host and path are in `target`. */
    url: URL;
    target: RequestTarget;
    timeoutMs: number;
    /** Aborts a connection that is being opened. */
    signal: AbortSignal;
};

/** The events of a request, in this order; one of the last two ends it. */
export type ExchangeEvents = {
    /** A server accepted the connection: a timeout from here on means that it is slow. */
    onConnected(): void;
    onSent(): void;
    onHead(head: ResponseHead): void;
    onData(piece: Buffer): void;
    /** `isDecoded` when the client has decompressed the body. */
    onEnd(isDecoded?: boolean): void;
    /** An `ExchangeError`; anything else is a bug. */
    onError(error: unknown): void;
};

/** Why there is no response, or only a part of one. */
export class ExchangeError extends Error {
    override readonly name = 'ExchangeError';
    /** For the log: an error code or a status. */
    readonly detail: string;
    /** Which of the two failed. */
    readonly peer: 'site' | 'proxy';
    readonly isCertificate: boolean;

    constructor(detail: string, { peer = 'site', cause }: { peer?: 'site' | 'proxy'; cause?: unknown } = {}) {
        super(detail, { cause });
        this.detail = detail;
        this.peer = peer;
        this.isCertificate = certificateCode.test(detail);
    }
}

/** Codes of certificate errors. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** Converts a network error to an `ExchangeError`; anything else is a bug and returned unchanged. */
export function toExchangeError(error: unknown): unknown {
    const { code } = error as { code?: unknown };
    if (error instanceof ExchangeError || typeof code !== 'string') return error;
    return new ExchangeError(code, { cause: error });
}

/** The outcome of one request at the HTTP level. */
export type PageFetch<Content> =
    /** `content` is what `readBody` returned; null when the body was not wanted. */
    | { kind: 'responded'; head: ResponseHead; content: Content | null }
    | { kind: 'timeout' }
    | { kind: 'too_large' }
    /** No response, or one that broke off; `head` is set once the response had started. */
    | { kind: 'broken'; error: ExchangeError; head: ResponseHead | null };

export type FetchPageOptions<Content> = {
    url: URL;
    target: RequestTarget;
    /** For the whole request, in milliseconds. */
    timeoutMs: number;
    clock: Clock;
    signal: AbortSignal;
    onSent: (() => void) | undefined;
    wantsBody: (head: ResponseHead) => boolean;
    /** Reads the decompressed body synchronously: a promise would keep the large page in memory for longer. */
    readBody: (body: Buffer) => Content;
};

/**
 * Makes one GET request. Rejects with the reason of an aborted signal, with errors of `wantsBody` or `readBody`, and on
 * bugs. Reads even an unwanted body to its end, so that the connection can be reused.
 */
export function fetchPage<Content>(browser: Browser, options: FetchPageOptions<Content>): Promise<PageFetch<Content>> {
    const { url, target, timeoutMs, clock, signal, onSent, wantsBody, readBody } = options;
    return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const over = new AbortController();
        const pieces: Buffer[] = [];
        let head: ResponseHead | null = null;
        let isWanted = false;
        let isConnected = false;
        let receivedBytes = 0;

        function settle(fetched: PageFetch<Content>): void {
            resolve(fetched);
            finish();
        }

        function fail(reason: unknown): void {
            reject(reason);
            finish();
        }

        function finish(): void {
            signal.removeEventListener('abort', onAbort);
            pieces.length = 0;
            over.abort();
            cancel();
        }

        const onAbort = () => fail(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        const cancel = browser.send(
            { url, target, timeoutMs, signal: over.signal },
            {
                onConnected() {
                    isConnected = true;
                },
                onSent: () => onSent?.(),
                onHead(received) {
                    head = received;
                    try {
                        isWanted = wantsBody(received);
                    } catch (error) {
                        fail(error);
                    }
                },
                onData(piece) {
                    if (over.signal.aborted) return;
                    receivedBytes += piece.length;
                    if (isWanted) pieces.push(piece);
                    if (isWanted ? receivedBytes <= maxPageBytes : receivedBytes <= maxUnwantedBytes) return;
                    settle(isWanted || !head ? { kind: 'too_large' } : { kind: 'responded', head, content: null });
                },
                onEnd(isDecoded = false) {
                    if (over.signal.aborted) return;
                    if (!head) return settle({ kind: 'broken', error: new ExchangeError('no response'), head });
                    if (!isWanted) return settle({ kind: 'responded', head, content: null });
                    try {
                        settle(readWhole(head, Buffer.concat(pieces), isDecoded, readBody));
                    } catch (error) {
                        fail(error);
                    }
                },
                // A cancelled request emits another error.
                onError(error) {
                    if (over.signal.aborted) return;
                    if (!(error instanceof ExchangeError)) return fail(error);
                    // The head is sufficient.
                    if (head && !isWanted) settle({ kind: 'responded', head, content: null });
                    else settle({ kind: 'broken', error, head });
                },
            },
        );
        clock.sleep(timeoutMs, over.signal).then(
            () => {
                if (head && !isWanted) return settle({ kind: 'responded', head, content: null });
                // Without a connection, no server was reached that could have been slow.
                const error = new ExchangeError('ETIMEDOUT', { peer: 'site' });
                settle(isConnected ? { kind: 'timeout' } : { kind: 'broken', error, head });
            },
            () => {},
        );
    });
}

function readWhole<Content>(
    head: ResponseHead,
    received: Buffer,
    isDecoded: boolean,
    readBody: (body: Buffer) => Content,
): PageFetch<Content> {
    let body: Buffer;
    try {
        body = isDecoded ? received : decompressBody(received, head.headers['content-encoding'], maxPageBytes);
    } catch (error) {
        const { code, name } = error as Error & { code?: string };
        if (code === 'ERR_BUFFER_TOO_LARGE') return { kind: 'too_large' };
        return { kind: 'broken', error: new ExchangeError(code ?? name), head };
    }
    return { kind: 'responded', head, content: readBody(body) };
}
