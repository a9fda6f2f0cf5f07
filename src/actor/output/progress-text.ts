import type { RunSums } from './totals.ts';

/** How far a run is, at one instant. */
export type ProgressView = {
    sums: RunSums;
    /** Lines done a second over the last while; null before that can be said. */
    perSecond: number | null;
    /** How much longer the source has asked us to wait, in milliseconds; 0 when it has not. */
    pausedMs: number;
};

/**
 * "1,312 of 5,000 · 1,204 found · 4.0/s · 15 min left": lines as the user pasted them. A pause that the source asked
 * for is said in words, because a run that seems to hang is the first thing people ask about.
 */
export function describeProgress({ sums, perSecond, pausedMs }: ProgressView): string {
    const { lines, remaining, found } = sums;
    const parts = [`${formatCount(lines - remaining)} of ${formatCount(lines)}`, `${formatCount(found)} found`];
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
