import type { Clock } from '../../../enrichment/clock.ts';
import type { RunTotals } from '../totals.ts';

const pollEveryMs = 1_000;
const statusEveryMs = 5_000;
/** The first line comes soon, so that a reader sees that it works; the others do not fill the log. */
const firstLogAfterMs = 2_000;
const logEveryMs = 30_000;

export type ProgressOptions = {
    clock: Clock;
    signal: AbortSignal;
    getTotals: () => RunTotals;
    /** How much longer the source has asked us to wait, in milliseconds. */
    getPausedMs: () => number;
    /** What is charged by now, in money; null where nobody pays. */
    getCost: (totals: RunTotals) => string | null;
    setStatus: (message: string) => void;
    /** Null where a bar is shown instead. */
    print: ((message: string) => void) | null;
    /** Told every second. */
    onView: (view: ProgressView) => void;
};

/**
 * Says how far the run is: as a status, every five seconds at most and only when it changed; in the log every half
 * minute. Resolves when `signal` aborts; never rejects.
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
            meter.note(totals.lines - totals.remaining);
            const view = { totals, perSecond: meter.perSecond(), pausedMs: getPausedMs(), cost: getCost(totals) };
            const message = describeProgress(view);
            onView(view);
            if (clock.now() - statusAt >= statusEveryMs && message !== lastStatus) {
                statusAt = clock.now();
                lastStatus = message;
                setStatus(message);
            }
            if (print && clock.now() >= logDueAt) {
                logDueAt = clock.now() + logEveryMs;
                print(message);
            }
        } catch {
            // A number that cannot be shown is not worth a run.
        }
        try {
            await clock.sleep(pollEveryMs, signal);
        } catch {
            return;
        }
    }
}

/** How far a run is, at one instant. */
export type ProgressView = {
    totals: RunTotals;
    /** Lines done a second over the last while; null before that can be said. */
    perSecond: number | null;
    /** How much longer the source has asked us to wait, in milliseconds; 0 when it has not. */
    pausedMs: number;
    /** What is charged by now, such as `$7.20`; null where nobody pays. */
    cost: string | null;
};

/**
 * "1,312 of 5,000 · 1,204 found · $7.20 · 4.0/s · 15 min left": lines as the user pasted them. A pause that the source asked
 * for is said in words, because a run that seems to hang is the first thing people ask about.
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

/** "paused for 30 s more, LinkedIn asked for fewer requests". */
export function describePause(pausedMs: number): string {
    return `paused for ${formatDuration(pausedMs / 1000)} more, LinkedIn asked for fewer requests`;
}

/** "45 s", "15 min", "2 h 5 min": as exact as a reader wants it. */
export function formatDuration(seconds: number): string {
    const whole = Math.ceil(seconds);
    if (whole < 100) return `${whole} s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 100) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** A number as people write it: "1,312". */
export function formatCount(amount: number): string {
    return amount.toLocaleString('en-US');
}

/** Over how long the rate is taken: long enough to be steady, short enough to notice a change. */
const windowMs = 30_000;
/** Before this much has been seen, a rate would be a guess. */
const minSeenMs = 3_000;

export type RateMeter = {
    /** Notes how many are done by now. */
    note(done: number): void;
    /** How many were done a second, over the last half minute; null before that can be said. */
    perSecond(): number | null;
};

/** Measures the rate at which a growing number grows. What was done before the first note does not count. */
export function createRateMeter(clock: { now(): number }): RateMeter {
    const notes: Array<{ at: number; done: number }> = [];
    return {
        note(done) {
            const at = clock.now();
            notes.push({ at, done });
            while (notes.length > 2 && at - (notes[1]?.at ?? at) >= windowMs) notes.shift();
        },
        perSecond() {
            const first = notes[0];
            const last = notes.at(-1);
            if (!first || !last || last.at - first.at < minSeenMs) return null;
            return ((last.done - first.done) * 1000) / (last.at - first.at);
        },
    };
}
