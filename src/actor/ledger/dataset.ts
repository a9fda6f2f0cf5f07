import type { Clock } from '../../enrichment/clock.ts';
import { isRefusal } from '../platform/errors.ts';
import { parseStoredRow, storedRowFields, type Row, type StoredRow } from './row.ts';

/** The dataset methods that the ledger uses; Apify's client and the local storage have both. */
export type DatasetClient = {
    pushItems(items: Array<Record<string, unknown>>): Promise<void>;
    listItems(options: {
        offset?: number;
        limit?: number;
        desc?: boolean;
        fields?: string[];
    }): PromiseLike<{ items: Array<Record<string, unknown>> }>;
};

/** Top-level fields to read beside the identifying ones, and the function that receives each item. */
export type MoreFields = { fields: readonly string[]; take: (item: Record<string, unknown>) => void };

/** The dataset does not accept rows. The run stops, and can be resumed once the cause is fixed. */
export class RowsRefusedError extends Error {
    override name = 'RowsRefusedError';
}

/** Whether a push failed because it is over the size limit. */
export function isTooLarge(error: unknown): boolean {
    return ((error as Error).cause as { statusCode?: number } | undefined)?.statusCode === 413;
}

const pageSize = 1000;
/** Rows at the end that are searched for a batch, beside those pushed after it. */
const tailSize = 250;

/**
 * Creates a row store that stores every batch once. A failed push may still have been stored (a reset or a proxy's 5xx
 * after the fact), and datasets have no idempotent push: the tail is read until the rows have had time to appear, and
 * only then are they pushed again.
 */
export function createRowStore({
    dataset,
    clock,
    settleMs,
    patienceMs,
    toItem = (row) => row,
}: {
    dataset: DatasetClient;
    clock: Clock;
    /** How long a push in doubt may take to appear in a listing, in milliseconds. */
    settleMs: number;
    /** How long one batch is retried, in milliseconds. */
    patienceMs: number;
    /** Converts a row to a dataset item; by default the row itself. */
    toItem?: (row: Row) => Record<string, unknown>;
}) {
    let rowsPushed = 0;
    return {
        /**
         * Stores the rows of one batch once. Resolves when they are known to be stored; rejects with `RowsRefusedError`
         * when the dataset does not accept them.
         */
        async push(batchId: string, rows: Row[]): Promise<void> {
            const deadlineAt = clock.now() + patienceMs;
            const pushedBefore = rowsPushed;
            const items = rows.map(toItem);
            for (;;) {
                rowsPushed += rows.length;
                try {
                    return await dataset.pushItems(items);
                } catch (error) {
                    if (isRefusal(error) || clock.now() > deadlineAt) {
                        throw new RowsRefusedError('the dataset did not accept the rows', { cause: error });
                    }
                    if (await appearsInTail(batchId, pushedBefore, deadlineAt)) return;
                }
            }
        },
        /** The identifying fields of every stored row, in the order written. `more` receives further fields of each. */
        async readAll(more?: MoreFields): Promise<StoredRow[]> {
            const fields = [...storedRowFields, ...(more?.fields ?? [])];
            const rows: StoredRow[] = [];
            for (let offset = 0; ; offset += pageSize) {
                const { items } = await listWithRetries({ offset, limit: pageSize, fields });
                for (const item of items) {
                    const row = parseStoredRow(item);
                    if (row) rows.push(row);
                    if (row) more?.take(item);
                }
                if (items.length < pageSize) return rows;
            }
        },
    };

    /** Whether the batch appears in the tail within `settleMs`; checks after a quarter, a half and all of it. */
    async function appearsInTail(batchId: string, pushedBefore: number, deadlineAt: number): Promise<boolean> {
        for (const share of [0.25, 0.25, 0.5]) {
            await clock.sleep(settleMs * share);
            // Other batches are pushed meanwhile: at 500 rows a second they bury this one within a second.
            const limit = tailSize + rowsPushed - pushedBefore;
            const { items } = await listWithRetries({ desc: true, limit, fields: ['meta'] }, deadlineAt);
            if (items.some((item) => readBatchId(item) === batchId)) return true;
        }
        return false;
    }

    async function listWithRetries(
        options: Parameters<DatasetClient['listItems']>[0],
        deadlineAt = clock.now() + patienceMs,
    ): Promise<{ items: Array<Record<string, unknown>> }> {
        try {
            return await retryUntil(deadlineAt, clock, () => dataset.listItems(options));
        } catch (cause) {
            throw new RowsRefusedError('the dataset cannot be read', { cause });
        }
    }
}

export type RowStore = ReturnType<typeof createRowStore>;

/** Calls until it succeeds, with growing pauses. Rejects when a failure is final, or the time is over. */
export async function retryUntil<Result>(
    deadlineAt: number,
    clock: Clock,
    call: () => PromiseLike<Result>,
    isFinal = (_error: unknown): boolean => false,
): Promise<Result> {
    for (let delayMs = 250; ; delayMs = Math.min(delayMs * 2, 8000)) {
        try {
            return await call();
        } catch (error) {
            if (isFinal(error) || clock.now() + delayMs > deadlineAt) throw error;
            await clock.sleep(delayMs);
        }
    }
}

function readBatchId(item: Record<string, unknown>): unknown {
    return (item['meta'] as { batch_id?: unknown } | undefined)?.batch_id;
}
