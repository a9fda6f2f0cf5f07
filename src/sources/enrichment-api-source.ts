import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../enrichment/clock.ts';
import { buildCanonicalUrl, parseStrictProfileUrl } from '../enrichment/profile-url/profile-url.ts';
import { companyDetailsSchema, companyStatuses } from '../enrichment/result/company.ts';
import { profileSchema } from '../enrichment/result/profile.ts';
import { modes, resultErrorCodes } from '../enrichment/result/result.ts';
import {
    SourceUnusableError,
    type FailedOutcome,
    type Source,
    type SourceOutcome,
    type SourceRequest,
} from '../enrichment/source.ts';
import { buildFault } from './failures.ts';
import { isSendableKey, requestJson } from './json-client.ts';
import { parseRateHint, parseRetryAfter, readServerTime } from './rate-limit-headers.ts';

const path = '/v1/linkedin-profile-enrichment/enrich';

/** The API counts requests per second. */
const rateWindowMs = 1000;

export type EnrichmentApiSourceOptions = {
    /** The address of the API, without the path. */
    baseUrl: string;
    apiKey: string;
    /** Identifies the run across restarts: a profile requested again after a crash is not billed again. */
    runKey: string;
    clock: Clock;
};

/**
 * A deployment of this project's own HTTP API as a source. Rejects with `SourceUnusableError` when the key is refused
 * or a test key, or when its account has no credits left.
 */
export function createEnrichmentApiSource(options: EnrichmentApiSourceOptions): Source {
    const { baseUrl, apiKey, runKey, clock } = options;
    // The lookbehind lets a match start at the first slash of a series only: without it, this takes quadratic time.
    const endpoint = `${baseUrl.replace(/(?<!\/)\/+$/, '')}${path}`;
    const key = apiKey.trim();

    async function fetchProfile({
        handle,
        includesCompanyDetails = false,
        onRateHint,
        ...request
    }: SourceRequest): Promise<SourceOutcome> {
        if (!isSendableKey(key)) throw new SourceUnusableError(keyRefused);
        const body = {
            url: buildCanonicalUrl(handle),
            ...(includesCompanyDetails ? { include_company_details: true } : {}),
        };
        const response = await requestJson({
            ...request,
            url: endpoint,
            headers: { Authorization: `Bearer ${key}`, 'Idempotency-Key': buildIdempotencyKey(runKey, body) },
            body,
            clock,
        });
        if (response.kind === 'failed') return response;
        const { status, headers, json } = response;
        const now = readServerTime(headers.date, clock.now());
        const hint = parseRateHint(headers, now);
        // Limits the effect of clock differences: no window is longer, and if one were, a 429 would say so.
        if (hint) onRateHint?.({ ...hint, resetsInMs: Math.min(hint.resetsInMs, rateWindowMs) });
        return status === 200
            ? readProfile(json, handle)
            : readFailure(status, json, parseRetryAfter(headers['retry-after'], now));
    }

    return { name: 'enrichment-api', fetchProfile, close: async () => {} };
}

/** The same for the same run and request; hashes the body, since the API rejects a key reused with another body. */
function buildIdempotencyKey(runKey: string, body: object): string {
    return `${runKey}-${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 32)}`;
}

/** The fields read of a response; others are ignored. */
const responseSchema = z.object({
    data: z.discriminatedUnion('status', [
        z.object({
            status: z.literal('success'),
            canonical_url: z.string(),
            profile: profileSchema,
            // A company never makes a profile fail.
            company_details: companyDetailsSchema.nullish().catch(null),
        }),
        z.object({ status: z.literal('not_found') }),
    ]),
    meta: z.object({ mode: z.enum(modes), company_status: z.enum(companyStatuses).optional().catch(undefined) }),
});

const errorSchema = z.object({ error: z.object({ code: z.string(), retryable: z.boolean() }) });

const keyRefused = 'The enrichment API refuses the API key. Correct `apiKey` and run again.';

/** Error codes that make the source unusable, with the message for users. */
const unusableReasons = new Map([
    ['unauthenticated', keyRefused],
    ['invalid_api_key', keyRefused],
    ['insufficient_credits', 'The account at the enrichment API has no credits left. Top it up and resurrect the run.'],
]);

/** Statuses that count as a refusal of all requests rather than a failure of one. */
const refusals = new Set([429, 502, 503]);

const testKey = 'The API key is a test key, and its profiles are made up. Use a live key, or set `mode` to `test`.';

/** Throws `SourceUnusableError` when every other request would end the same. */
function readFailure(status: number, json: unknown, retryAfterMs: number | null): FailedOutcome {
    const error = errorSchema.safeParse(json).data?.error;
    const reason = unusableReasons.get(error?.code ?? '') ?? (status === 401 ? keyRefused : undefined);
    if (reason !== undefined) throw new SourceUnusableError(reason);
    // Any other text must not get into a log.
    const ownCode = resultErrorCodes.find((known) => known === error?.code);
    const failure: FailedOutcome = {
        kind: 'failed',
        ...nameFailure(status),
        isRetryable: error?.retryable ?? (status >= 500 || status === 429),
        isRefusal: refusals.has(status),
        detail: `status ${status}${ownCode === undefined ? '' : ` ${ownCode}`}`,
    };
    // A 409 means that the same request is in progress: the back-off is enough.
    if (retryAfterMs === null || status === 409) return failure;
    // The rate applies to the account, so the whole queue waits; anything else concerns this profile.
    return { ...failure, pause: { ms: retryAfterMs, scope: status === 429 ? 'queue' : 'url' } };
}

/** `handle`: the one requested. */
function readProfile(json: unknown, handle: string): SourceOutcome {
    const response = responseSchema.safeParse(addLaterFields(json, responseSchema)).data;
    if (!response) return buildFault('unreadable', 'the response does not match the schema', false);
    if (response.meta.mode === 'test') throw new SourceUnusableError(testKey);
    if (response.data.status === 'not_found') return { kind: 'not_found' };
    const parsing = parseStrictProfileUrl(response.data.canonical_url);
    const { company_status: companyStatus } = response.meta;
    return {
        kind: 'found',
        profile: response.data.profile,
        companyDetails: response.data.company_details ?? null,
        ...(companyStatus === undefined ? {} : { companyStatus }),
        handle: parsing.ok ? parsing.profileUrl.handle : handle,
        unreadSections: [],
    };
}

function nameFailure(status: number): Pick<FailedOutcome, 'code' | 'cause'> {
    if (status === 429) return { code: 'rate_limit_exceeded', cause: 'rate_limited' };
    if (status === 504) return { code: 'upstream_timeout', cause: 'timeout' };
    if (status === 502) return { code: 'upstream_error', cause: 'blocked' };
    return { code: 'upstream_error', cause: 'server_error' };
}

/**
 * Adds the fields that a response of an older deployment lacks, as null or an empty list. Invalid values, and fields
 * that may not be null, are left for the schema to reject. Returns a copy.
 */
function addLaterFields(json: unknown, schema: z.ZodType): unknown {
    const issues = schema.safeParse(json).error?.issues ?? [];
    const filled = structuredClone(json);
    for (const issue of issues) {
        if (issue.code !== 'invalid_type') continue;
        const field = issue.path.at(-1);
        const owner = issue.path.slice(0, -1).reduce<unknown>((value, key) => (value as Owner)?.[key], filled);
        if (field === undefined || typeof owner !== 'object' || owner === null || field in owner) continue;
        (owner as Owner)[field] = issue.expected === 'array' ? [] : null;
    }
    return filled;
}

type Owner = Record<PropertyKey, unknown>;
