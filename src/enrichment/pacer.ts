import type { Clock } from './clock.ts';

/**
 * Slack added to the window. A request sent 1,000 ms after another can arrive 985 ms after it if the first was delayed
 * on arrival: a busy local server takes up to 15 ms to accept a request (docs/decisions.md). With this slack even a
 * server that counts strictly never sees one too many. It costs 1.6 % of the rate, out of the 2 % allowed.
 */
const windowSlackRatio = 0.016;

/** How many recent requests the minimum dispatch latency is taken from. */
const dispatchSamples = 32;

/**
 * How far the pacer may fall behind its interval and still catch up, in milliseconds: a slow event loop must not lower
 * the rate.
 */
const catchUpMs = 100;

/**
 * The shortest gap between two requests while the pacer catches up, as a share of the interval. Requests sent in a
 * burst would be due in a burst in every following window, and queue there.
 */
const minIntervalRatio = 0.5;

/** The permission to send one request. */
export type Slot = {
    /**
     * Reports that the request was sent. A busy process can take long from grant to sending; the window starts here,
     * as it does for the server. Without this call it starts at the grant.
     */
    markSent(): void;
};

export type Pacer = {
    /**
     * Resolves when one request may be sent; the slot counts as used from then on. First come, first served, except
     * that retries precede first attempts: a URL that was started is finished first.
     * Rejects with the signal's reason when it aborts.
     */
    acquire(options: { signal: AbortSignal; isRetry?: boolean }): Promise<Slot>;
    /** Grants no slot for `delayMs` from now; never shortens a longer pause. */
    pause(delayMs: number): void;
    /** Time left of the current pause, in milliseconds; 0 without one. */
    readonly pausedMs: number;
    /** Total time the queue has been paused so far, in milliseconds. */
    readonly pausedSoFarMs: number;
};

/**
 * Holds a rate in every one-second window, from the first second on, and reaches it.
 *
 * Two rules decide when the next request may go. The strict one: the request `count` places back must be at least one
 * window (plus slack) ago. And an even interval, to avoid bursts; after a late timer the pacer catches up at twice the
 * rate at most, and never beyond the strict rule. Rates above one are rounded down to whole requests per second; below
 * one it is one request every `1 / rate` seconds.
 */
export function createPacer({ maxRequestsPerSecond, clock }: { maxRequestsPerSecond: number; clock: Clock }): Pacer {
    const count = Math.max(1, Math.floor(maxRequestsPerSecond));
    const windowMs = 1000 * Math.max(1, count / maxRequestsPerSecond) * (1 + windowSlackRatio);
    const intervalMs = windowMs / (count * (1 + windowSlackRatio / 2));

    /** Ring buffer of when the last `count` requests were sent: `sentAt[next]` is the oldest. */
    const sentAt = Array.from({ length: count }, () => Number.NEGATIVE_INFINITY);
    /** Ring buffer of dispatch latencies, from grant to sending, in milliseconds. */
    const dispatchLatencies: number[] = [];
    let dispatchCount = 0;
    /** A request granted now is sent this many milliseconds later at the earliest. */
    let minDispatchMs = 0;
    let next = 0;
    let dueAt = Number.NEGATIVE_INFINITY;
    let lastGrantAt = Number.NEGATIVE_INFINITY;
    let pausedUntil = Number.NEGATIVE_INFINITY;
    /** All pauses together, overlaps counted once, including the rest of the current one. */
    let pausesMs = 0;
    let isRunning = false;
    /** Those who wait, by what grants them a slot. */
    const retries: Array<(slot: Slot) => void> = [];
    const firstAttempts: Array<(slot: Slot) => void> = [];

    function createSlot(place: number, grantedAt: number): Slot {
        return {
            markSent() {
                // The ring may have wrapped around since the grant.
                if (sentAt[place] !== grantedAt) return;
                sentAt[place] = clock.elapsed();
                dispatchLatencies[dispatchCount % dispatchSamples] = clock.elapsed() - grantedAt;
                dispatchCount += 1;
                minDispatchMs = Math.min(...dispatchLatencies);
            },
        };
    }

    async function run(): Promise<void> {
        if (isRunning) return;
        isRunning = true;
        while (retries.length + firstAttempts.length > 0) {
            const now = clock.elapsed();
            // Nothing to catch up on before the first request.
            if (dueAt === Number.NEGATIVE_INFINITY) dueAt = now;
            const mayGoAt = Math.max(
                dueAt,
                lastGrantAt + intervalMs * minIntervalRatio,
                (sentAt[next] ?? 0) + windowMs - minDispatchMs,
                pausedUntil,
            );
            if (now < mayGoAt) {
                await clock.sleep(mayGoAt - now);
                continue;
            }
            // No await between the check above and the grant: a slot is never granted twice.
            const slot = createSlot(next, now);
            sentAt[next] = now;
            lastGrantAt = now;
            next = (next + 1) % count;
            dueAt = Math.max(dueAt, now - catchUpMs) + intervalMs;
            (retries.shift() ?? firstAttempts.shift())?.(slot);
        }
        // No await since the last check: no waiter can be added in between and be left waiting.
        isRunning = false;
    }

    return {
        acquire({ signal, isRetry = false }) {
            return new Promise((resolve, reject) => {
                if (signal.aborted) return reject(signal.reason);
                const queue = isRetry ? retries : firstAttempts;
                const onAbort = () => {
                    queue.splice(queue.indexOf(grant), 1);
                    reject(signal.reason);
                };
                const grant = (slot: Slot) => {
                    signal.removeEventListener('abort', onAbort);
                    resolve(slot);
                };
                signal.addEventListener('abort', onAbort, { once: true });
                queue.push(grant);
                void run();
            });
        },
        pause(delayMs) {
            const now = clock.elapsed();
            const until = Math.max(pausedUntil, now + delayMs);
            pausesMs += until - Math.max(pausedUntil, now);
            pausedUntil = until;
        },
        get pausedMs() {
            return Math.max(0, pausedUntil - clock.elapsed());
        },
        get pausedSoFarMs() {
            return pausesMs - Math.max(0, pausedUntil - clock.elapsed());
        },
    };
}

export const minConcurrency = 8;
const maxConcurrencyCap = 500;
const assumedLatencyMs = 2000;
/** The weight of the previous average when a new latency is added. */
const smoothing = 0.9;

export type ConcurrencyOptions = {
    maxRequestsPerSecond: number;
    /** The most profiles in flight; unless `isConcurrencyFixed`, fewer where rate and latency need fewer. */
    maxConcurrency: number;
    isConcurrencyFixed: boolean;
};

/** Computes how many profiles must be in flight to reach the rate at the observed latency (Little's law). */
export function createConcurrency({ maxRequestsPerSecond, maxConcurrency, isConcurrencyFixed }: ConcurrencyOptions) {
    let latencyMs = assumedLatencyMs;
    return {
        get current() {
            if (isConcurrencyFixed) return maxConcurrency;
            // 50 % headroom for slow responses.
            const needed = Math.ceil(maxRequestsPerSecond * (latencyMs / 1000) * 1.5);
            return Math.max(1, Math.min(Math.max(needed, minConcurrency), maxConcurrency, maxConcurrencyCap));
        },
        /** Adds the duration of one profile to the average, in milliseconds. */
        recordDuration(durationMs: number): void {
            latencyMs = smoothing * latencyMs + (1 - smoothing) * durationMs;
        },
    };
}
