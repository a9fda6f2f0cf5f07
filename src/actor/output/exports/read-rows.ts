import type { Clock } from '../../../enrichment/clock.ts';
import { parseStoredRow, type Row } from '../../ledger/row.ts';
import type { DatasetClient } from '../../ledger/dataset.ts';

/** Some 10 KB a row: a page is a megabyte or two, and its files as much again. */
const pageSize = 100;
/** A dataset may show its last rows a few seconds late. */
const lateMs = 8_000;
const pollAgainMs = 1_000;

/**
 * The stored rows, page by page, never all of them at once. What another Actor left in the dataset, which turned itself
 * into this one, is passed over. Waits a few seconds for rows that are known to be stored
 * and do not show yet; fewer may come when they never do.
 */
export async function* readRows({
    datasets,
    rowCount,
    clock,
    signal,
}: {
    datasets: readonly Pick<DatasetClient, 'listItems'>[];
    /** How many rows are stored in all the datasets together. */
    rowCount: number;
    clock: Clock;
    signal: AbortSignal;
}): AsyncGenerator<Row[]> {
    const giveUpAt = clock.now() + lateMs;
    const offsets = datasets.map(() => 0);
    let seen = 0;
    for (;;) {
        for (const [place, dataset] of datasets.entries()) {
            for (let isMore = true; isMore;) {
                signal.throwIfAborted();
                const { items } = await dataset.listItems({ offset: offsets[place] ?? 0, limit: pageSize });
                offsets[place] = (offsets[place] ?? 0) + items.length;
                isMore = items.length === pageSize;
                const rows = items.filter((item) => parseStoredRow(item) !== null) as unknown as Row[];
                seen += rows.length;
                if (rows.length > 0) yield rows;
            }
        }
        if (seen >= rowCount || clock.now() >= giveUpAt) return;
        await clock.sleep(pollAgainMs, signal);
    }
}
