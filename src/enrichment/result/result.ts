import * as z from 'zod';
import { companyDetailsSchema, companyStatuses } from './company.ts';
import { field } from './field.ts';
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
    source: field(z.enum(sourceNames), 'The source.', 'public-page'),
    outcome: field(z.enum(triedOutcomes), 'What asking it came to.', 'found'),
    attempts: field(z.int().nonnegative(), 'How many attempts it took.', 1),
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
    credits_used: field(
        z.int().nonnegative(),
        'What was charged: 1 for a profile found, else 0. Always 0 in test mode.',
        1,
    ),
    credits_remaining: field(
        z.int().nonnegative().nullable(),
        'What can be charged after this; null in a run without a spending limit.',
        4995,
    ),
    duration_ms: field(z.int().nonnegative(), 'Milliseconds spent on this URL, retries included.', 412),
    attempts: field(z.int().nonnegative(), 'How many attempts were made.', 1),
    source: field(
        z.enum(sourceNames).nullable(),
        'The source that answered; null where none was asked.',
        'public-page',
    ),
    sources_tried: field(
        z.array(sourceTriedSchema),
        'Every source that was asked or passed over, in order, and what that came to.',
    ),
    fetched_at: field(z.iso.datetime().nullable(), 'When the source answered.', '2026-11-25T01:44:28.445Z'),
    data_as_of: field(
        z.string().nullable(),
        'The source’s own date of the data; null where it does not tell.',
        '2026-10-02',
    ),
    is_partial: field(
        z.boolean().optional(),
        'Success only: whether a required field is missing, which makes it free.',
        false,
    ),
    completeness: field(
        z.number().min(0).max(1).optional(),
        'Success only: the share of name, headline, title, company, location, summary, positions and educations that are there.',
        0.88,
    ),
    missing: field(z.array(z.string()).optional(), 'Success only: which of these are not there.', ['summary']),
    company_status: field(
        z.enum(companyStatuses).optional(),
        'Only where company details were asked for and could not be had: why.',
        'not_found',
    ),
    cause: field(
        z.enum(failureCauses).nullable().optional(),
        'Errors only: what happened, in one word; null where no source was asked, or the failure is a bug of ours.',
        'wall',
    ),
});
export type ResultMeta = z.infer<typeof resultMetaSchema>;

const canonicalUrlSchema = field(
    z.string(),
    'The address of the profile that answered: another one when the person was renamed.',
    'https://www.linkedin.com/in/example-1/',
);

const answered = {
    url: field(z.string(), 'The URL exactly as given.', 'linkedin.com/in/Example-1?trk=sample'),
    meta: field(resultMetaSchema, 'How this came about, and what it cost.'),
};

export const successResultSchema = z.object({
    ...answered,
    canonical_url: canonicalUrlSchema,
    status: field(z.literal('success'), 'A profile was found.', 'success'),
    profile: profileSchema,
    company_details: field(
        companyDetailsSchema.nullable(),
        'What is known of the current company; null unless asked for and there.',
    ),
});

export const notFoundResultSchema = z.object({
    ...answered,
    canonical_url: canonicalUrlSchema,
    status: field(z.literal('not_found'), 'There is no public profile under this address.', 'not_found'),
});

export const errorResultSchema = z.object({
    ...answered,
    canonical_url: canonicalUrlSchema.optional(),
    status: field(z.literal('error'), 'It could not be found out.', 'error'),
    code: field(z.enum(resultErrorCodes), 'What kind of error.', 'validation_failed'),
    message: field(z.string(), 'What happened and what to do, in a sentence.', 'This is the page of a company.'),
});

/** The answer for one profile URL: what a dataset row is made of and what the HTTP API returns as `data` and `meta`. */
export const resultSchema = z.discriminatedUnion('status', [
    successResultSchema,
    notFoundResultSchema,
    errorResultSchema,
]);
export type Result = z.infer<typeof resultSchema>;
