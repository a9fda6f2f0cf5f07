import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../enrichment/clock.ts';
import { ApiError } from './api-error.ts';

/** The maximum size of a body, in bytes. */
export const maxBodyBytes = 64 * 1024;

/** How long a body may take to arrive, in milliseconds. */
export const defaultBodyTimeoutMs = 15_000;

/** The abort reason of waits. */
const over = new Error('the wait is over');

/** These errors close the connection, because the start of the next request on it is unknown. */
const closing = { headers: { Connection: 'close' } };

/**
 * Reads a body as JSON, whatever its Content-Type. Rejects with an `ApiError` that says what to send instead if it is
 * too large, too slow, compressed, not UTF-8 or not JSON.
 */
export async function readJsonBody(incoming: IncomingMessage, clock: Clock, timeoutMs: number): Promise<unknown> {
    const encoding = incoming.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity' && encoding !== '') {
        throw unsupported('The body is compressed: send it uncompressed, without Content-Encoding.');
    }
    if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
    // Many clients send the body with the headers: it is there by then, and needs neither a timer nor an iterator.
    await setImmediate();
    const bytes = incoming.complete ? readComplete(incoming) : await readBytes(incoming, clock, timeoutMs);
    if (isUtf16(bytes)) {
        throw unsupported('The body is UTF-16: send JSON in UTF-8.');
    }
    return parseJson(decode(bytes));
}

function readComplete(incoming: IncomingMessage): Buffer {
    const bytes = (incoming.read() as Buffer | null) ?? Buffer.alloc(0);
    if (bytes.length > maxBodyBytes) throw tooLarge();
    return bytes;
}

async function readBytes(incoming: IncomingMessage, clock: Clock, timeoutMs: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    const arrived = (async () => {
        for await (const chunk of incoming as AsyncIterable<Buffer>) {
            size += chunk.length;
            if (size > maxBodyBytes) throw tooLarge();
            chunks.push(chunk);
        }
    })();
    const done = new AbortController();
    const late = clock.sleep(timeoutMs, done.signal).then(
        () => {
            throw new ApiError('request_timeout', 'The request did not arrive in time. Send it again.', closing);
        },
        () => {},
    );
    try {
        await Promise.race([arrived, late]);
    } catch (error) {
        // Any other error is a disconnected client.
        throw error instanceof ApiError ? error : new ApiError('invalid_input', 'The body did not arrive.', closing);
    } finally {
        done.abort(over);
        arrived.catch(() => {});
    }
    return Buffer.concat(chunks);
}

/** By its byte order mark, or by the zero bytes of ASCII characters in UTF-16. */
function isUtf16(bytes: Buffer): boolean {
    const [first, second] = bytes;
    if (first === undefined || second === undefined) return false;
    const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    return hasMark || first === 0 || second === 0;
}

/** Shared: without `stream` it keeps no state. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
    try {
        return utf8.decode(bytes);
    } catch {
        throw new ApiError('invalid_input', 'The body is not UTF-8 (is it Latin-1?): send JSON in UTF-8.');
    }
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        throw new ApiError('invalid_input', 'The body is not JSON.');
    }
}

function tooLarge(): ApiError {
    return new ApiError('invalid_input', 'The body is larger than 64 KB.', closing);
}

function unsupported(message: string): ApiError {
    return new ApiError('invalid_input', message, { status: 415 });
}
