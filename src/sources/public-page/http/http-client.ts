import type { LookupFunction } from 'node:net';
import type { Clock } from '../../../enrichment/clock.ts';
import type { HeaderSet, RequestTarget } from './browser-headers.ts';
import { decompressBody, type ResponseHead } from '../response.ts';

/** The most a page may hold, in bytes, compressed or not: real ones have less than a tenth of it. */
export const maxPageBytes = 10 * 1024 * 1024;

/** The most that is taken of a body nobody wants, in bytes, to keep the connection. */
const maxUnwantedBytes = 256 * 1024;

export type HttpClientName = 'node' | 'got-scraping' | 'impit';

/** What makes HTTP requests. */
export type HttpClient = {
    readonly name: HttpClientName;
    /** What browsers it can pass for. */
    readonly headerSets: readonly HeaderSet[];
    /** A browser of its own: nothing it sends shares a connection with another one. Opens nothing yet. */
    openBrowser(options: {
        headerSet: HeaderSet;
        proxyUrl: string | undefined;
        /** How the proxy's name is looked up. The clients that are not Node's own pass it over. */
        lookupProxy?: LookupFunction | undefined;
    }): Browser;
};

/** One browser with its connections. */
export type Browser = {
    /** Sends one GET; follows no redirect, repeats nothing. Returns what gives it up. */
    send(request: OutgoingRequest, events: ExchangeEvents): () => void;
    /** Bytes that went over its connections since this was last asked, both ways; null where it cannot be told. */
    takeBytes(): number | null;
    /** Lets go of its connections, once its requests are over. */
    close(): void;
};

export type OutgoingRequest = {
    /** Where the request is made; `target` says what is asked there. */
    url: URL;
    target: RequestTarget;
    timeoutMs: number;
    /** Gives up a connection that is still being made. */
    signal: AbortSignal;
};

/** What happens to a request, in this order; one of the last two ends it. */
export type ExchangeEvents = {
    /** Somebody took the connection: from here on, silence is slowness. */
    onConnected(): void;
    /** The request has left this process. */
    onSent(): void;
    onHead(head: ResponseHead): void;
    onData(piece: Buffer): void;
    /** `isDecoded` when the pieces were without their `content-encoding`. */
    onEnd(isDecoded?: boolean): void;
    /** An `ExchangeError`; anything else is a bug. */
    onError(error: unknown): void;
};

/** Why there is no response, or only a part of one. */
export class ExchangeError extends Error {
    override readonly name = 'ExchangeError';
    /** For the log: an error code or a status. */
    readonly detail: string;
    /** Who could not be talked to. */
    readonly peer: 'site' | 'proxy';
    readonly isCertificate: boolean;

    constructor(detail: string, { peer = 'site', cause }: { peer?: 'site' | 'proxy'; cause?: unknown } = {}) {
        super(detail, { cause });
        this.detail = detail;
        this.peer = peer;
        this.isCertificate = certificateCode.test(detail);
    }
}

/** Errors of a TLS handshake that are about the certificate. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** An error of the network in words of our own; anything else is a bug, and stays what it is. */
export function toExchangeError(error: unknown): unknown {
    const { code } = error as { code?: unknown };
    if (error instanceof ExchangeError || typeof code !== 'string') return error;
    return new ExchangeError(code, { cause: error });
}

/** How one request went, as far as HTTP goes. */
export type PageFetch<Content> =
    /** `content` is what was read from the body; null when that was not wanted. */
    | { kind: 'responded'; head: ResponseHead; content: Content | null }
    | { kind: 'timeout' }
    | { kind: 'too_large' }
    /** No response, or one that broke off. `head` is there when the response had begun. */
    | { kind: 'broken'; error: ExchangeError; head: ResponseHead | null };

export type FetchPageOptions<Content> = {
    url: URL;
    target: RequestTarget;
    /** For the whole request, in milliseconds. */
    timeoutMs: number;
    clock: Clock;
    signal: AbortSignal;
    /** Called when the request has left this process. */
    onSent: (() => void) | undefined;
    /** Whether the body of a response is wanted at all. */
    wantsBody: (head: ResponseHead) => boolean;
    /**
     * Reads the whole body, decompressed, before it returns. A promise of the body would keep it far longer than it is
     * needed, and a page is large.
     */
    readBody: (body: Buffer) => Content;
};

/**
 * Makes one GET request. Rejects with the reason of an aborted signal, with what `wantsBody` or `readBody` throws, and
 * on a bug. A body is taken to its end, also where nobody wants it, so that the connection serves the next request too.
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
            giveUp();
        }

        const onAbort = () => fail(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        const giveUp = browser.send(
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
                // What is given up errs once more.
                onError(error) {
                    if (over.signal.aborted) return;
                    if (!(error instanceof ExchangeError)) return fail(error);
                    // What was to be learned was in the head.
                    if (head && !isWanted) settle({ kind: 'responded', head, content: null });
                    else settle({ kind: 'broken', error, head });
                },
            },
        );
        clock.sleep(timeoutMs, over.signal).then(
            () => {
                if (head && !isWanted) return settle({ kind: 'responded', head, content: null });
                // Nobody took the connection: no server was met that could have been slow.
                const nobody = new ExchangeError('ETIMEDOUT', { peer: 'site' });
                settle(isConnected ? { kind: 'timeout' } : { kind: 'broken', error: nobody, head });
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
