import * as z from 'zod';
import { companyDetailsSchema, companyStatuses } from './company.ts';
import { profileSchema } from './profile.ts';

/** The version of the result schema, in `meta.version` of every result. Raised when a field changes its meaning. */
export const resultSchemaVersion = '1.0.0';

/** Every error code a result can carry. */
export const resultErrorCodes = [
    'validation_failed',
    'upstream_error',
    'upstream_timeout',
    'rate_limit_exceeded',
    'internal_error',
] as const;
export type ResultErrorCode = (typeof resultErrorCodes)[number];

/** What happened to a profile whose row is an error, in one word: `meta.cause`. */
export const failureCauses = [
    'wall',
    'blocked',
    'rate_limited',
    'redirect_loop',
    'proxy',
    'no_connection',
    'certificate',
    'timeout',
    'server_error',
    'other_page',
    'too_large',
    'unreadable',
    'no_credits',
    'key_refused',
] as const;
export type FailureCause = (typeof failureCauses)[number];

/** Every source of profiles, by the name that `meta.source` gives it. */
export const sourceNames = [
    'public-page',
    'enrichment-api',
    'ai-ark',
    'enrich-layer',
    'people-data-labs',
    'sandbox',
    'sandbox-provider',
] as const;
export type SourceName = (typeof sourceNames)[number];

/** Upstream providers: each question costs, and their word on who exists is not LinkedIn's. */
export const providerNames: ReadonlySet<SourceName> = new Set([
    'ai-ark',
    'enrich-layer',
    'people-data-labs',
    'sandbox-provider',
]);

/** What asking one source about one person came to. */
const triedOutcomes = ['found', 'partial', 'not_found', 'refused', 'failed', 'skipped'] as const;

const sourceTriedSchema = z.object({
    source: z.enum(sourceNames),
    outcome: z.enum(triedOutcomes),
    attempts: z.int().nonnegative(),
});
export type SourceTried = z.infer<typeof sourceTriedSchema>;

export const modes = ['live', 'test'] as const;
export type Mode = (typeof modes)[number];

export const resultMetaSchema = z.object({
    request_id: z.string().regex(/^req_[0-9A-HJKMNP-TV-Z]{26}$/),
    api: z.literal('linkedin-profile-enrichment'),
    version: z.string(),
    mode: z.enum(modes),
    credits_used: z.int().nonnegative(),
    credits_remaining: z.int().nonnegative().nullable(),
    duration_ms: z.int().nonnegative(),
    attempts: z.int().nonnegative(),
    source: z.enum(sourceNames).nullable(),
    /** Every source that was asked or passed over, in order, and what that came to. */
    sources_tried: z.array(sourceTriedSchema),
    fetched_at: z.iso.datetime().nullable(),
    /** The source's own date of the data; null where it does not tell. */
    data_as_of: z.string().nullable(),
    /** Success only: whether one of the required fields is missing, which makes it free. */
    is_partial: z.boolean().optional(),
    /** Success only: the share of the main fields that are there, from 0 to 1. */
    completeness: z.number().min(0).max(1).optional(),
    /** Success only: the main fields that are not there. */
    missing: z.array(z.string()).optional(),
    /** Only where company details were asked for and could not be had. */
    company_status: z.enum(companyStatuses).optional(),
    /** Errors only: what happened; null where no source was asked, or the failure is a bug of ours. */
    cause: z.enum(failureCauses).nullable().optional(),
});
export type ResultMeta = z.infer<typeof resultMetaSchema>;

const answered = { url: z.string(), meta: resultMetaSchema };

export const successResultSchema = z.object({
    ...answered,
    canonical_url: z.string(),
    status: z.literal('success'),
    profile: profileSchema,
    /** What is known of the current company; null unless asked for and there. */
    company_details: companyDetailsSchema.nullable(),
});

export const notFoundResultSchema = z.object({
    ...answered,
    canonical_url: z.string(),
    status: z.literal('not_found'),
});

export const errorResultSchema = z.object({
    ...answered,
    canonical_url: z.string().optional(),
    status: z.literal('error'),
    code: z.enum(resultErrorCodes),
    message: z.string(),
});

/** The answer for one profile URL: what a dataset row is made of and what the HTTP API returns as `data` and `meta`. */
export const resultSchema = z.discriminatedUnion('status', [
    successResultSchema,
    notFoundResultSchema,
    errorResultSchema,
]);
export type Result = z.infer<typeof resultSchema>;
