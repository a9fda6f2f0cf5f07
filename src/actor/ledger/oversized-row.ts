import type { RowDraft } from './row.ts';

/** The most other spellings of a profile that its row names; thousands of them would be more than one push takes. */
export const maxDuplicateUrls = 100;

/**
 * What is stored of a row that the dataset refuses for its size alone: the line and what happened to it. It is not
 * charged, and another attempt would end the same.
 */
export function replaceOversizedRow(row: RowDraft): RowDraft {
    const { is_partial: _, completeness: __, missing: ___, ...meta } = row.meta;
    return {
        url: row.url,
        ...(row.canonical_url === undefined ? {} : { canonical_url: row.canonical_url }),
        status: 'error',
        code: 'internal_error',
        message:
            'This profile is larger than a row of the dataset may be, so it was neither stored nor charged. Keep fewer of its fields with `fields`, and run the line again.',
        input_index: row.input_index,
        line: row.line,
        duplicate_urls: [],
        duplicate_count: row.duplicate_count,
        duplicate_of: row.duplicate_of,
        meta: { ...meta, credits_used: 0, cause: 'too_large' },
    };
}
