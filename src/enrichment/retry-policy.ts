import type { Random } from './clock.ts';
import type { FailedOutcome } from './source.ts';

export type RetryLimits = {
    /** Tries per URL, the first included. */
    maxAttempts: number;
    /** The most one URL may take, all tries together, in milliseconds. */
    timeoutMs: number;
};

const backoffBaseMs = 500;
const backoffCapMs = 20_000;

/** The longest a source's own `Retry-After` is waited for, in milliseconds. Asked to wait longer, we give the URL up. */
export const retryAfterCapMs = 300_000;

export type RetryDecision = { shouldRetry: true; delayMs: number } | { shouldRetry: false };

/**
 * Whether and when to try again after a failed try.
 *
 * The wait is exponential with full jitter: anywhere from 0 to 0.5 s, 1 s, 2 s … at most 20 s. A source that says how
 * long to wait is obeyed to the millisecond; that wait is the whole queue's and does not count against the URL's
 * time, so only our own back-off has to fit into what is left of it.
 */
export function decideRetry({
    outcome,
    attempt,
    remainingMs,
    limits,
    random,
}: {
    outcome: FailedOutcome;
    /** The number of the try that failed, from 1. */
    attempt: number;
    remainingMs: number;
    limits: RetryLimits;
    random: Random;
}): RetryDecision {
    if (!outcome.isRetryable || attempt >= limits.maxAttempts) return { shouldRetry: false };
    if (outcome.retryAfterMs !== undefined) {
        if (outcome.retryAfterMs > retryAfterCapMs || remainingMs <= 0) return { shouldRetry: false };
        return { shouldRetry: true, delayMs: outcome.retryAfterMs };
    }
    const delayMs = Math.floor(random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** (attempt - 1)));
    if (delayMs >= remainingMs) return { shouldRetry: false };
    return { shouldRetry: true, delayMs };
}

/**
 * How long one try may take, in milliseconds: half of what is left, so that a source that hangs once leaves room for
 * another try; all of it on the last.
 */
export function attemptTimeoutMs(attempt: number, remainingMs: number, limits: RetryLimits): number {
    return attempt >= limits.maxAttempts ? remainingMs : Math.ceil(remainingMs / 2);
}
