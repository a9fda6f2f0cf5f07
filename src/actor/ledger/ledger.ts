import pLimit from 'p-limit';
import type { Clock } from '../../enrichment/clock.ts';
import type { Reservation } from '../../enrichment/enrich-batch.ts';
import type { Budget } from './budget.ts';
import { createBatchCharges, type Charger } from './charger.ts';
import {
    replaceOversizedRow,
    shrinkRow,
    isPaidRow,
    toStoredRow,
    type Row,
    type RowDraft,
    type StoredRow,
} from './row.ts';
import { hasLookup } from './lookups.ts';
import { isTooLarge, type RowStore } from './dataset.ts';
import type { SkipReason } from '../watch/changes.ts';

const rowsPerBatch = 25;
const flushAfterMs = 1000;
/** A row lost in a crash is looked up again, which costs money at a provider: those rows are written sooner. */
const paidRowsPerBatch = 5;
const paidFlushAfterMs = 250;
/** 200 rows a second when a push takes half a second. */
const maxConcurrentPushes = 4;

export type LedgerOptions = {
    runId: string;
    /** The default dataset. */
    rows: RowStore;
    /** The dataset of all rows that are not charged, where rows of the default dataset cost money; else null. */
    misses: RowStore | null;
    charger: Charger;
    /** In test mode rows and totals say 0 charged; only the charging log holds what would be charged. */
    isTest?: boolean;
    budget: Budget;
    clock: Clock;
    newBatchId: () => string;
    /** Called once when rows or charges cannot be written: the run must stop. */
    onBroken: (error: unknown) => void;
    /** Called with rows once they are stored and charged. */
    onSettled?: (rows: readonly Row[]) => void;
    /** Called when rows that cost provider lookups begin to be written. */
    onFlush?: () => void;
};

/** What is known to be stored or charged. */
export type LedgerState = {
    rows: StoredRow[];
    chargedBatchIds: string[];
    /** Charges of stored rows not known to be made; the next start repeats them. */
    owedCount: number;
    /** Lines done without row or charge: unchanged, or gone before. */
    skipped: ReadonlyMap<number, SkipReason>;
};

export type Ledger = ReturnType<typeof createLedger>;

/**
 * The dataset is the ledger. Each batch of rows is written once, then charged under a key that can be computed from the
 * rows alone. A crash loses only work that was not stored, never a charge, and never charges twice.
 */
export function createLedger(options: LedgerOptions) {
    const { runId, charger, budget, clock, isTest = false } = options;
    const stored: StoredRow[] = [];
    const charges = createBatchCharges(charger, { runId, onFailed: fail });
    /** `input_index` of the charged row per canonical URL: a person is charged once in a run. */
    const foundBy = new Map<string, number>();
    const pushesUnderWay = new Set<Promise<void>>();
    const limitPushes = pLimit(maxConcurrentPushes);
    const skipped = new Map<number, SkipReason>();
    let drafts: RowDraft[] = [];
    let timer: { waiting: AbortController; dueAt: number } | null = null;
    /** Buffered profiles that cost a provider lookup. */
    let paidDrafts = 0;
    let isBroken = false;

    /** Restores what earlier starts of this run stored, and charges what is not known to be charged. */
    function restore(rows: StoredRow[], chargedBatchIds: readonly string[]): void {
        for (const batchId of chargedBatchIds) charges.charged.add(batchId);
        const counts = new Map<string, number>();
        for (const row of rows) {
            stored.push(row);
            if (!isPaidRow(row)) continue;
            if (row.canonical_url) foundBy.set(row.canonical_url, row.input_index);
            counts.set(row.meta.batch_id, (counts.get(row.meta.batch_id) ?? 0) + countCharges(row));
        }
        for (const [batchId, count] of counts) startCharge(batchId, count);
    }

    /**
     * Adds the rows of one profile. If the person already has a row, these are duplicates and not charged. Settles or
     * releases the reservation.
     */
    function add(rows: readonly [RowDraft, ...RowDraft[]], reservation: Reservation): void {
        // No `await` in here, so that concurrent work charges a person once.
        const [first] = rows;
        // A partial profile is free, and a later full one is still charged.
        const isFound = first.status === 'success' && !first.meta.is_partial;
        const earlier = isFound ? foundBy.get(first.canonical_url) : undefined;
        const isCharged = isFound && earlier === undefined && charger.mode !== 'none' && !isTest;
        if (isFound && earlier === undefined) foundBy.set(first.canonical_url, first.input_index);
        if (reservation === 'reserved') {
            if (isFound && earlier === undefined) budget.settle();
            else budget.release();
        }
        const creditsRemaining = budget.remaining();
        for (const [place, row] of rows.entries()) {
            const meta = {
                ...row.meta,
                credits_used: isCharged && place === 0 ? 1 : 0,
                credits_remaining: creditsRemaining,
            };
            drafts.push({ ...row, duplicate_of: earlier ?? (place === 0 ? null : first.input_index), meta });
        }
        if (hasLookup(first.meta.sources_tried)) paidDrafts += 1;
        if (paidDrafts >= paidRowsPerBatch) return flush();
        while (drafts.length >= rowsPerBatch) startPush(drafts.splice(0, rowsPerBatch));
        if (drafts.length > 0) startTimer(paidDrafts > 0 ? paidFlushAfterMs : flushAfterMs);
    }

    /** Marks a line as done without row or charge; releases the reservation. */
    function skip(inputIndex: number, reason: SkipReason, reservation: Reservation): void {
        if (reservation === 'reserved') budget.release();
        skipped.set(inputIndex, reason);
    }

    function startTimer(delayMs: number): void {
        const dueAt = clock.elapsed() + delayMs;
        if (timer && timer.dueAt <= dueAt) return;
        timer?.waiting.abort();
        const waiting = new AbortController();
        timer = { waiting, dueAt };
        clock.sleep(delayMs, waiting.signal).then(flush, () => {});
    }

    /** Starts writing all buffered rows. */
    function flush(): void {
        timer?.waiting.abort();
        timer = null;
        paidDrafts = 0;
        if (drafts.length > 0) startPush(drafts.splice(0));
    }

    function startPush(batch: RowDraft[]): void {
        if (batch.some((row) => hasLookup(row.meta.sources_tried))) options.onFlush?.();
        const task = limitPushes(push, batch)
            .catch(fail)
            .finally(() => pushesUnderWay.delete(task));
        pushesUnderWay.add(task);
    }

    async function push(batch: RowDraft[]): Promise<void> {
        if (isBroken) return;
        const { rows, misses } = options;
        if (!misses) return store(rows, batch);
        await store(
            misses,
            batch.filter((row) => !isPaidRow(row)),
        );
        await store(rows, batch.filter(isPaidRow));
    }

    async function store(rowStore: RowStore, batch: RowDraft[]): Promise<void> {
        if (batch.length === 0) return;
        const batchId = options.newBatchId();
        const rows: Row[] = batch.map((row) => ({ ...row, meta: { ...row.meta, batch_id: batchId } }));
        try {
            await rowStore.push(batchId, rows);
        } catch (error) {
            if (!isTooLarge(error)) throw error;
            // A push takes at most 5 MB, which is too rarely exceeded to measure every batch.
            const [row] = batch;
            if (batch.length === 1 && row) return storeSmaller(rowStore, row, error);
            const middle = Math.ceil(batch.length / 2);
            await store(rowStore, batch.slice(0, middle));
            return store(rowStore, batch.slice(middle));
        }
        let count = 0;
        for (const row of rows) {
            count += countCharges(row);
            stored.push(toStoredRow(row));
        }
        startCharge(batchId, count, rows);
    }

    /**
     * Stores a row that is too large alone without its columns, then without its company, and finally as an error: it
     * must not stop the run and every restart of it.
     */
    async function storeSmaller(rowStore: RowStore, row: RowDraft, error: unknown): Promise<void> {
        const smaller = shrinkRow(row);
        if (smaller) return store(rowStore, [smaller]);
        if (row.status !== 'success') throw error;
        if (isPaidRow(row)) {
            budget.refund();
            if (foundBy.get(row.canonical_url) === row.input_index) foundBy.delete(row.canonical_url);
        }
        await store(options.misses ?? options.rows, [replaceOversizedRow(row)]);
    }

    function startCharge(batchId: string, count: number, rows: readonly Row[] = []): void {
        if (count === 0) options.onSettled?.(rows);
        else charges.start(batchId, count, () => options.onSettled?.(rows));
    }

    /** How much a row adds to its batch's charge. */
    function countCharges(row: Row | StoredRow): number {
        return isTest ? Number(isPaidRow(row)) : row.meta.credits_used;
    }

    function fail(error: unknown): void {
        if (isBroken) return;
        isBroken = true;
        options.onBroken(error);
    }

    /**
     * Writes all buffered rows. Resolves when every row is stored and charged, or known not to be, or when
     * `giveUpSignal` aborts: what is then in doubt is left to the next start.
     */
    async function drain(giveUpSignal?: AbortSignal): Promise<void> {
        flush();
        await Promise.race([settle(), waitForAbort(giveUpSignal)]);
    }

    async function settle(): Promise<void> {
        while (pushesUnderWay.size > 0) await Promise.race(pushesUnderWay);
        await charges.settle();
    }

    function getState(): LedgerState {
        let owedCount = 0;
        for (const row of stored) if (!charges.charged.has(row.meta.batch_id)) owedCount += countCharges(row);
        return { rows: stored, chargedBatchIds: [...charges.charged], owedCount, skipped };
    }

    return { restore, add, skip, flush, drain, getState };
}

function waitForAbort(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
    });
}
