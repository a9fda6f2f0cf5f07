import type { Row } from './row.ts';

/** Profile fields that exist only for programs written for another Actor; `fields` can select them like any other. */
export const compatibilityFields = ['links', 'last_updated'] as const;
export type CompatibilityField = (typeof compatibilityFields)[number];

/**
 * The dataset item of a row, with the fields read by programs written for the Actor that this one replaces
 * (docs/moving-from.md). They repeat other fields of the row, and only this file knows them.
 */
export function addCompatibilityFields(
    row: Row,
    fields: readonly string[] | null,
    now: number,
): Record<string, unknown> {
    const { request_id, source, fetched_at: fetchedAt, data_as_of: dataAsOf } = row.meta;
    const item = {
        ...row,
        _metadata: { extracted_at: fetchedAt ?? new Date(now).toISOString(), source, request_id },
    };
    switch (row.status) {
        case 'success': {
            const added = { links: { linkedin: row.canonical_url }, last_updated: dataAsOf };
            const wanted = Object.entries(added).filter(([field]) => fields === null || fields.includes(field));
            return { ...item, profile: { ...row.profile, ...Object.fromEntries(wanted) } };
        }
        case 'not_found':
            return { ...item, reason: 'There is no public profile under this address.', company_details: null };
        case 'error':
            return { ...item, reason: row.message, error_kind: row.code, company_details: null };
    }
}
