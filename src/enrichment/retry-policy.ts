import type { Random } from './clock.ts';
import type { FailedOutcome } from './source.ts';

export type RetryLimits = {
    /** Attempts per URL, the first included. */
    maxAttempts: number;
    /** The most one URL may take, all attempts together, in milliseconds; its first pause is not counted. */
    timeoutMs: number;
    /** Whether one attempt may take all the time that is left, and not half of it. For sources asked once. */
    isTimeWhole?: boolean;
};

const backoffBaseMs = 500;
const backoffCapMs = 20_000;

/** The longest pause that a source may ask for, in milliseconds. Asked to wait longer, we give the URL up. */
export const maxPauseMs = 300_000;

/** `delayMs` is what this URL itself waits; a pause of the whole queue is waited for in the queue. */
export type RetryDecision = { shouldRetry: true; delayMs: number } | { shouldRetry: false };

/** What a URL may still take. */
export type RetryTime = {
    /** What is left of its own time, in milliseconds. */
    remainingMs: number;
    /** What is left of the run, in milliseconds; Infinity without an end. */
    runLeftMs: number;
    /** Whether it has waited out a pause before: only the first one is free. */
    hasPaused: boolean;
};

/**
 * Whether and when to try again after a failed attempt.
 *
 * The wait is exponential with full jitter: anywhere from 0 to 0.5 s, 1 s, 2 s … at most 20 s. A source that says how
 * long to wait is obeyed to the millisecond. The first such pause does not count against the URL's time, so that a
 * `Retry-After` longer than `timeoutMs` can be obeyed; every further one does. Nothing is waited for that would end
 * after the run: the failure is reported at once instead.
 */
export function decideRetry({
    outcome,
    attempt,
    time: { remainingMs, runLeftMs, hasPaused },
    limits,
    random,
}: {
    outcome: FailedOutcome;
    /** The number of the attempt that failed, from 1. */
    attempt: number;
    time: RetryTime;
    limits: RetryLimits;
    random: Random;
}): RetryDecision {
    if (!outcome.isRetryable || attempt >= limits.maxAttempts || remainingMs <= 0) return { shouldRetry: false };
    const { pause } = outcome;
    if (pause) {
        const mostMs = hasPaused ? remainingMs : maxPauseMs;
        if (pause.ms > mostMs || pause.ms >= runLeftMs) return { shouldRetry: false };
        return { shouldRetry: true, delayMs: pause.scope === 'url' ? pause.ms : 0 };
    }
    const delayMs = Math.floor(random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** (attempt - 1)));
    if (delayMs >= Math.min(remainingMs, runLeftMs)) return { shouldRetry: false };
    return { shouldRetry: true, delayMs };
}

/**
 * How long one attempt may take, in milliseconds: half of what is left, so that a source that hangs once leaves room
 * for another attempt; all of it on the last, or where time is not split.
 */
export function attemptTimeoutMs(attempt: number, remainingMs: number, limits: RetryLimits): number {
    return attempt >= limits.maxAttempts || limits.isTimeWhole ? remainingMs : Math.ceil(remainingMs / 2);
}
