import { createHash } from 'node:crypto';
import * as z from 'zod';
import { requirableFields, type RequirableField } from '../../enrichment/result/completeness.ts';
import { profileFields, type Profile } from '../../enrichment/result/profile.ts';
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
        fields: z
            .array(z.enum(profileFields as [keyof Profile, ...Array<keyof Profile>]))
            .nullish()
            .describe('The profile fields to answer with; all without it, and with an empty list.'),
        required_fields: z
            .array(z.enum(requirableFields))
            .nullish()
            .describe(
                'A profile without one of these is not good enough: the next source is asked. If none has them, the fullest profile is the answer, with `meta.is_partial`, and costs nothing.',
            ),
        include_company_details: z
            .boolean()
            .nullish()
            .describe(
                'Whether `company_details` has the page of the current company, at no further cost. What is not there in time is null, and `meta.company_status` says why.',
            ),
    })
    .describe('Either `url` or `urls`.');

/** What a caller asks for: one profile, or several at once. */
export type EnrichRequest = {
    kind: 'single' | 'batch';
    urls: readonly string[];
    /** The profile fields to answer with; null for all. */
    fields: ReadonlyArray<keyof Profile> | null;
    /** A profile without one of these is not good enough. */
    requiredFields: readonly RequirableField[];
    includesCompanyDetails: boolean;
};

/**
 * Reads a parsed JSON body. Whether the URLs are those of profiles is not looked at; fields not known are ignored.
 * Throws `ApiError` with what to send instead.
 */
export function parseEnrichRequest(body: unknown): EnrichRequest {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw invalid('The body must be an object such as {"url": "https://www.linkedin.com/in/someone/"}.');
    }
    const fields = readNames(body, 'fields', profileFields);
    const wishes = {
        fields: fields.length === 0 ? null : fields,
        requiredFields: readNames(body, 'required_fields', requirableFields),
        includesCompanyDetails: readFlag(body, 'include_company_details'),
    };
    const { url = null, urls = null } = body as { url?: unknown; urls?: unknown };
    if (url !== null && urls !== null) throw invalid('Give either `url` or `urls`, not both.');
    if (urls !== null) {
        if (!Array.isArray(urls) || urls.length === 0 || !urls.every((one) => typeof one === 'string')) {
            throw invalid('`urls` must be a list of texts, at least one.');
        }
        return { kind: 'batch', urls, ...wishes };
    }
    if (url === null) throw invalid('`url` is missing: give the profile URL to look up.');
    if (typeof url !== 'string') throw invalid('`url` must be a text.');
    return { kind: 'single', urls: [url], ...wishes };
}

/** A list of names out of `known`; empty where it is not there. */
function readNames<Name extends string>(body: object, field: string, known: readonly Name[]): Name[] {
    const names = (body as Record<string, unknown>)[field] ?? [];
    const isKnown = (name: unknown): name is Name => known.some((one) => one === name);
    if (Array.isArray(names) && names.every(isKnown)) return names;
    throw invalid(`\`${field}\` must be a list of ${known.map((name) => `\`${name}\``).join(', ')}.`);
}

/** False where it is not there. */
function readFlag(body: object, field: string): boolean {
    const flag = (body as Record<string, unknown>)[field] ?? false;
    if (typeof flag !== 'boolean') throw invalid(`\`${field}\` must be true or false.`);
    return flag;
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
