import pLimit from 'p-limit';
import { enrichProfile, type EnrichProfileContext, type Enrichment } from './enrich-profile.ts';
import type { Slot } from './pacer.ts';
import type { ProfileUrl } from './profile-url.ts';

/** So many profiles in a row refused after all their tries mean that the source refuses everybody: stop asking. */
export const refusalsToGiveUp = 20;

const minConcurrency = 8;
const maxConcurrencyCap = 500;
const assumedLatencyMs = 2000;
/** How long a process without time left waits before it looks again. */
const overloadPauseMs = 50;

/**
 * How a batch ended. `completed`: every item was answered. `stopped`: the caller's `stopSignal`. `budget`: what is
 * left could not be charged. `refused`: the source turned away `refusalsToGiveUp` profiles in a row.
 */
export type BatchEnding = 'completed' | 'stopped' | 'budget' | 'refused';

export type EnrichBatchOptions<Item extends { profileUrl: ProfileUrl }> = {
    items: Iterable<Item>;
    context: EnrichProfileContext;
    maxRequestsPerSecond: number;
    /** The most profiles under way at once; without it, what the rate needs at the latency seen. */
    maxConcurrency: number;
    isConcurrencyFixed: boolean;
    /** Aborting it takes no more work; what is under way goes on until `context.signal` aborts. */
    stopSignal: AbortSignal;
    /** Sets one charge aside, at once and without waiting; false when none is left. */
    reserve: () => boolean;
    /** Gives a charge back that was set aside for an item that got no answer. */
    release: () => void;
    /** Takes an answer; settling or giving back its reservation is the taker's. Must not throw. */
    onEnriched: (item: Item, enrichment: Enrichment) => void;
    /**
     * Whether this process has no time left. Then a few under way are enough: more of them would only wait for each
     * other until all run out of time.
     */
    isOverloaded?: () => boolean;
    /** Told how many are under way, after every change. */
    onInFlight?: (inFlight: number) => void;
};

/**
 * Enriches items at the pacer's rate, as many at once as the rate needs, and hands each answer on as it comes.
 * An item gets its answer exactly once or, when the batch ends early, not at all. Rejects only on a bug.
 */
export async function enrichBatch<Item extends { profileUrl: ProfileUrl }>(
    options: EnrichBatchOptions<Item>,
): Promise<BatchEnding> {
    const { context, stopSignal, reserve, release, onEnriched, onInFlight } = options;
    const limit = pLimit(
        options.isConcurrencyFixed ? options.maxConcurrency : concurrencyFor(options, assumedLatencyMs),
    );
    const underWay = new Set<Promise<void>>();
    let latencyMs = assumedLatencyMs;
    let refusalsInARow = 0;
    let bug: { error: unknown } | null = null;

    function start(item: Item, slot: Slot): void {
        const task = limit(work, item, slot).finally(() => {
            underWay.delete(task);
            onInFlight?.(underWay.size);
        });
        underWay.add(task);
        onInFlight?.(underWay.size);
    }

    async function work(item: Item, slot: Slot): Promise<void> {
        let enrichment: Enrichment;
        try {
            enrichment = await enrichProfile(item.profileUrl, context, slot);
        } catch (error) {
            release();
            if (!context.signal.aborted) bug ??= { error };
            return;
        }
        latencyMs += (enrichment.durationMs - latencyMs) / 10;
        if (!options.isConcurrencyFixed) limit.concurrency = concurrencyFor(options, latencyMs);
        refusalsInARow = enrichment.isRefused ? refusalsInARow + 1 : 0;
        onEnriched(item, enrichment);
    }

    async function feed(): Promise<BatchEnding> {
        for (const item of options.items) {
            while (underWay.size >= limit.concurrency) await Promise.race(underWay);
            while (underWay.size >= minConcurrency && options.isOverloaded?.())
                await context.clock.sleep(overloadPauseMs);
            while (!reserve()) {
                if (underWay.size === 0) return stopSignal.aborted ? 'stopped' : 'budget';
                // One under way may give its reservation back.
                await Promise.race(underWay);
            }
            let slot: Slot;
            try {
                slot = await context.pacer.acquire({ signal: stopSignal });
            } catch {
                release();
                return 'stopped';
            }
            if (stopSignal.aborted || refusalsInARow >= refusalsToGiveUp || bug) {
                release();
                return stopSignal.aborted ? 'stopped' : 'refused';
            }
            start(item, slot);
        }
        return 'completed';
    }

    const ending = await feed();
    while (underWay.size > 0) await Promise.race(underWay);
    if (bug) throw (bug as { error: unknown }).error;
    if (ending === 'completed' && context.signal.aborted) return 'stopped';
    if (ending === 'completed' && refusalsInARow >= refusalsToGiveUp) return 'refused';
    return ending;
}

/** Little's law: rate × latency are under way at once; half as much again for the slow ones. */
function concurrencyFor(
    {
        maxRequestsPerSecond,
        maxConcurrency,
    }: Pick<EnrichBatchOptions<never>, 'maxRequestsPerSecond' | 'maxConcurrency'>,
    latencyMs: number,
): number {
    const needed = Math.ceil(maxRequestsPerSecond * (latencyMs / 1000) * 1.5);
    return Math.max(1, Math.min(Math.max(needed, minConcurrency), maxConcurrency, maxConcurrencyCap));
}
