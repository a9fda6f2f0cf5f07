import * as zlib from 'node:zlib';
import type { Clock } from '../../../enrichment/clock.ts';
import type { RequestTarget } from './chrome.ts';
import { ExchangeError, type Browser, type ResponseHead } from './http-client.ts';

/** The largest page accepted, in bytes, compressed or not: real ones have less than a tenth of it. */
const maxPageBytes = 10 * 1024 * 1024;

/** The most read of an unwanted body, in bytes, to keep the connection. */
const maxUnwantedBytes = 256 * 1024;

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

        const settle = (fetched: PageFetch<Content>): void => finish(() => resolve(fetched));
        const fail = (reason: unknown): void => finish(() => reject(reason));
        function finish(end: () => void): void {
            end();
            signal.removeEventListener('abort', onAbort);
            pieces.length = 0;
            over.abort();
            cancel();
        }

        /** For a body that is not wanted, the head is sufficient, however the rest ends. */
        const settleUnwanted = (): boolean => {
            if (!head || isWanted) return false;
            settle({ kind: 'responded', head, content: null });
            return true;
        };

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
                    if (!settleUnwanted()) settle({ kind: 'too_large' });
                },
                onEnd(isDecoded = false) {
                    if (over.signal.aborted || settleUnwanted()) return;
                    if (!head) return settle({ kind: 'broken', error: new ExchangeError('no response'), head });
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
                    if (!settleUnwanted()) settle({ kind: 'broken', error, head });
                },
            },
        );
        clock.sleep(timeoutMs, over.signal).then(
            () => {
                if (settleUnwanted()) return;
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
        body = isDecoded ? received : decompressBody(received, head.headers['content-encoding']);
    } catch (error) {
        const { code, name } = error as Error & { code?: string };
        if (code === 'ERR_BUFFER_TOO_LARGE') return { kind: 'too_large' };
        return { kind: 'broken', error: new ExchangeError(code ?? name), head };
    }
    return { kind: 'responded', head, content: readBody(body) };
}

type Decoder = (body: Buffer, options: zlib.ZlibOptions) => Buffer;

/** Since Node 22.15. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Decoder };

/** Reads a truncated gzip or deflate body as far as it goes, as browsers do. */
const lenient = { finishFlush: zlib.constants.Z_SYNC_FLUSH };

/** Some servers send "deflate" without the zlib header. */
const inflate: Decoder = (body, options) =>
    (((body[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync : zlib.inflateRawSync)(body, { ...options, ...lenient });

/** In the order of browsers' `accept-encoding`. */
const decoders = new Map<string, Decoder>([
    ['gzip', (body, options) => zlib.gunzipSync(body, { ...options, ...lenient })],
    ['deflate', inflate],
    ['br', zlib.brotliDecompressSync],
]);
if (zstdDecompressSync) decoders.set('zstd', zstdDecompressSync);

/** The `accept-encoding` that matches `decompressBody`. */
export const acceptedEncodings = [...decoders.keys()].join(', ');

/** Enough for a usual page in one chunk. */
const chunkBytes = 512 * 1024;

/**
 * Decompresses a body by its `content-encoding`; unchanged when that is missing or unknown. Synchronous: a page takes
 * less than half a millisecond.
 *
 * Throws a `RangeError` with the code `ERR_BUFFER_TOO_LARGE` for more than `maxPageBytes`, and zlib's errors for a
 * broken body.
 */
function decompressBody(body: Buffer, encoding: string | undefined): Buffer {
    const decoder = decoders.get((encoding ?? '').trim().toLowerCase().replace(/^x-/, ''));
    if (!decoder || body.length === 0) return body;
    return decoder(body, { chunkSize: chunkBytes, maxOutputLength: maxPageBytes });
}
