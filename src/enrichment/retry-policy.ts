import type { Random } from './clock.ts';

export type RetryLimits = {
    /** Attempts per URL, including the first. */
    maxAttempts: number;
    /** The time budget of one URL for all attempts, in milliseconds; its first pause is not counted. */
    timeoutMs: number;
    /** Whether one attempt may take all the time left rather than half of it. For sources asked once. */
    isTimeWhole?: boolean;
};

const backoffBaseMs = 500;
const backoffCapMs = 20_000;

/** The longest pause that is obeyed, in milliseconds. If a source asks for more, the URL fails. */
export const maxPauseMs = 300_000;

/** `delayMs` is the wait of this URL alone; a pause of the whole queue is waited for in the pacer. */
export type RetryDecision = { shouldRetry: true; delayMs: number } | { shouldRetry: false };

export type RetryTime = {
    /** Time left of the URL's budget, in milliseconds. */
    remainingMs: number;
    /** Time left of the run, in milliseconds; Infinity without a timeout. */
    runLeftMs: number;
    /** Whether it has waited out a pause before: only the first is free. */
    hasPaused: boolean;
};

/**
 * Whether and when to retry after a failed attempt.
 *
 * The back-off is exponential with full jitter: from 0 to 0.5 s, 1 s, 2 s … at most 20 s. A wait that the source asks
 * for is obeyed to the millisecond. The first such pause does not count against the URL's budget, so that a
 * `Retry-After` longer than `timeoutMs` can be obeyed; every further one does. A wait that would outlast the run is not
 * begun: the failure is reported at once.
 */
export function decideRetry({
    outcome,
    attempt,
    time: { remainingMs, runLeftMs, hasPaused },
    limits,
    random,
}: {
    outcome: { isRetryable: boolean; pause?: { ms: number; scope: 'url' | 'queue' } };
    /** The number of the attempt that failed, from 1. */
    attempt: number;
    time: RetryTime;
    limits: RetryLimits;
    random: Random;
}): RetryDecision {
    if (!outcome.isRetryable || attempt >= limits.maxAttempts || remainingMs <= 0) return { shouldRetry: false };
    const { pause } = outcome;
    if (pause) {
        const limitMs = hasPaused ? remainingMs : maxPauseMs;
        if (pause.ms > limitMs || pause.ms >= runLeftMs) return { shouldRetry: false };
        return { shouldRetry: true, delayMs: pause.scope === 'url' ? pause.ms : 0 };
    }
    const delayMs = Math.floor(random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** (attempt - 1)));
    if (delayMs >= Math.min(remainingMs, runLeftMs)) return { shouldRetry: false };
    return { shouldRetry: true, delayMs };
}

/**
 * How long one attempt may take, in milliseconds: half of the time left, so that a source that hangs once leaves room
 * for another attempt; all of it on the last attempt or with `isTimeWhole`.
 */
export function attemptTimeoutMs(attempt: number, remainingMs: number, limits: RetryLimits): number {
    return attempt >= limits.maxAttempts || limits.isTimeWhole ? remainingMs : Math.ceil(remainingMs / 2);
}
