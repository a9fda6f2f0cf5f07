import { hash } from 'node:crypto';
import * as z from 'zod';
import { requirableFields, type RequirableField } from '../../enrichment/result/profile-content.ts';
import { profileFields, type Profile } from '../../enrichment/result/profile.ts';
import { ApiError } from '../api-error.ts';
import { readRawHeader } from '../raw-headers.ts';

/** The maximum nesting of a body; valid bodies have two levels. */
const maxDepth = 32;

/** The request body: exactly one of `url` and `urls`; a null field counts as absent. */
export const enrichRequestSchema = z
    .object({
        url: z
            .string()
            .nullish()
            .describe('One profile: `https://www.linkedin.com/in/<handle>`, with or without a trailing slash.'),
        urls: z
            .array(z.string())
            .min(1)
            .nullish()
            .describe(
                'Several profiles, up to the limit of the account’s plan (100 by default); returned in this order, each billed separately.',
            ),
        fields: z
            .array(z.enum(profileFields as [keyof Profile, ...Array<keyof Profile>]))
            .nullish()
            .describe('The profile fields to return; the profile then has no others. All if absent or empty.'),
        required_fields: z
            .array(z.enum(requirableFields))
            .nullish()
            .describe(
                'If a profile lacks one of these, the next source is asked. If none has them all, the most complete profile is returned with `meta.is_partial` and costs nothing.',
            ),
        include_company_details: z
            .boolean()
            .nullish()
            .describe(
                'Whether to add the page of the current company as `company_details`, at no extra cost. If it is not available in time it is null, and `meta.company_status` says why.',
            ),
    })
    .describe('Either `url` or `urls`.');

/** A validated request body. */
export type EnrichRequest = {
    kind: 'single' | 'batch';
    urls: readonly string[];
    /** The profile fields to return; null for all. */
    fields: ReadonlyArray<keyof Profile> | null;
    /** Fields whose absence makes a profile partial. */
    requiredFields: readonly RequirableField[];
    includesCompanyDetails: boolean;
};

/**
 * Validates a parsed JSON body, except that the URLs may be any strings. Unknown fields are ignored. Throws `ApiError`
 * with what to send instead.
 */
export function parseEnrichRequest(body: unknown): EnrichRequest {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw invalid('The body must be an object such as {"url": "https://www.linkedin.com/in/someone/"}.');
    }
    const fields = readNames(body, 'fields', profileFields);
    const options = {
        fields: fields.length === 0 ? null : fields,
        requiredFields: readNames(body, 'required_fields', requirableFields),
        includesCompanyDetails: readFlag(body, 'include_company_details'),
    };
    const { url = null, urls = null } = body as { url?: unknown; urls?: unknown };
    if (url !== null && urls !== null) throw invalid('Give either `url` or `urls`, not both.');
    if (urls !== null) {
        if (!Array.isArray(urls) || urls.length === 0 || !urls.every((one) => typeof one === 'string')) {
            throw invalid('`urls` must be a non-empty list of strings.');
        }
        return { kind: 'batch', urls, ...options };
    }
    if (url === null) throw invalid('`url` is missing: give the profile URL to look up.');
    if (typeof url !== 'string') throw invalid('`url` must be a string.');
    return { kind: 'single', urls: [url], ...options };
}

/** Reads a list of names from `known`; empty if absent. */
function readNames<Name extends string>(body: object, field: string, known: readonly Name[]): Name[] {
    const names = (body as Record<string, unknown>)[field] ?? [];
    const isKnown = (name: unknown): name is Name => known.some((one) => one === name);
    if (Array.isArray(names) && names.every(isKnown)) return names;
    throw invalid(`\`${field}\` must be a list of ${known.map((name) => `\`${name}\``).join(', ')}.`);
}

/** Reads a boolean; false if absent. */
function readFlag(body: object, field: string): boolean {
    const flag = (body as Record<string, unknown>)[field] ?? false;
    if (typeof flag !== 'boolean') throw invalid(`\`${field}\` must be true or false.`);
    return flag;
}

/**
 * Reads the `Idempotency-Key` from a request's raw headers. Null if absent or empty. Throws `ApiError` if it is too
 * long, not printable ASCII, or was sent twice.
 */
export function parseIdempotencyKey(rawHeaders: readonly string[]): string | null {
    const values = readRawHeader(rawHeaders, 'idempotency-key');
    if (values.length > 1) throw invalid('Two Idempotency-Keys were sent. Send one.');
    const key = values[0]?.trim() ?? '';
    if (key === '') return null;
    if (key.length > 255 || !/^[\x20-\x7e]+$/.test(key)) {
        throw invalid('The Idempotency-Key must be 1 to 255 printable ASCII characters.');
    }
    return key;
}

/** A hash of a parsed JSON body, independent of the order of object fields. */
export function hashBody(json: unknown): string {
    return hash('sha256', JSON.stringify(sortFields(json, 0)));
}

function sortFields(json: unknown, depth: number): unknown {
    if (typeof json !== 'object' || json === null) return json;
    if (depth > maxDepth) throw invalid('The body is nested too deeply.');
    if (Array.isArray(json)) return json.map((item) => sortFields(item, depth + 1));
    const fields = Object.entries(json).sort(([one], [other]) => (one < other ? -1 : 1));
    // Pairs wrapped in an object, so that {} and [] have different hashes.
    return { object: fields.map(([name, value]) => [name, sortFields(value, depth + 1)]) };
}

function invalid(message: string): ApiError {
    return new ApiError('invalid_input', message);
}
