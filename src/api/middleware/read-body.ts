import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createMiddleware } from 'hono/factory';
import { ApiError } from '../api-error.ts';
import { parseEnrichRequest } from '../enrich/enrich-request.ts';
import type { RequestContext } from './request-context.ts';

/** The most a body may hold, in bytes. */
export const maxBodyBytes = 64 * 1024;

/** How deep a body may be nested: what we read is two deep. */
const maxDepth = 32;

/** Reads the body and its `Idempotency-Key`. JSON is read whatever the Content-Type says. */
export function readBody() {
    return createMiddleware<RequestContext>(async (c, next) => {
        c.set('idempotencyKey', readIdempotencyKey(c.req.header('idempotency-key')));
        const json = parseJson(await readText(c.env.incoming));
        const parsing = parseEnrichRequest(json);
        if (!parsing.ok) throw new ApiError('invalid_input', parsing.reason);
        c.set('body', { request: parsing.request, hash: hashJson(json) });
        await next();
    });
}

/** Null without a key, and for an empty one. Throws when it is too long or holds what a header may not. */
function readIdempotencyKey(value: string | undefined): string | null {
    const key = value?.trim() ?? '';
    if (key === '') return null;
    if (key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
        throw new ApiError('invalid_input', 'The Idempotency-Key must be 1 to 255 printable ASCII characters.');
    }
    return key;
}

async function readText(incoming: IncomingMessage): Promise<string> {
    const tooLarge = () => new ApiError('invalid_input', 'The body is larger than 64 KB.', { Connection: 'close' });
    if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    try {
        for await (const chunk of incoming as AsyncIterable<Buffer>) {
            size += chunk.length;
            if (size > maxBodyBytes) throw tooLarge();
            chunks.push(chunk);
        }
    } catch (error) {
        // Everything else is a caller who hung up or was cut off for being slow.
        throw error instanceof ApiError ? error : new ApiError('invalid_input', 'The body did not arrive.');
    }
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    } catch {
        throw notJson();
    }
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        throw notJson();
    }
}

function notJson(): ApiError {
    return new ApiError('invalid_input', 'The body is not JSON.');
}

/** The order of an object's fields makes no difference to what it says. */
function hashJson(json: unknown): string {
    return createHash('sha256')
        .update(JSON.stringify(sortFields(json, 0)))
        .digest('hex');
}

function sortFields(json: unknown, depth: number): unknown {
    if (typeof json !== 'object' || json === null) return json;
    if (depth > maxDepth) throw new ApiError('invalid_input', 'The body is nested too deeply.');
    if (Array.isArray(json)) return json.map((item) => sortFields(item, depth + 1));
    const fields = Object.entries(json).sort(([one], [other]) => (one < other ? -1 : 1));
    // A list of pairs in an object, so that {} and [] do not hash alike.
    return { object: fields.map(([name, value]) => [name, sortFields(value, depth + 1)]) };
}
