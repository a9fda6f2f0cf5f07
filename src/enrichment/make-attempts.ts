import type { Clock, Random } from './clock.ts';
import type { Pacer, Slot } from './pacer.ts';
import type { AttemptRequest, FailedOutcome, RetryLimits } from './source.ts';

export type AttemptsContext = {
    pacer: Pick<Pacer, 'acquire' | 'pause' | 'pausedSoFarMs'>;
    limits: RetryLimits;
    clock: Clock;
    random: Random;
    /** Aborts the attempt in flight and ends the work. */
    signal: AbortSignal;
    /** Time until `signal` aborts because of the run's timeout, in milliseconds. Without it, there is no such limit. */
    getRunLeftMs?: () => number;
    /** Called for every failed attempt, with the delay before the retry or null without one; for logs. */
    onFailure?: (failure: FailedOutcome, delayMs: number | null) => void;
};

export type AttemptsOutcome<Outcome> = {
    outcome: Outcome | FailedOutcome;
    attempts: number;
    /** Wall time since the first attempt, in milliseconds. */
    durationMs: number;
    /** How much of `limits.timeoutMs` was used, in milliseconds; waiting for the pacer is not counted. */
    spentMs: number;
    /** Whether the work ended before all attempts were made. */
    isInterrupted: boolean;
};

/** The longest pause that is obeyed, in milliseconds. If a source asks for more, the URL fails. */
export const maxPauseMs = 300_000;
/** The shortest interval at which a waiting URL polls the pauses of the queue, in milliseconds. */
const minPollMs = 50;

class PauseTooLongError extends Error {}

/**
 * Sends one request to a source, with retries, within one time budget. The caller acquires the first slot of the pacer
 * and passes it in; every further request acquires its own.
 *
 * Attempts and all pauses but the first count against the budget, waiting for the pacer does not. When `signal` aborts,
 * the last failure is the outcome, marked as interrupted. Rejects on bugs only.
 */
export async function makeAttempts<Outcome extends { kind: string }>(
    ask: (request: AttemptRequest) => Promise<Outcome | FailedOutcome>,
    context: AttemptsContext,
    firstSlot: Slot,
): Promise<AttemptsOutcome<Outcome>> {
    const { pacer, limits, clock, random, signal, getRunLeftMs, onFailure } = context;
    const startedAt = clock.elapsed();
    /** Time that does not count against the budget: the first pause, and waiting for the pacer. */
    let freeMs = 0;
    let hasPaused = false;
    let slot = firstSlot;
    let attempts = 0;
    let failure: FailedOutcome | null = null;

    try {
        for (;;) {
            const outcome = await askOnce();
            if (!isFailure(outcome)) return conclude(outcome);
            failure = outcome;
            const runLeftMs = getRunLeftMs?.() ?? Number.POSITIVE_INFINITY;
            const time = { remainingMs: getRemainingMs(), runLeftMs, hasPaused };
            const delayMs = getRetryDelayMs({ outcome, attempt: attempts, ...time, limits, random });
            onFailure?.(outcome, delayMs);
            if (outcome.pause?.scope === 'queue') pacer.pause(Math.min(outcome.pause.ms, maxPauseMs));
            if (delayMs === null) return conclude(outcome);
            await clock.sleep(delayMs, signal);
            if (outcome.pause?.scope === 'url') countPause(delayMs);
            slot = await acquireSlot();
            if (getRemainingMs() <= 0) return conclude(outcome);
        }
    } catch (error) {
        if (error instanceof PauseTooLongError) {
            onFailure?.(failure ?? slowedDown, null);
            return conclude(failure ?? slowedDown);
        }
        // Only the abort itself is an interruption; a bug during an abort is still a bug.
        if (!signal.aborted || error !== signal.reason) throw error;
        return conclude(failure ?? timedOut, true);
    }

    function conclude(outcome: Outcome | FailedOutcome, isInterrupted = false): AttemptsOutcome<Outcome> {
        const elapsedMs = clock.elapsed() - startedAt;
        const [durationMs, spentMs] = [Math.round(elapsedMs), Math.round(elapsedMs - freeMs)];
        return { outcome, attempts, durationMs, spentMs, isInterrupted };
    }

    function getRemainingMs(): number {
        return limits.timeoutMs - (clock.elapsed() - startedAt - freeMs);
    }

    /** Records a pause that was waited out: only the first one is free. */
    function countPause(pausedMs: number): void {
        if (pausedMs <= 0) return;
        if (!hasPaused) freeMs += pausedMs;
        hasPaused = true;
    }

    /** Rejects with `PauseTooLongError` when the queue is paused for longer than this URL may wait. */
    async function acquireSlot(): Promise<Slot> {
        const queuedAt = clock.elapsed();
        const pausedBeforeMs = pacer.pausedSoFarMs;
        const getPausedMs = () => pacer.pausedSoFarMs - pausedBeforeMs;
        const maxPausedMs = hasPaused ? getRemainingMs() : maxPauseMs;
        const [giveUp, granted] = [new AbortController(), new AbortController()];
        void (async () => {
            // Other profiles may extend the pause meanwhile.
            for (let leftMs = maxPausedMs; leftMs > 0; leftMs = maxPausedMs - getPausedMs())
                await clock.sleep(Math.max(leftMs, minPollMs), granted.signal);
            giveUp.abort(new PauseTooLongError());
        })().catch(() => {});
        try {
            return await pacer.acquire({ signal: AbortSignal.any([signal, giveUp.signal]), isRetry: true });
        } finally {
            granted.abort();
            const pausedMs = getPausedMs();
            freeMs += clock.elapsed() - queuedAt - pausedMs;
            countPause(pausedMs);
        }
    }

    async function askOnce(): Promise<Outcome | FailedOutcome> {
        attempts += 1;
        return ask({
            timeoutMs: attemptTimeoutMs(attempts, getRemainingMs(), limits),
            signal,
            onSent: () => slot.markSent(),
            awaitTurn: async () => {
                slot = await acquireSlot();
                return getRemainingMs();
            },
            onRateHint: ({ remaining, resetsInMs }) => {
                if (remaining <= 0) pacer.pause(Math.min(resetsInMs, maxPauseMs));
            },
        });
    }
}

const isFailure = (outcome: { kind: string } | FailedOutcome): outcome is FailedOutcome => outcome.kind === 'failed';

const failed = { kind: 'failed', isRetryable: true } as const;

const timedOut: FailedOutcome = {
    ...failed,
    code: 'upstream_timeout',
    cause: 'timeout',
    isRefusal: false,
    detail: 'no time left',
};

const slowedDown: FailedOutcome = {
    ...failed,
    code: 'rate_limit_exceeded',
    cause: 'rate_limited',
    isRefusal: true,
    detail: 'the queue is paused for longer than this URL may wait',
};

const backoffBaseMs = 500;
const backoffCapMs = 20_000;

/**
 * How long to wait before the retry of a failed attempt, in milliseconds; null for no retry. This is the wait of one
 * URL alone: a pause of the whole queue is waited for in the pacer.
 *
 * The back-off is exponential with full jitter: from 0 to 0.5 s, 1 s, 2 s … at most 20 s. A wait that the source asks
 * for is obeyed to the millisecond. The first such pause does not count against the URL's budget, so that a
 * `Retry-After` longer than `timeoutMs` can be obeyed; every further one does. A wait that would outlast the run is not
 * begun: the failure is reported at once.
 */
export function getRetryDelayMs({
    outcome,
    attempt,
    remainingMs,
    runLeftMs,
    hasPaused,
    limits,
    random,
}: {
    outcome: { isRetryable: boolean; pause?: { ms: number; scope: 'url' | 'queue' } };
    /** The number of the attempt that failed, from 1. */
    attempt: number;
    /** Time left of the URL's budget, in milliseconds. */
    remainingMs: number;
    /** Time left of the run, in milliseconds; Infinity without a timeout. */
    runLeftMs: number;
    /** Whether it has waited out a pause before: only the first is free. */
    hasPaused: boolean;
    limits: RetryLimits;
    random: Random;
}): number | null {
    if (!outcome.isRetryable || attempt >= limits.maxAttempts || remainingMs <= 0) return null;
    const { pause } = outcome;
    if (pause) {
        const limitMs = hasPaused ? remainingMs : maxPauseMs;
        if (pause.ms > limitMs || pause.ms >= runLeftMs) return null;
        return pause.scope === 'url' ? pause.ms : 0;
    }
    const delayMs = Math.floor(random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** (attempt - 1)));
    return delayMs < Math.min(remainingMs, runLeftMs) ? delayMs : null;
}

/**
 * How long one attempt may take, in milliseconds: half of the time left, so that a source that hangs once leaves room
 * for another attempt; all of it on the last attempt or with `isTimeWhole`.
 */
export function attemptTimeoutMs(attempt: number, remainingMs: number, limits: RetryLimits): number {
    return attempt >= limits.maxAttempts || limits.isTimeWhole ? remainingMs : Math.ceil(remainingMs / 2);
}
