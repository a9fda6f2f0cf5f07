import type { Clock } from '../../../enrichment/clock.ts';
import type { RunTotals } from '../totals.ts';

const pollIntervalMs = 1_000;
const statusIntervalMs = 5_000;
/** The first line comes early to show that the run works; later ones are rare. */
const firstLogAfterMs = 2_000;
const logIntervalMs = 30_000;

export type ProgressOptions = {
    clock: Clock;
    signal: AbortSignal;
    getTotals: () => RunTotals;
    /** Remaining pause requested by the source, in milliseconds. */
    getPausedMs: () => number;
    /** The amount charged so far; null where nothing is billed. */
    getCost: (totals: RunTotals) => string | null;
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
    const { clock, signal, getTotals, getPausedMs, getCost, setStatus, print, onView } = options;
    const meter = createRateMeter(clock);
    let lastStatus = '';
    let statusAt = clock.now();
    let logDueAt = clock.now() + firstLogAfterMs;
    for (;;) {
        try {
            const totals = getTotals();
            meter.record(totals.lines - totals.remaining);
            const view = { totals, perSecond: meter.perSecond(), pausedMs: getPausedMs(), cost: getCost(totals) };
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

/** "45 s", "15 min", "2 h 5 min". */
export function formatDuration(seconds: number): string {
    const whole = Math.ceil(seconds);
    if (whole < 100) return `${whole} s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 100) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** "1,312". */
export function formatCount(amount: number): string {
    return amount.toLocaleString('en-US');
}

/** The window of the rate. */
const windowMs = 30_000;
/** The shortest time that gives a meaningful rate. */
const minSeenMs = 3_000;

export type RateMeter = {
    /** Records the number done so far. */
    record(done: number): void;
    /** Done per second over the last half minute; null until known. */
    perSecond(): number | null;
};

/** Measures the rate of a growing count. Whatever was done before the first record does not count. */
export function createRateMeter(clock: { now(): number }): RateMeter {
    const records: Array<{ at: number; done: number }> = [];
    return {
        record(done) {
            const at = clock.now();
            records.push({ at, done });
            while (records.length > 2 && at - (records[1]?.at ?? at) >= windowMs) records.shift();
        },
        perSecond() {
            const first = records[0];
            const last = records.at(-1);
            if (!first || !last || last.at - first.at < minSeenMs) return null;
            return ((last.done - first.done) * 1000) / (last.at - first.at);
        },
    };
}
