import pLimit from 'p-limit';
import type { Clock } from '../../enrichment/clock.ts';
import type { Budget } from './budget.ts';
import { profileFoundEvent, type Charge, type Charger } from './charger.ts';
import { replaceOversizedRow } from './oversized-row.ts';
import { hasLookup } from './lookups.ts';
import { isPaidRow, type Row, type RowDraft, type StoredRow } from './row.ts';
import type { RowStore } from './dataset.ts';
import type { SkipReason } from '../watch/changes.ts';

const rowsPerBatch = 25;
const flushAfterMs = 1000;
/** A row lost in a crash is looked up again, and paid again where a provider was asked: those are written sooner. */
const dearRowsPerBatch = 5;
const dearFlushAfterMs = 250;
/** Batches pushed at the same time: enough for 200 rows a second when a push takes half a second. */
const pushesAtOnce = 4;
/** Charges made at the same time: a restart may have hundreds to make sure of, and a run takes 60 calls a second. */
const chargesAtOnce = 4;

export type LedgerOptions = {
    runId: string;
    /** Where successes go, and everything else too unless `misses` is given. */
    rows: RowStore;
    /** Where rows that are not charged as found go when every row of the default dataset costs money. */
    misses: RowStore | null;
    charger: Charger;
    /** Whether nobody is charged: rows and totals say 0, and only a charging log holds what would have been charged. */
    isTest?: boolean;
    budget: Budget;
    clock: Clock;
    newBatchId: () => string;
    /** Told once when rows or charges cannot be written: the run must stop. */
    onBroken: (error: unknown) => void;
    /** Told of rows that are stored and whose charge is made. */
    onSettled?: (rows: readonly Row[]) => void;
    /** Told when rows that cost lookups at a provider begin to be written. */
    onFlush?: () => void;
};

/** What the ledger holds, all of it known to be stored or charged. */
export type LedgerState = {
    rows: StoredRow[];
    chargedBatchIds: string[];
    /** Charges for stored rows that are not known to be made; the next start makes them. */
    owedCount: number;
    /** Lines whose people are as before, or were gone before: done, without a row and without a charge. */
    skipped: ReadonlyMap<number, SkipReason>;
};

export type Ledger = ReturnType<typeof createLedger>;

/**
 * The dataset is the ledger. Rows are written in batches, each batch once; then one charge is made for it, under a key
 * that can be computed again from the rows alone. So a crash at any point loses at most work that was not yet stored,
 * never a charge, and never makes one twice.
 */
export function createLedger(options: LedgerOptions) {
    const { runId, charger, budget, clock, isTest = false } = options;
    const stored: StoredRow[] = [];
    const charged = new Set<string>();
    /** The person each charged row is about, by canonical URL: nobody is charged twice in one run. */
    const foundBy = new Map<string, number>();
    const chargesUnderWay = new Set<Promise<void>>();
    const pushesUnderWay = new Set<Promise<void>>();
    const limitPushes = pLimit(pushesAtOnce);
    const limitCharges = pLimit(chargesAtOnce);
    const skipped = new Map<number, SkipReason>();
    let drafts: RowDraft[] = [];
    let timer: { waiting: AbortController; dueAt: number } | null = null;
    /** How many waiting profiles cost a lookup at a provider. */
    let dearDrafts = 0;
    let isBroken = false;
    let isChargingBroken = false;

    /** Takes in what an earlier start of this run stored, and charges what is not known to be charged. */
    function restore(rows: StoredRow[], chargedBatchIds: readonly string[]): void {
        for (const batchId of chargedBatchIds) charged.add(batchId);
        const counts = new Map<string, number>();
        for (const row of rows) {
            stored.push(row);
            if (row.status !== 'success' || row.duplicate_of !== null) continue;
            if (row.canonical_url && !row.meta.is_partial) foundBy.set(row.canonical_url, row.input_index);
            counts.set(row.meta.batch_id, (counts.get(row.meta.batch_id) ?? 0) + countCharges(row));
        }
        for (const [batchId, count] of counts) startCharge(batchId, count);
    }

    /**
     * Takes the rows of one profile. Of two rows about one person the later one becomes a repetition and is not
     * charged. Settles or gives back the reservation when there is one.
     */
    function add(rows: readonly [RowDraft, ...RowDraft[]], reservation: 'reserved' | 'none'): void {
        // No await in here: who is charged for a person is decided once.
        const [first] = rows;
        // A profile without what was required of it is free, and stands in nobody's way.
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
        if (hasLookup(first.meta.sources_tried)) dearDrafts += 1;
        if (dearDrafts >= dearRowsPerBatch) flush();
        else if (drafts.length >= rowsPerBatch) pushFullBatches();
        else startTimer(dearDrafts > 0 ? dearFlushAfterMs : flushAfterMs);
    }

    /** Counts a line as done that needs no row: no charge. Gives the reservation back. */
    function skip(inputIndex: number, reason: SkipReason, reservation: 'reserved' | 'none'): void {
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

    /** Starts writing whatever waits, without waiting for it. */
    function flush(): void {
        timer?.waiting.abort();
        timer = null;
        dearDrafts = 0;
        if (drafts.length > 0) startPush(drafts.splice(0));
    }

    function pushFullBatches(): void {
        while (drafts.length >= rowsPerBatch) startPush(drafts.splice(0, rowsPerBatch));
    }

    function startPush(batch: RowDraft[]): void {
        if (batch.some((row) => hasLookup(row.meta.sources_tried))) options.onFlush?.();
        const task = limitPushes(push, batch)
            .catch(breakDown)
            .finally(() => pushesUnderWay.delete(task));
        pushesUnderWay.add(task);
    }

    async function push(batch: RowDraft[]): Promise<void> {
        if (isBroken) return;
        const isMiss = (row: RowDraft) => options.misses !== null && !isPaidRow(row);
        const misses = batch.filter(isMiss);
        const others = batch.filter((row) => !isMiss(row));
        if (options.misses) await store(options.misses, misses);
        await store(options.rows, others);
    }

    async function store(rowStore: RowStore, batch: RowDraft[]): Promise<void> {
        if (batch.length === 0) return;
        const batchId = options.newBatchId();
        const rows: Row[] = batch.map((row) => ({ ...row, meta: { ...row.meta, batch_id: batchId } }));
        try {
            await rowStore.push(batchId, rows);
        } catch (error) {
            if (!isTooLarge(error)) throw error;
            // One push takes 5 MB. Profiles that long are too rare to weigh every batch.
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
     * A row that is too large by itself must not stop the run, nor every restart of it. It is stored without the columns
     * of its list, which the exports have, then without its company; and if that is not enough, its line gets an error.
     */
    async function storeSmaller(rowStore: RowStore, row: RowDraft, error: unknown): Promise<void> {
        const { input_columns: columns, ...smaller } = row;
        if (columns !== undefined) return store(rowStore, [smaller]);
        if (row.status !== 'success') throw error;
        if (row.company_details !== null) {
            const meta = { ...row.meta, company_status: 'failed' } as const;
            return store(rowStore, [{ ...row, company_details: null, meta }]);
        }
        if (isPaidRow(row)) {
            budget.refund();
            if (foundBy.get(row.canonical_url) === row.input_index) foundBy.delete(row.canonical_url);
        }
        await store(options.misses ?? options.rows, [replaceOversizedRow(row)]);
    }

    function startCharge(batchId: string, count: number, rows: readonly Row[] = []): void {
        if (count === 0) options.onSettled?.(rows);
        if (count === 0 || charged.has(batchId)) return;
        const charge = { count, idempotencyKey: `${runId}:${profileFoundEvent}:${batchId}` };
        const task = limitCharges(makeCharge, batchId, charge)
            .then(() => (charged.has(batchId) ? options.onSettled?.(rows) : undefined))
            .catch((error: unknown) => {
                isChargingBroken = true;
                breakDown(error);
            })
            .finally(() => chargesUnderWay.delete(task));
        chargesUnderWay.add(task);
    }

    /** What the charge of its batch counts for a row. */
    function countCharges(row: Row | StoredRow): number {
        return isTest ? Number(isPaidRow(row)) : row.meta.credits_used;
    }

    async function makeCharge(batchId: string, charge: Charge): Promise<void> {
        // One charge has used up its whole time in vain: the others are left to the next start.
        if (isChargingBroken) return;
        await charger.charge(charge);
        charged.add(batchId);
    }

    function breakDown(error: unknown): void {
        if (isBroken) return;
        isBroken = true;
        options.onBroken(error);
    }

    /**
     * Writes everything that waits; resolves when every row is stored and charged or is known not to be, or when
     * `giveUpSignal` aborts: then what is still in doubt is left to the next start.
     */
    async function drain(giveUpSignal?: AbortSignal): Promise<void> {
        flush();
        await Promise.race([settle(), waitForAbort(giveUpSignal)]);
    }

    async function settle(): Promise<void> {
        while (pushesUnderWay.size > 0) await Promise.race(pushesUnderWay);
        while (chargesUnderWay.size > 0) await Promise.race(chargesUnderWay);
    }

    function getState(): LedgerState {
        let owedCount = 0;
        for (const row of stored) if (!charged.has(row.meta.batch_id)) owedCount += countCharges(row);
        return { rows: stored, chargedBatchIds: [...charged], owedCount, skipped };
    }

    return { restore, add, skip, flush, drain, getState };
}

function waitForAbort(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
    });
}

function isTooLarge(error: unknown): boolean {
    return ((error as Error).cause as { statusCode?: number } | undefined)?.statusCode === 413;
}

function toStoredRow(row: Row): StoredRow {
    return {
        input_index: row.input_index,
        status: row.status,
        ...(row.status === 'error' ? { code: row.code } : {}),
        ...(row.canonical_url === undefined ? {} : { canonical_url: row.canonical_url }),
        duplicate_of: row.duplicate_of,
        ...(row.change === undefined ? {} : { change: row.change }),
        meta: {
            batch_id: row.meta.batch_id,
            credits_used: row.meta.credits_used,
            ...(row.meta.is_partial === undefined ? {} : { is_partial: row.meta.is_partial }),
            ...(row.meta.cause === undefined ? {} : { cause: row.meta.cause }),
        },
    };
}
