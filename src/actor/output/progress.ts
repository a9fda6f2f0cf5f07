import type { Clock } from '../../enrichment/clock.ts';
import { formatCount, formatDuration } from './format.ts';
import type { RunTotals } from './totals.ts';

const pollIntervalMs = 1_000;
const statusIntervalMs = 5_000;
/** The first line comes early to show that the run works; later ones are rare. */
const firstLogAfterMs = 2_000;
const logIntervalMs = 30_000;

type ProgressOptions = {
    clock: Clock;
    signal: AbortSignal;
    /** The current state, without a rate. */
    readView: () => ProgressView;
    setStatus: (message: string) => void;
    /** Null when a bar is shown instead. */
    print: ((message: string) => void) | null;
    /** Called every second. */
    onView: (view: ProgressView) => void;
};

/**
 * Reports progress: as a status when it changed, at most every five seconds; in the log every half minute. Resolves
 * when `signal` aborts; never rejects.
 */
export async function reportProgress(options: ProgressOptions): Promise<void> {
    const { clock, signal, readView, setStatus, print, onView } = options;
    const records: DoneRecord[] = [];
    let lastStatus = '';
    let statusAt = clock.now();
    let logDueAt = clock.now() + firstLogAfterMs;
    for (;;) {
        try {
            const now = readView();
            const done = now.totals.lines - now.totals.remaining;
            const view = { ...now, perSecond: measureRate(records, { at: clock.now(), done }) };
            const message = describeProgress(view);
            onView(view);
            if (clock.now() - statusAt >= statusIntervalMs && message !== lastStatus) {
                statusAt = clock.now();
                lastStatus = message;
                setStatus(message);
            }
            if (print && clock.now() >= logDueAt) {
                logDueAt = clock.now() + logIntervalMs;
                print(message);
            }
        } catch {
            // A failing display must not fail the run.
        }
        try {
            await clock.sleep(pollIntervalMs, signal);
        } catch {
            return;
        }
    }
}

/** The progress of a run. */
export type ProgressView = {
    totals: RunTotals;
    /** Lines per second over the last half minute; null until known. */
    perSecond: number | null;
    /** Remaining pause requested by the source, in milliseconds; 0 without one. */
    pausedMs: number;
    /** The amount charged so far, such as `$7.20`; null where nothing is billed. */
    cost: string | null;
};

/**
 * "1,312 of 5,000 · 1,204 found · $7.20 · 4.0/s · 15 min left", counted in lines. A pause is stated in words, since the
 * run would otherwise seem to hang.
 */
export function describeProgress({ totals, perSecond, pausedMs, cost }: ProgressView): string {
    const { lines, remaining, found } = totals;
    const parts = [`${formatCount(lines - remaining)} of ${formatCount(lines)}`, `${formatCount(found)} found`];
    if (cost !== null) parts.push(cost);
    if (pausedMs > 0) return [...parts, describePause(pausedMs)].join(' · ');
    if (perSecond !== null && remaining > 0) {
        parts.push(`${perSecond.toFixed(1)}/s`);
        if (perSecond > 0) parts.push(`${formatDuration(remaining / perSecond)} left`);
    }
    return parts.join(' · ');
}

/** "paused for another 30 s: LinkedIn asked for fewer requests". */
export function describePause(pausedMs: number): string {
    return `paused for another ${formatDuration(pausedMs / 1000)}: LinkedIn asked for fewer requests`;
}

/** How much was done at a moment. */
type DoneRecord = { at: number; done: number };

/** The window of the rate. */
const windowMs = 30_000;
/** The shortest time that gives a meaningful rate. */
const minSeenMs = 3_000;

/**
 * Adds a record to those of the window. Returns how much is done per second; null until known. Whatever was done before
 * the first record does not count.
 */
function measureRate(records: DoneRecord[], { at, done }: DoneRecord): number | null {
    records.push({ at, done });
    while (records.length > 2 && at - (records[1]?.at ?? at) >= windowMs) records.shift();
    const [first] = records;
    if (!first || at - first.at < minSeenMs) return null;
    return ((done - first.done) * 1000) / (at - first.at);
}
