import * as z from 'zod';
import { field } from '../../enrichment/result/field.ts';
import { profileSchema } from '../../enrichment/result/profile.ts';
import { errorResultSchema, resultMetaSchema, successResultSchema } from '../../enrichment/result/result.ts';

const changeSchema = z.object({
    field: field(z.enum(['company', 'title', 'location', 'headline']), 'What is different.', 'company'),
    from: field(z.string().nullable(), 'What it was the last time.', 'Tessera Health'),
    to: field(z.string().nullable(), 'What it is now; null for somebody who has left.', 'Northwind Orchards'),
    meaning: field(
        z.enum(['new_position', 'new_company', 'left', 'moved']).nullable(),
        'What that means, where dates or places tell.',
        'new_company',
    ),
});

/** What a dataset row carries beside the result it is made of. */
export const rowIdentitySchema = z.object({
    input_index: field(z.int(), 'The first line of the input that this row answers, from 0, over all lists.', 0),
    line: field(z.int(), 'The place of that line in its own list, from 1: the row of the sheet.', 2),
    duplicate_urls: field(
        z.array(z.string()),
        'The later lines that name the same profile, as given; the first hundred.',
        ['https://uk.linkedin.com/in/example-1'],
    ),
    duplicate_count: field(z.int(), 'How many such lines there are.', 1),
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
        'What this person is to the watch: seen for the first time, with something new, as before, or found before and gone now. Only with `watch`.',
        'changed',
    ),
    changes: field(
        z.array(changeSchema).optional(),
        'What is new since the last run under the same watch; only of people found.',
    ),
});
export type RowIdentity = z.infer<typeof rowIdentitySchema>;

/**
 * What the dataset takes for one row, whatever came of its line, with the fields for programs written for another Actor.
 * Only described, never parsed with: the rows that go in are made of results.
 */
export const itemSchema = z.object({
    url: successResultSchema.shape.url,
    canonical_url: successResultSchema.shape.canonical_url,
    status: field(z.enum(['success', 'not_found', 'error']), 'What came of the line.', 'success'),
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
            batch_id: field(z.string(), 'Rows written and charged together share it.', '01M8860BGY7P746QTNT05ETEVD'),
        }),
        'How the row came about, and what it cost.',
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
