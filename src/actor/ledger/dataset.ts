import type { Clock } from '../../enrichment/clock.ts';
import { isRefusal } from '../platform/errors.ts';
import { parseStoredRow, storedRowFields, type Row, type StoredRow } from './row.ts';

/** The part of a dataset client that the ledger uses; Apify's client and Crawlee's local storage both have it. */
export type DatasetClient = {
    pushItems(items: Array<Record<string, unknown>>): Promise<void>;
    listItems(options: {
        offset?: number;
        limit?: number;
        desc?: boolean;
        fields?: string[];
    }): PromiseLike<{ items: Array<Record<string, unknown>> }>;
};

export type RowStore = {
    /**
     * Stores the rows of one batch once. Resolves when they are known to be stored; rejects with `RowsRefusedError`
     * when the dataset does not take them.
     */
    push(batchId: string, rows: Row[]): Promise<void>;
    /** The identifying fields of every stored row, in the order written. `more` is shown further fields of each. */
    readAll(more?: MoreFields): Promise<StoredRow[]>;
};

/** Fields of the top level that are read beside the identifying ones, and who takes them. */
export type MoreFields = { fields: readonly string[]; take: (item: Record<string, unknown>) => void };

/** The dataset does not take rows: the run cannot go on, but can be resumed when the cause is gone. */
export class RowsRefusedError extends Error {
    override name = 'RowsRefusedError';
}

const pageSize = 1000;
/** How many rows from the end are searched for a batch, beside those that were pushed after it. */
const tailSize = 250;

export type RowStoreOptions = {
    dataset: DatasetClient;
    clock: Clock;
    /** How long after a push in doubt the tail is trusted to show it, in milliseconds. */
    settleMs: number;
    /** How long pushing one batch is tried, in milliseconds. */
    patienceMs: number;
    /** What the dataset takes for a row: as it is, unless told otherwise. */
    toItem?: (row: Row) => Record<string, unknown>;
};

/**
 * A dataset that takes every batch once. A push that fails may still have been stored (a reset after the fact, a 5xx
 * from a proxy on the way back), and a dataset has no idempotent push: so the tail is read until the rows have had time
 * to show, and only then pushed again.
 */
export function createRowStore({
    dataset,
    clock,
    settleMs,
    patienceMs,
    toItem = (row) => row,
}: RowStoreOptions): RowStore {
    let rowsPushed = 0;
    return {
        async push(batchId, rows) {
            const giveUpAt = clock.now() + patienceMs;
            const pushedBefore = rowsPushed;
            const items = rows.map(toItem);
            for (;;) {
                rowsPushed += rows.length;
                try {
                    return await dataset.pushItems(items);
                } catch (error) {
                    if (isRefusal(error) || clock.now() > giveUpAt) {
                        throw new RowsRefusedError('the dataset did not take the rows', { cause: error });
                    }
                    if (await hasSettledIn(batchId, pushedBefore, giveUpAt)) return;
                }
            }
        },
        async readAll(more) {
            const fields = [...storedRowFields, ...(more?.fields ?? [])];
            const rows: StoredRow[] = [];
            for (let offset = 0; ; offset += pageSize) {
                const { items } = await listPatiently({ offset, limit: pageSize, fields });
                for (const item of items) {
                    const row = parseStoredRow(item);
                    if (row) rows.push(row);
                    if (row) more?.take(item);
                }
                if (items.length < pageSize) return rows;
            }
        },
    };

    /** Whether the batch shows in the tail within the settling time; looks at a quarter, a half and the end of it. */
    async function hasSettledIn(batchId: string, pushedBefore: number, giveUpAt: number): Promise<boolean> {
        for (const share of [0.25, 0.25, 0.5]) {
            await clock.sleep(settleMs * share);
            // Other batches went on meanwhile: at 500 rows a second they bury this one within a second.
            const limit = tailSize + rowsPushed - pushedBefore;
            const { items } = await listPatiently({ desc: true, limit, fields: ['meta'] }, giveUpAt);
            if (items.some((item) => readBatchId(item) === batchId)) return true;
        }
        return false;
    }

    async function listPatiently(
        options: Parameters<DatasetClient['listItems']>[0],
        giveUpAt = clock.now() + patienceMs,
    ): ReturnType<() => Promise<{ items: Array<Record<string, unknown>> }>> {
        for (let delayMs = 250; ; delayMs = Math.min(delayMs * 2, 8000)) {
            try {
                return await dataset.listItems(options);
            } catch (error) {
                if (clock.now() + delayMs > giveUpAt) {
                    throw new RowsRefusedError('the dataset cannot be read', { cause: error });
                }
                await clock.sleep(delayMs);
            }
        }
    }
}

function readBatchId(item: Record<string, unknown>): unknown {
    return (item['meta'] as { batch_id?: unknown } | undefined)?.batch_id;
}
