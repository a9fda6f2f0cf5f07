import type { Clock } from '../../../enrichment/clock.ts';
import { parseStoredRow, type Row } from '../../ledger/row.ts';
import type { DatasetClient } from '../../ledger/dataset.ts';

/** At about 10 KB a row, a page is one or two megabytes. */
const pageSize = 100;
/** Rows may appear in listings a few seconds late. */
const maxDelayMs = 8_000;
const pollIntervalMs = 1_000;

/** The rows that a run has stored. */
export type StoredRows = {
    datasets: readonly Pick<DatasetClient, 'listItems'>[];
    /** Number of rows in all datasets together. */
    rowCount: number;
};

/**
 * Reads the stored rows page by page. Items of an Actor that metamorphed into this one are skipped. Waits a few seconds
 * for stored rows that do not appear yet; yields fewer when they never do.
 */
export async function* readRows(
    { datasets, rowCount }: StoredRows,
    clock: Clock,
    signal?: AbortSignal,
): AsyncGenerator<Row[]> {
    const deadlineAt = clock.now() + maxDelayMs;
    const cursors = datasets.map((dataset) => ({ dataset, offset: 0 }));
    let seen = 0;
    for (;;) {
        for (const cursor of cursors) {
            for (let isMore = true; isMore;) {
                signal?.throwIfAborted();
                const { items } = await cursor.dataset.listItems({ offset: cursor.offset, limit: pageSize });
                cursor.offset += items.length;
                isMore = items.length === pageSize;
                const rows = items.filter((item) => parseStoredRow(item) !== null) as unknown as Row[];
                seen += rows.length;
                if (rows.length > 0) yield rows;
            }
        }
        if (seen >= rowCount || clock.now() >= deadlineAt) return;
        await clock.sleep(pollIntervalMs, signal);
    }
}
