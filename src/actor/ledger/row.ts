import * as z from 'zod';
import type { Result } from '../../enrichment/result/result.ts';
import type { RowIdentity } from './item.ts';

/** A row before its batch is known: what the ledger takes. */
export type RowDraft = Result & RowIdentity;

/** One row of the dataset. `meta.batch_id` names the batch it was written and charged with. */
export type Row = RowDraft & { meta: { batch_id: string } };

/** The part of a stored row that the ledger reads back after a restart; see `storedRowFields`. */
export const storedRowSchema = z.object({
    input_index: z.int(),
    status: z.enum(['success', 'not_found', 'error']),
    code: z.string().optional(),
    canonical_url: z.string().optional(),
    // Left out counts as null: a row must be recognised however a listing treats empty fields.
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

/** Whether this row is a profile that is paid for: found, in full, and no repetition of another row. */
export function isPaidRow(row: {
    status: StoredRow['status'];
    duplicate_of: number | null;
    meta: { is_partial?: boolean | undefined };
}): boolean {
    return row.status === 'success' && row.duplicate_of === null && !row.meta.is_partial;
}

/**
 * What is asked of the dataset when rows are read back: a few hundred bytes a row instead of the whole profile. Names
 * of the top level only: that a listing picks nested ones is nowhere promised, and a row not recognised would be
 * written and charged a second time.
 */
export const storedRowFields = ['input_index', 'status', 'code', 'canonical_url', 'duplicate_of', 'change', 'meta'];

/** A stored row as the ledger knows it, or null when it is not a row of ours. */
export function parseStoredRow(item: Record<string, unknown>): StoredRow | null {
    return storedRowSchema.safeParse(item).data ?? null;
}
