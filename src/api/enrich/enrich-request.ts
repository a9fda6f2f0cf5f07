import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ApiError } from '../api-error.ts';

/** How deep a body may be nested: what we read is two deep. */
const maxDepth = 32;

/** What a caller sends: exactly one of the two; null stands for a field that is not there. */
export const enrichRequestSchema = z
    .object({
        url: z
            .string()
            .nullish()
            .describe('One profile: `https://www.linkedin.com/in/<handle>`, with or without the last slash.'),
        urls: z
            .array(z.string())
            .min(1)
            .nullish()
            .describe(
                'Several profiles, at most as many as the plan of the account allows (100 unless agreed otherwise); answered in this order, each billed by itself.',
            ),
    })
    .describe('Either `url` or `urls`.');

/** What a caller asks for: one profile, or several at once. */
export type EnrichRequest = {
    kind: 'single' | 'batch';
    urls: readonly string[];
};

/**
 * Reads a parsed JSON body. Whether the URLs are those of profiles is not looked at; fields not known are ignored.
 * Throws `ApiError` with what to send instead.
 */
export function parseEnrichRequest(body: unknown): EnrichRequest {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw invalid('The body must be an object such as {"url": "https://www.linkedin.com/in/someone/"}.');
    }
    const { url = null, urls = null } = body as { url?: unknown; urls?: unknown };
    if (url !== null && urls !== null) throw invalid('Give either `url` or `urls`, not both.');
    if (urls !== null) {
        if (!Array.isArray(urls) || urls.length === 0 || !urls.every((one) => typeof one === 'string')) {
            throw invalid('`urls` must be a list of texts, at least one.');
        }
        return { kind: 'batch', urls };
    }
    if (url === null) throw invalid('`url` is missing: give the profile URL to look up.');
    if (typeof url !== 'string') throw invalid('`url` must be a text.');
    return { kind: 'single', urls: [url] };
}

/**
 * Reads the `Idempotency-Key` from a request's raw headers: names and values in turn. Null without one, and for an
 * empty one. Throws `ApiError` when it is too long, holds what a header may not, or was sent twice.
 */
export function parseIdempotencyKey(rawHeaders: readonly string[]): string | null {
    const isName = (index: number) => index % 2 === 0 && rawHeaders[index]?.toLowerCase() === 'idempotency-key';
    const values = rawHeaders.filter((_, index) => isName(index - 1));
    if (values.length > 1) throw invalid('Two Idempotency-Keys were sent. Send one.');
    const key = values[0]?.trim() ?? '';
    if (key === '') return null;
    if (key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
        throw invalid('The Idempotency-Key must be 1 to 255 printable ASCII characters.');
    }
    return key;
}

/** A hash that is the same for two bodies that are the same JSON: the order of an object's fields makes no difference. */
export function hashBody(json: unknown): string {
    return createHash('sha256')
        .update(JSON.stringify(sortFields(json, 0)))
        .digest('hex');
}

function sortFields(json: unknown, depth: number): unknown {
    if (typeof json !== 'object' || json === null) return json;
    if (depth > maxDepth) throw invalid('The body is nested too deeply.');
    if (Array.isArray(json)) return json.map((item) => sortFields(item, depth + 1));
    const fields = Object.entries(json).sort(([one], [other]) => (one < other ? -1 : 1));
    // A list of pairs in an object, so that {} and [] do not hash alike.
    return { object: fields.map(([name, value]) => [name, sortFields(value, depth + 1)]) };
}

function invalid(message: string): ApiError {
    return new ApiError('invalid_input', message);
}
