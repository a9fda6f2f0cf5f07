import pLimit from 'p-limit';
import type { Clock } from './clock.ts';
import { createConcurrency, minConcurrency } from './concurrency.ts';
import { buildUnasked, internalError, type Enrichment } from './enrich-profile.ts';
import type { ProfileUrl } from './profile-url/profile-url.ts';
import { refusalsToGiveUp, type SourceChain, type Turn } from './source-chain.ts';
import { SourceUnusableError } from './source.ts';

/** So many profiles in a row that end in a bug of ours mean that every one will. */
export const bugsToGiveUp = 20;

/** How many profiles at most wait for what is fetched beside them. */
const maxIncomplete = 1000;
/** How long a process without time left waits before it looks again. */
const overloadPauseMs = 50;

/**
 * How a batch ended. `completed`: every item was answered. `stopped`: the caller's `stopSignal`. `budget`: what is
 * left could not be charged. `refused`: the source turned away `refusalsToGiveUp` profiles in a row before the list's
 * end, or at least that many and everybody. `lookups`: what is left needs a provider, and no more lookups may be made.
 * `source`: the source can answer nothing any more. `internal_error`: a bug of ours met `bugsToGiveUp` profiles in a
 * row.
 */
export type BatchEnding = 'completed' | 'stopped' | 'budget' | 'lookups' | 'refused' | 'source' | 'internal_error';

export type BatchReport = {
    ending: BatchEnding;
    /** What happened to everybody, in a sentence for users, where the ending has one cause; else empty. */
    reason: string;
};

/** Whether an item still holds the charge that was set aside for it. */
export type Reservation = 'reserved' | 'none';

export type EnrichBatchOptions<Item extends { profileUrl: ProfileUrl }> = {
    items: Iterable<Item>;
    chain: Pick<SourceChain, 'acquire' | 'enrich' | 'firstName'>;
    clock: Clock;
    maxRequestsPerSecond: number;
    /** The most profiles under way at once; without it, what the rate needs at the latency seen. */
    maxConcurrency: number;
    isConcurrencyFixed: boolean;
    /** Aborting it takes no more work; what is under way goes on until the sources give it up. */
    stopSignal: AbortSignal;
    /** Sets one charge aside, at once and without waiting; false when none is left. */
    reserve: () => boolean;
    /** Gives a charge back that was set aside. */
    release: () => void;
    /**
     * Takes an answer; settling or giving back its reservation, where it has one, is the taker's. What it throws is
     * that item's internal error: it is called again with that.
     */
    onEnriched: (item: Item, enrichment: Enrichment, reservation: Reservation) => void;
    /**
     * Fetches what belongs to a profile beside it, before it is handed on; null where there is nothing to wait for. It
     * holds up nobody: unless the concurrency is fixed, others take its place meanwhile. Never rejects.
     */
    complete?: (enrichment: Enrichment, item: Item) => Promise<Enrichment> | null;
    /**
     * Whether items that were attempted in vain get their answer when the batch is stopped. Otherwise they are left as
     * they are, for whoever goes on with the list.
     */
    answersWhenStopped: () => boolean;
    /** Whether somebody was answered for who is not among these items, by an earlier start. */
    wasAnyoneLetIn: boolean;
    /** Told of every error that is a bug of ours. */
    onBug: (error: unknown) => void;
    /**
     * Whether this process has no time left. Then a few under way are enough: more of them would only wait for each
     * other until all run out of time.
     */
    isOverloaded?: () => boolean;
    /** Told how many are under way, after every change. */
    onInFlight?: (inFlight: number) => void;
};

/**
 * Enriches items at the pacer's rate, as many at once as the rate needs, and hands each answer on as it comes. An item
 * gets its answer exactly once or, when the batch ends early, not at all. Profiles that are refused are held back while
 * refusals follow on each other: if everybody is refused, they were not answered but wait for a better time.
 */
export async function enrichBatch<Item extends { profileUrl: ProfileUrl }>(
    options: EnrichBatchOptions<Item>,
): Promise<BatchReport> {
    const { chain, clock, stopSignal, reserve, release, onEnriched, onInFlight } = options;
    const concurrency = createConcurrency(options);
    const limit = pLimit(concurrency.current);
    const underWay = new Set<Promise<void>>();
    /** Profiles that wait for what is fetched beside them. */
    const incomplete = new Set<Promise<void>>();
    /** The last profiles, as long as each of them was refused. */
    const refused: Array<{ item: Item; enrichment: Enrichment }> = [];
    const giveUp = new AbortController();
    const feedSignal = AbortSignal.any([stopSignal, giveUp.signal]);
    let bugsInARow = 0;
    let wasAnyoneLetIn = options.wasAnyoneLetIn;
    let isListAtEnd = false;
    let wasInterrupted = false;
    /** Whether somebody could not be asked about for want of lookups. */
    let wasLeft = false;
    /** Why no more is taken, other than by `stopSignal`. */
    let early: BatchReport | null = null;

    function endEarly(report: BatchReport): void {
        early ??= report;
        giveUp.abort();
    }

    function start(item: Item, turn: Turn): void {
        void track(underWay, limit(work, item, turn));
    }

    function track(tasks: Set<Promise<void>>, work: Promise<void>): Promise<void> {
        const task = work.finally(() => {
            tasks.delete(task);
            onInFlight?.(countTasks());
        });
        tasks.add(task);
        onInFlight?.(countTasks());
        return task;
    }

    const countTasks = (): number => underWay.size + incomplete.size;

    function anyTask(): Promise<void> {
        return Promise.race([...underWay, ...incomplete]);
    }

    async function work(item: Item, turn: Turn): Promise<void> {
        try {
            const enrichment = await chain.enrich(item.profileUrl, turn);
            if (enrichment.isInterrupted) {
                if (stopSignal.aborted) wasInterrupted = true;
                else wasLeft = true;
                if (enrichment.attempts > 0 && options.answersWhenStopped()) await handOn(item, enrichment);
                else release();
                return;
            }
            limit.concurrency = concurrency.follow(enrichment.durationMs);
            if (enrichment.isRefused) return holdBack(item, enrichment);
            answerRefused();
            await handOn(item, enrichment);
        } catch (error) {
            if (error instanceof SourceUnusableError) {
                release();
                return endEarly({ ending: 'source', reason: error.message });
            }
            answerRefused();
            answerBug(item, error, 'reserved');
        }
    }

    /** Hands an answer on, or leaves it to wait for what is fetched beside it. */
    function handOn(item: Item, enrichment: Enrichment): Promise<void> | null {
        const completing = options.complete?.(enrichment, item) ?? null;
        if (completing === null) {
            onEnriched(item, enrichment, 'reserved');
            bugsInARow = 0;
            return null;
        }
        const task = track(
            incomplete,
            completing
                .then((complete) => {
                    onEnriched(item, complete, 'reserved');
                    bugsInARow = 0;
                })
                .catch((error: unknown) => answerBug(item, error, 'reserved')),
        );
        return options.isConcurrencyFixed ? task : null;
    }

    function answerBug(item: Item, error: unknown, reservation: Reservation): void {
        options.onBug(error);
        bugsInARow += 1;
        if (bugsInARow >= bugsToGiveUp) endEarly({ ending: 'internal_error', reason: '' });
        try {
            onEnriched(item, buildUnasked(item.profileUrl, chain.firstName, internalError), reservation);
        } catch (again) {
            // Not even that can be written: no other answer can be either.
            options.onBug(again);
            endEarly({ ending: 'internal_error', reason: '' });
        }
    }

    function holdBack(item: Item, enrichment: Enrichment): void {
        // Nothing will be charged for it, so others may have what was set aside.
        release();
        bugsInARow = 0;
        refused.push({ item, enrichment });
        if (refused.length >= refusalsToGiveUp && !isListAtEnd && !stopSignal.aborted) endEarly(describeRefusal());
    }

    /** Somebody was let in, or the list is at its end: who was refused before is answered with that. */
    function answerRefused(): void {
        if (early?.ending === 'refused') return;
        wasAnyoneLetIn = true;
        for (const { item, enrichment } of refused.splice(0)) {
            try {
                onEnriched(item, enrichment, 'none');
            } catch (error) {
                answerBug(item, error, 'none');
            }
        }
    }

    /** The sentence of the last one refused speaks for all where it is about a server or a proxy. */
    function describeRefusal(): BatchReport {
        const last = refused.at(-1)?.enrichment.outcome;
        const isNobodyThere = refused.every(
            ({ enrichment: { outcome } }) =>
                outcome.status === 'error' && outcome.cause !== null && unreachable.has(outcome.cause),
        );
        return { ending: 'refused', reason: isNobodyThere && last?.status === 'error' ? last.message : '' };
    }

    /** Starts items until the list is at its end or the batch has to end before it. */
    async function feed(): Promise<BatchEnding> {
        for (const item of options.items) {
            while (underWay.size >= limit.concurrency) await Promise.race(underWay);
            while (incomplete.size >= maxIncomplete) await Promise.race(incomplete);
            while (countTasks() >= minConcurrency && options.isOverloaded?.()) await clock.sleep(overloadPauseMs);
            while (!reserve()) {
                if (countTasks() === 0) return stopSignal.aborted ? 'stopped' : 'budget';
                // One under way may give its reservation back.
                await anyTask();
            }
            let turn = await acquireTurn();
            // One under way may give its lookup back.
            while (turn === null && countTasks() > 0) {
                await anyTask();
                turn = await acquireTurn();
            }
            if (turn === null || typeof turn === 'string') {
                release();
                return turn ?? 'lookups';
            }
            start(item, turn);
        }
        isListAtEnd = true;
        return 'completed';
    }

    async function acquireTurn(): Promise<Turn | 'stopped' | null> {
        try {
            const turn = await chain.acquire(feedSignal);
            return feedSignal.aborted ? 'stopped' : turn;
        } catch (error) {
            if (error instanceof SourceUnusableError) endEarly({ ending: 'source', reason: error.message });
            else if (!feedSignal.aborted) throw error;
            return 'stopped';
        }
    }

    const ending = await feed();
    while (countTasks() > 0) await anyTask();
    if (early) return early;
    const isStopped = ending === 'stopped' || wasInterrupted;
    if (isStopped && !options.answersWhenStopped()) return { ending: 'stopped', reason: '' };
    const isEverybodyRefused = !wasAnyoneLetIn && refused.length >= refusalsToGiveUp;
    const refusal = describeRefusal();
    answerRefused();
    if (isStopped) return { ending: 'stopped', reason: '' };
    if (ending === 'completed' && wasLeft) return { ending: 'lookups', reason: '' };
    return ending === 'completed' && isEverybodyRefused ? refusal : { ending, reason: '' };
}

/** Causes that are not LinkedIn's doing: nobody was there to refuse. */
const unreachable = new Set(['proxy', 'no_connection', 'certificate']);
