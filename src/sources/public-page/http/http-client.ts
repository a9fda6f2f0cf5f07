import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { HeaderSet, RequestTarget } from './chrome.ts';
import { isCertificateError } from '../../failures.ts';

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

export type ResponseHead = { statusCode: number; headers: IncomingHttpHeaders };

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
        this.isCertificate = isCertificateError(detail);
    }
}

/** Converts a network error to an `ExchangeError`; anything else is a bug and returned unchanged. */
export function toExchangeError(error: unknown): unknown {
    const { code } = error as { code?: unknown };
    if (error instanceof ExchangeError || typeof code !== 'string') return error;
    return new ExchangeError(code, { cause: error });
}

/**
 * A browser that closes its connections once it is closed and its requests have ended. `send` returns its cancellation.
 */
export function createBrowser(
    connections: Pick<Browser, 'takeBytes'> & { destroy(): void },
    send: (request: OutgoingRequest, events: ExchangeEvents) => () => Promise<void>,
): Browser {
    let inFlight = 0;
    let isClosing = false;
    function closeIfIdle(): void {
        if (isClosing && inFlight === 0) connections.destroy();
    }
    return {
        send(request, events) {
            inFlight += 1;
            const cancel = send(request, events);
            let isOver = false;
            return () => {
                if (isOver) return;
                isOver = true;
                void cancel().finally(() => {
                    inFlight -= 1;
                    closeIfIdle();
                });
            };
        },
        takeBytes: () => connections.takeBytes(),
        close() {
            isClosing = true;
            closeIfIdle();
        },
    };
}
