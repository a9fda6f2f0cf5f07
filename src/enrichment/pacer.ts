import type { Clock } from './clock.ts';

/**
 * The share of a window kept free. A request that is sent 1,000 ms after another can reach the server 990 ms after
 * it; this much of a head start keeps even a server that counts strictly from seeing one too many. It costs 1.3 % of
 * the rate, of the 2 % that may be lost.
 */
const windowSlackRatio = 0.013;

/** How far behind its even beat the pacer may fall and still catch up: a slow event loop must not lower the rate. */
const catchUpMs = 100;

export type Pacer = {
    /**
     * Resolves when one request may be sent; the slot counts as used from then on. First come, first served, except
     * that `isRetry` goes before every first try: a URL that was begun is finished before another is.
     * Rejects with the signal's reason when it aborts.
     */
    acquire(options: { signal: AbortSignal; isRetry?: boolean }): Promise<void>;
    /** Lets nothing go before `delayMs` from now; never shortens a pause that is already longer. */
    pause(delayMs: number): void;
    /** Instant (ms since the epoch) until which the queue is paused; in the past when it is not. */
    readonly pausedUntil: number;
};

type Waiter = { grant: () => void; signal: AbortSignal };

/**
 * Holds a rate in every one-second window, from the first second on, and reaches it.
 *
 * Two rules decide when the next request may go. A strict one: the request `count` places back must be a whole window
 * (plus slack) ago. And an even beat, so that requests do not go in bursts; after a late timer the beat catches up,
 * but never past the strict rule. Above one a second the rate is rounded down to whole requests; below one it is one
 * request every `1 / rate` seconds.
 */
export function createPacer({ maxRequestsPerSecond, clock }: { maxRequestsPerSecond: number; clock: Clock }): Pacer {
    const count = Math.max(1, Math.floor(maxRequestsPerSecond));
    const windowMs = 1000 * Math.max(1, count / maxRequestsPerSecond) * (1 + windowSlackRatio);
    const beatMs = windowMs / (count * (1 + windowSlackRatio / 2));

    /** When the last `count` requests went, a ring: `sentAt[next]` is the oldest. */
    const sentAt = Array.from({ length: count }, () => Number.NEGATIVE_INFINITY);
    let next = 0;
    let dueAt = Number.NEGATIVE_INFINITY;
    let pausedUntil = 0;
    let isRunning = false;
    const retries: Waiter[] = [];
    const firstTries: Waiter[] = [];

    function takeWaiter(): Waiter | undefined {
        for (const queue of [retries, firstTries]) {
            for (let waiter = queue.shift(); waiter; waiter = queue.shift()) {
                if (!waiter.signal.aborted) return waiter;
            }
        }
        return undefined;
    }

    function hasWaiter(): boolean {
        return retries.some(({ signal }) => !signal.aborted) || firstTries.some(({ signal }) => !signal.aborted);
    }

    async function run(): Promise<void> {
        if (isRunning) return;
        isRunning = true;
        while (hasWaiter()) {
            const now = clock.now();
            const mayGoAt = Math.max(dueAt, (sentAt[next] ?? 0) + windowMs, pausedUntil);
            if (now < mayGoAt) {
                await clock.sleep(mayGoAt - now);
                continue;
            }
            // From the check above to the grant there is no await: a slot is never given twice.
            sentAt[next] = now;
            next = (next + 1) % count;
            dueAt = Math.max(dueAt, now - catchUpMs) + beatMs;
            takeWaiter()?.grant();
        }
        // In the same breath as the last look for waiters: nobody can come in between and be left waiting.
        isRunning = false;
    }

    return {
        acquire({ signal, isRetry = false }) {
            return new Promise((resolve, reject) => {
                const onAbort = () => reject(signal.reason);
                if (signal.aborted) return onAbort();
                signal.addEventListener('abort', onAbort, { once: true });
                const grant = () => {
                    signal.removeEventListener('abort', onAbort);
                    resolve();
                };
                (isRetry ? retries : firstTries).push({ grant, signal });
                void run();
            });
        },
        pause(delayMs) {
            pausedUntil = Math.max(pausedUntil, clock.now() + delayMs);
        },
        get pausedUntil() {
            return pausedUntil;
        },
    };
}
