import * as z from 'zod';
import type { Result } from '../../enrichment/result/result.ts';
import type { RowIdentity } from './item.ts';

/** A row before its batch is known. */
export type RowDraft = Result & RowIdentity;

/** One row of the dataset. `meta.batch_id` names the batch it was written and charged with. */
export type Row = RowDraft & { meta: { batch_id: string } };

/** The part of a stored row that is read back after a restart. */
const storedRowSchema = z.object({
    input_index: z.int(),
    status: z.enum(['success', 'not_found', 'error']),
    code: z.string().optional(),
    canonical_url: z.string().optional(),
    // Missing counts as null: listings may omit empty fields.
    duplicate_of: z.int().nullable().default(null),
    /** See `RowIdentity.change`. */
    change: z.string().optional(),
    meta: z.object({
        batch_id: z.string(),
        credits_used: z.int(),
        is_partial: z.boolean().optional(),
        cause: z.string().nullish(),
    }),
});
export type StoredRow = z.infer<typeof storedRowSchema>;

/** Whether a row is a charged profile: found, complete and no duplicate. */
export function isPaidRow(
    row: Pick<StoredRow, 'status' | 'duplicate_of'> & { meta: Pick<StoredRow['meta'], 'is_partial'> },
): boolean {
    return row.status === 'success' && row.duplicate_of === null && !row.meta.is_partial;
}

/**
 * The fields to list when rows are read back: a few hundred bytes a row instead of the whole profile. Top level only:
 * listings do not promise to select nested fields, and a row not recognised would be written and charged again.
 */
export const storedRowFields = Object.keys(storedRowSchema.shape);

/** Parses a stored row; null for an item of another program. */
export function parseStoredRow(item: Record<string, unknown>): StoredRow | null {
    return storedRowSchema.safeParse(item).data ?? null;
}

/** The part of a row that the ledger keeps in memory. */
export function toStoredRow(row: Row): StoredRow {
    return storedRowSchema.parse(row);
}

/** The most duplicate URLs stored in a row: thousands would exceed the size of a push. */
export const maxDuplicateUrls = 100;

/** The row without its list columns (the exports have them), then without its company; null with neither to drop. */
export function shrinkRow(row: RowDraft): RowDraft | null {
    const { input_columns: columns, ...smaller } = row;
    if (columns !== undefined) return smaller;
    if (row.status !== 'success' || row.company_details === null) return null;
    return { ...row, company_details: null, meta: { ...row.meta, company_status: 'failed' } };
}

/**
 * The error row stored in place of a row that is too large alone. It is not charged, and another attempt would end the
 * same.
 */
export function replaceOversizedRow(row: RowDraft): RowDraft {
    const { is_partial: _, completeness: __, missing: ___, ...meta } = row.meta;
    return {
        url: row.url,
        ...(row.canonical_url === undefined ? {} : { canonical_url: row.canonical_url }),
        status: 'error',
        code: 'internal_error',
        message:
            'This profile is too large for a dataset row, so it was neither stored nor charged. Select fewer fields with `fields` and run the line again.',
        input_index: row.input_index,
        line: row.line,
        duplicate_urls: [],
        duplicate_count: row.duplicate_count,
        duplicate_of: row.duplicate_of,
        meta: { ...meta, credits_used: 0, cause: 'too_large' },
    };
}
