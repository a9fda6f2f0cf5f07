import pLimit from 'p-limit';
import type { Clock } from './clock.ts';
import { createConcurrency, minConcurrency, type ConcurrencyOptions } from './pacer.ts';
import { buildUnasked, internalError, type Enrichment } from './enrich-profile.ts';
import type { ProfileUrl } from './profile-url/profile-url.ts';
import { refusalsToGiveUp } from './chain-link.ts';
import type { SourceChain, Turn } from './source-chain.ts';
import { SourceUnusableError } from './source.ts';

/** After this many consecutive profiles that failed because of a bug, the batch ends. */
export const bugsToGiveUp = 20;
/** The most profiles that may wait for `complete` at once. */
const maxIncomplete = 1000;
/** How often a saturated event loop is polled, in milliseconds. */
const overloadPollMs = 50;

/** Whether an item still holds its reservation in the budget. */
export type Reservation = 'reserved' | 'none';

export type EnrichBatchOptions<Item extends { profileUrl: ProfileUrl }> = ConcurrencyOptions & {
    items: Iterable<Item>;
    chain: Pick<SourceChain, 'acquire' | 'enrich' | 'firstName'>;
    clock: Clock;
    /** Aborts to start no more items; those in flight continue until the sources give up. */
    stopSignal: AbortSignal;
    /** Reserves one charge, synchronously; false when none is left. */
    reserve: () => boolean;
    release: () => void;
    /**
     * Receives an enrichment and must settle or release its reservation, if any. When it throws, it is called again
     * with an internal error for the same item.
     */
    onEnriched: (item: Item, enrichment: Enrichment, reservation: Reservation) => void;
    /**
     * Adds further data to an enrichment before `onEnriched`; null when there is nothing to add. Unless the concurrency
     * is fixed, the wait does not count as in flight. Must not reject.
     */
    complete?: (enrichment: Enrichment, item: Item) => Promise<Enrichment> | null;
    /** Whether items whose attempts failed are reported when the batch is stopped; if not, a resumed run does them. */
    shouldReportInterrupted: () => boolean;
    /** Whether an earlier start of this run got any profile that was not refused. */
    wasAnyAnswered: boolean;
    onBug: (error: unknown) => void;
    /** Whether the event loop is saturated; then only `minConcurrency` items are kept in flight, or all time out. */
    isOverloaded?: () => boolean;
    /** Called with the number of items in flight, after every change. */
    onInFlight: (inFlight: number) => void;
};

/**
 * How a batch ended. `completed`: every item was reported. `stopped`: by the caller's `stopSignal`. `budget`: no charge
 * is left for the rest. `lookups`: the rest needs a provider, and no lookup is left. `refused`: `refusalsToGiveUp`
 * consecutive profiles were refused before the end of the list, or at least that many and all of them. `source`: no
 * source is usable any more. `internal_error`: a bug in `bugsToGiveUp` consecutive profiles.
 */
type BatchEnding = 'completed' | 'stopped' | 'budget' | 'lookups' | 'refused' | 'source' | 'internal_error';

export type BatchReport = {
    ending: BatchEnding;
    /** One sentence for users where all profiles failed for the same reason; else empty. */
    reason: string;
};

/** Causes where the server was never reached: a proxy or a network failed, not LinkedIn. */
const unreachable = new Set<string | null>(['proxy', 'no_connection', 'certificate']);

/**
 * Enriches items at the pacer's rate, with as many in flight as the rate needs, and reports each to `onEnriched` as it
 * completes: exactly once or, when the batch ends early, not at all. Consecutive refusals are held back: if the batch
 * ends as `refused`, they are not reported and remain to be done.
 */
export async function enrichBatch<Item extends { profileUrl: ProfileUrl }>(
    options: EnrichBatchOptions<Item>,
): Promise<BatchReport> {
    const { chain, clock, stopSignal, reserve, release, onEnriched, onInFlight } = options;
    const concurrency = createConcurrency(options);
    const limit = pLimit(concurrency.current);
    const underWay = new Set<Promise<void>>();
    /** Profiles that wait for `complete`. */
    const incomplete = new Set<Promise<void>>();
    /** The current series of refusals. */
    const refused: Array<{ item: Item; enrichment: Enrichment }> = [];
    const giveUp = new AbortController();
    const feedSignal = AbortSignal.any([stopSignal, giveUp.signal]);
    let bugsInARow = 0;
    let wasAnyAnswered = options.wasAnyAnswered;
    let isListAtEnd = false;
    let wasInterrupted = false;
    /** Whether an item was left out because no lookup was left. */
    let ranOutOfLookups = false;
    /** Set when the batch ends early, other than by `stopSignal`. */
    let early: BatchReport | null = null;

    function endEarly(ending: BatchEnding, reason = ''): void {
        early ??= { ending, reason };
        giveUp.abort();
    }

    function track(tasks: Set<Promise<void>>, work: Promise<void>): Promise<void> {
        const task = work.finally(() => {
            tasks.delete(task);
            onInFlight(countTasks());
        });
        tasks.add(task);
        onInFlight(countTasks());
        return task;
    }

    const countTasks = (): number => underWay.size + incomplete.size;
    const anyTask = (): Promise<void> => Promise.race([...underWay, ...incomplete]);

    async function work(item: Item, turn: Turn): Promise<void> {
        try {
            const enrichment = await chain.enrich(item.profileUrl, turn);
            if (enrichment.isInterrupted) {
                if (stopSignal.aborted) wasInterrupted = true;
                else ranOutOfLookups = true;
                if (enrichment.attempts > 0 && options.shouldReportInterrupted()) await deliver(item, enrichment);
                else release();
                return;
            }
            concurrency.recordDuration(enrichment.durationMs);
            limit.concurrency = concurrency.current;
            if (enrichment.isRefused) return holdBack(item, enrichment);
            deliverRefused();
            await deliver(item, enrichment);
        } catch (error) {
            if (error instanceof SourceUnusableError) {
                release();
                return endEarly('source', error.message);
            }
            deliverRefused();
            deliverBug(item, error, 'reserved');
        }
    }

    /** Reports an enrichment, after `complete` if that applies. */
    function deliver(item: Item, enrichment: Enrichment): Promise<void> | null {
        const completing = options.complete?.(enrichment, item);
        if (!completing) {
            deliverComplete(item, enrichment);
            return null;
        }
        const delivering = completing
            .then((complete) => deliverComplete(item, complete))
            .catch((error: unknown) => deliverBug(item, error, 'reserved'));
        const task = track(incomplete, delivering);
        return options.isConcurrencyFixed ? task : null;
    }

    function deliverComplete(item: Item, enrichment: Enrichment): void {
        onEnriched(item, enrichment, 'reserved');
        bugsInARow = 0;
    }

    function deliverBug(item: Item, error: unknown, reservation: Reservation): void {
        options.onBug(error);
        bugsInARow += 1;
        if (bugsInARow >= bugsToGiveUp) endEarly('internal_error');
        try {
            onEnriched(item, buildUnasked(item.profileUrl, chain.firstName, internalError), reservation);
        } catch (again) {
            // Even the error row cannot be stored, so no other row can be.
            options.onBug(again);
            endEarly('internal_error');
        }
    }

    function holdBack(item: Item, enrichment: Enrichment): void {
        // A refusal is never charged.
        release();
        bugsInARow = 0;
        refused.push({ item, enrichment });
        if (refused.length >= refusalsToGiveUp && !isListAtEnd && !stopSignal.aborted)
            endEarly('refused', describeRefusal());
    }

    /** The series of refusals is over, or the list is: the profiles held back are reported as refused. */
    function deliverRefused(): void {
        if (early?.ending === 'refused') return;
        wasAnyAnswered = true;
        for (const { item, enrichment } of refused.splice(0)) {
            try {
                onEnriched(item, enrichment, 'none');
            } catch (error) {
                deliverBug(item, error, 'none');
            }
        }
    }

    function describeRefusal(): string {
        const outcomes = refused.flatMap(({ enrichment: { outcome } }) => (outcome.status === 'error' ? outcome : []));
        return outcomes.every(({ cause }) => unreachable.has(cause)) ? (outcomes.at(-1)?.message ?? '') : '';
    }

    /** Starts items until the list or the batch ends. */
    async function feed(): Promise<BatchEnding> {
        for (const item of options.items) {
            while (underWay.size >= limit.concurrency) await Promise.race(underWay);
            while (incomplete.size >= maxIncomplete) await Promise.race(incomplete);
            while (countTasks() >= minConcurrency && options.isOverloaded?.()) await clock.sleep(overloadPollMs);
            while (!reserve()) {
                if (countTasks() === 0) return stopSignal.aborted ? 'stopped' : 'budget';
                // An item in flight may release its reservation.
                await anyTask();
            }
            const turn = await acquireTurn();
            if (typeof turn === 'string') {
                release();
                return turn;
            }
            void track(underWay, limit(work, item, turn));
        }
        isListAtEnd = true;
        return 'completed';
    }

    async function acquireTurn(): Promise<Turn | 'stopped' | 'lookups'> {
        try {
            for (;;) {
                const turn = await chain.acquire(feedSignal);
                if (feedSignal.aborted) return 'stopped';
                if (turn !== null) return turn;
                if (countTasks() === 0) return 'lookups';
                // An item in flight may release its lookup.
                await anyTask();
            }
        } catch (error) {
            if (error instanceof SourceUnusableError) endEarly('source', error.message);
            else if (!feedSignal.aborted) throw error;
            return 'stopped';
        }
    }

    const ending = await feed();
    while (countTasks() > 0) await anyTask();
    if (early) return early;
    const isStopped = ending === 'stopped' || wasInterrupted;
    if (isStopped && !options.shouldReportInterrupted()) return { ending: 'stopped', reason: '' };
    const refusal = !wasAnyAnswered && refused.length >= refusalsToGiveUp ? describeRefusal() : null;
    deliverRefused();
    // One of these may have shown that no row can be stored.
    const late = early as BatchReport | null;
    if (late || isStopped) return late ?? { ending: 'stopped', reason: '' };
    if (ending !== 'completed') return { ending, reason: '' };
    if (ranOutOfLookups) return { ending: 'lookups', reason: '' };
    return refusal === null ? { ending, reason: '' } : { ending: 'refused', reason: refusal };
}
