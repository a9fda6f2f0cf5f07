import type { RowDraft } from './row.ts';

/** The most duplicate URLs stored in a row: thousands would exceed the size of a push. */
export const maxDuplicateUrls = 100;

/** Whether a push failed because it is over the size limit. */
export function isTooLarge(error: unknown): boolean {
    return ((error as Error).cause as { statusCode?: number } | undefined)?.statusCode === 413;
}

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
