import * as z from 'zod';
import { field } from '../../enrichment/result/field.ts';
import { profileSchema } from '../../enrichment/result/profile.ts';
import { errorResultSchema, resultMetaSchema, successResultSchema } from '../../enrichment/result/result.ts';

const changeSchema = z.object({
    field: field(z.enum(['company', 'title', 'location', 'headline']), 'The field that changed.', 'company'),
    from: field(z.string().nullable(), 'The previous value.', 'Tessera Health'),
    to: field(z.string().nullable(), 'The current value; null if the person left.', 'Northwind Orchards'),
    meaning: field(
        z.enum(['new_position', 'new_company', 'left', 'moved']).nullable(),
        'What the change means, where dates or places show it.',
        'new_company',
    ),
});

/** The fields a row adds to its result. */
export const rowIdentitySchema = z.object({
    input_index: field(z.int(), 'The first input line that this row answers, counted from 0 over all lists.', 0),
    line: field(z.int(), 'The position of that line in its own list, from 1: the row of the sheet.', 2),
    duplicate_urls: field(z.array(z.string()), 'Later lines that name the same profile, as given; the first hundred.', [
        'https://uk.linkedin.com/in/example-1',
    ]),
    duplicate_count: field(z.int(), 'The number of such lines.', 1),
    duplicate_of: field(
        z.int().nullable(),
        'The `input_index` of the row that this one repeats; such a row is never charged. Null for all others.',
        0,
    ),
    input_columns: field(
        z.record(z.string(), z.string()).readonly().optional(),
        'The other cells of the line in its list, by their columns; only with `keepColumns`.',
        { Campaign: 'Spring' },
    ),
    change: field(
        z.enum(['new', 'changed', 'same', 'gone']).optional(),
        'The result of the comparison: seen for the first time, changed, unchanged, or found before and gone now. Only with `watch`.',
        'changed',
    ),
    changes: field(
        z.array(changeSchema).optional(),
        'What changed since the last run of the same watch; only for profiles found.',
    ),
});
export type RowIdentity = z.infer<typeof rowIdentitySchema>;

/**
 * The schema of a dataset item, whatever its status, with the compatibility fields. Used for the definitions only,
 * never to parse.
 */
export const itemSchema = z.object({
    url: successResultSchema.shape.url,
    canonical_url: successResultSchema.shape.canonical_url,
    status: field(z.enum(['success', 'not_found', 'error']), 'The outcome of the line.', 'success'),
    profile: z
        .object({
            ...profileSchema.shape,
            links: field(
                z.object({
                    linkedin: field(
                        z.string(),
                        'The address of the profile.',
                        'https://www.linkedin.com/in/example-1/',
                    ),
                }),
                'Repeats `canonical_url`, for programs written for another Actor.',
            ),
            last_updated: field(
                z.string().nullable(),
                'Repeats `meta.data_as_of`, for programs written for another Actor.',
                '2026-10-02',
            ),
        })
        .meta({ description: `Success rows only. ${profileSchema.description ?? ''}` }),
    company_details: successResultSchema.shape.company_details,
    code: field(errorResultSchema.shape.code, 'Error rows only: what kind of error.', 'validation_failed'),
    message: field(
        errorResultSchema.shape.message,
        'Error rows only: what happened and what to do.',
        'LinkedIn showed a sign-in wall.',
    ),
    ...rowIdentitySchema.shape,
    meta: field(
        z.object({
            ...resultMetaSchema.shape,
            batch_id: field(
                z.string(),
                'Shared by rows that were written and charged together.',
                '01M8860BGY7P746QTNT05ETEVD',
            ),
        }),
        'How the row was made, and what it cost.',
    ),
    reason: field(
        z.string().optional(),
        'Not-found and error rows: why there is no profile, for programs written for another Actor.',
        'There is no public profile under this address.',
    ),
    error_kind: field(
        z.string().optional(),
        'Error rows: repeats `code`, for programs written for another Actor.',
        'validation_failed',
    ),
    _metadata: field(
        z.object({
            extracted_at: field(z.string(), 'When the row was made.', '2026-11-25T01:44:28.445Z'),
            source: field(z.string().nullable(), 'Repeats `meta.source`.', 'public-page'),
            request_id: field(z.string(), 'Repeats `meta.request_id`.', 'req_01M8860BGXEYG48K32504KHGKW'),
        }),
        'For programs written for another Actor.',
    ),
});
