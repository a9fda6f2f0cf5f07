import * as z from 'zod';
import { companyDetailsSchema, companyStatuses } from './company.ts';
import { field } from './field.ts';
import { profileSchema } from './profile.ts';

/** The version of the result schema, in `meta.version`. Raised when a field changes its meaning. */
export const resultSchemaVersion = '1.0.0';

/** The error codes of a result. */
export const resultErrorCodes = [
    'validation_failed',
    'upstream_error',
    'upstream_timeout',
    'rate_limit_exceeded',
    'internal_error',
] as const;
export type ResultErrorCode = (typeof resultErrorCodes)[number];

/** The causes of an error: `meta.cause`. */
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

/** The names of sources: `meta.source`. */
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

/** Upstream providers: each lookup costs, and their "not found" does not mean that LinkedIn has no such profile. */
export const providerNames: ReadonlySet<SourceName> = new Set([
    'ai-ark',
    'enrich-layer',
    'people-data-labs',
    'sandbox-provider',
]);

const triedOutcomes = ['found', 'partial', 'not_found', 'refused', 'failed', 'skipped'] as const;

const sourceTriedSchema = z.object({
    source: field(z.enum(sourceNames), 'The source.', 'public-page'),
    outcome: field(z.enum(triedOutcomes), 'Its outcome.', 'found'),
    attempts: field(z.int().nonnegative(), 'The number of attempts.', 1),
});
export type SourceTried = z.infer<typeof sourceTriedSchema>;

export const modes = ['live', 'test'] as const;
export type Mode = (typeof modes)[number];

export const resultMetaSchema = z.object({
    request_id: field(
        z.string().regex(/^req_[0-9A-HJKMNP-TV-Z]{26}$/),
        'Quote it in questions to support.',
        'req_01M8860BGXEYG48K32504KHGKW',
    ),
    api: field(z.literal('linkedin-profile-enrichment'), 'Always the same.', 'linkedin-profile-enrichment'),
    version: field(z.string(), 'The version of this schema.', resultSchemaVersion),
    mode: field(z.enum(modes), '`test` for the sandbox’s made-up people, else `live`.', 'live'),
    credits_used: field(z.int().nonnegative(), 'The charge: 1 for a profile found, else 0. Always 0 in test mode.', 1),
    credits_remaining: field(
        z.int().nonnegative().nullable(),
        'The number of profiles that can still be charged; null in a run without a spending limit.',
        4995,
    ),
    duration_ms: field(z.int().nonnegative(), 'Milliseconds spent on this URL, retries included.', 412),
    attempts: field(z.int().nonnegative(), 'The number of attempts.', 1),
    source: field(
        z.enum(sourceNames).nullable(),
        'The source that answered; null where none was asked.',
        'public-page',
    ),
    sources_tried: field(
        z.array(sourceTriedSchema),
        'Every source that was asked or skipped, in order, with its outcome.',
    ),
    fetched_at: field(z.iso.datetime().nullable(), 'When the source answered.', '2026-11-25T01:44:28.445Z'),
    data_as_of: field(
        z.string().nullable(),
        'The source’s own date of the data; null where it states none.',
        '2026-10-02',
    ),
    is_partial: field(
        z.boolean().optional(),
        'Success only: whether a required field is missing, which makes it free.',
        false,
    ),
    completeness: field(
        z.number().min(0).max(1).optional(),
        'Success only: the share of name, headline, title, company, location, summary, positions and educations that are present.',
        0.88,
    ),
    missing: field(z.array(z.string()).optional(), 'Success only: which of these are missing.', ['summary']),
    company_status: field(
        z.enum(companyStatuses).optional(),
        'Only where company details were requested and could not be fetched: why.',
        'not_found',
    ),
    cause: field(
        z.enum(failureCauses).nullable().optional(),
        'Errors only: what happened, in one word; null where no source was asked, or for an internal error.',
        'wall',
    ),
});
export type ResultMeta = z.infer<typeof resultMetaSchema>;

const canonicalUrlSchema = field(
    z.string(),
    'The URL of the profile returned; differs from the one given when the person changed it.',
    'https://www.linkedin.com/in/example-1/',
);

const answered = {
    url: field(z.string(), 'The URL exactly as given.', 'linkedin.com/in/Example-1?trk=sample'),
    meta: field(resultMetaSchema, 'How the result was obtained, and its cost.'),
};

export const successResultSchema = z.object({
    ...answered,
    canonical_url: canonicalUrlSchema,
    status: field(z.literal('success'), 'A profile was found.', 'success'),
    profile: profileSchema,
    company_details: field(
        companyDetailsSchema.nullable(),
        'Details of the current company; null unless requested and available.',
    ),
});

export const notFoundResultSchema = z.object({
    ...answered,
    canonical_url: canonicalUrlSchema,
    status: field(z.literal('not_found'), 'There is no public profile at this URL.', 'not_found'),
});

export const errorResultSchema = z.object({
    ...answered,
    canonical_url: canonicalUrlSchema.optional(),
    status: field(z.literal('error'), 'The profile could not be fetched.', 'error'),
    code: field(z.enum(resultErrorCodes), 'The kind of error.', 'validation_failed'),
    message: field(z.string(), 'What happened and what to do, in a sentence.', 'This is the page of a company.'),
});

/** The result for one profile URL: the core of a dataset row, and what the HTTP API returns as `data` and `meta`. */
export const resultSchema = z.discriminatedUnion('status', [
    successResultSchema,
    notFoundResultSchema,
    errorResultSchema,
]);
export type Result = z.infer<typeof resultSchema>;
