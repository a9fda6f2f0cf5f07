import type { Clock } from './clock.ts';

/**
 * The share of a window kept free. A request that is sent 1,000 ms after another can reach the server 990 ms after
 * it; this much of a head start keeps even a server that counts strictly from seeing one too many. It costs 1.1 % of
 * the rate, of the 2 % that may be lost.
 */
const windowSlackRatio = 0.011;

/** How many of the last requests tell how long it takes at least from a grant to the sending. */
const leadSamples = 32;

/**
 * How far behind its even beat the pacer may fall and still catch up, in milliseconds: a slow event loop must not lower
 * the rate. Not more: requests that went in a burst come back in one, and so it goes on in every window after.
 */
const catchUpMs = 100;

/** The leave to send one request. */
export type Slot = {
    /**
     * Tells that the request has left. Between the grant and that a busy process may take long; the window is counted
     * from here on, because a server does. Not told, it is counted from the grant.
     */
    markSent(): void;
};

export type Pacer = {
    /**
     * Resolves when one request may be sent; the slot counts as used from then on. First come, first served, except
     * that `isRetry` goes before every first try: a URL that was begun is finished before another is.
     * Rejects with the signal's reason when it aborts.
     */
    acquire(options: { signal: AbortSignal; isRetry?: boolean }): Promise<Slot>;
    /** Lets nothing go before `delayMs` from now; never shortens a pause that is already longer. */
    pause(delayMs: number): void;
    /** Instant (ms since the epoch) until which the queue is paused; in the past when it is not. */
    readonly pausedUntil: number;
};

type Waiter = { grant: (slot: Slot) => void; signal: AbortSignal };

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
    /** How long the last requests took from grant to sending, another ring. */
    const leads: number[] = [];
    let leadCount = 0;
    /** A request granted now leaves no sooner than this many milliseconds later. */
    let leadMs = 0;
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

    function createSlot(place: number, grantedAt: number): Slot {
        return {
            markSent() {
                // Long after the grant the place in the ring may be another request's.
                if (sentAt[place] !== grantedAt) return;
                sentAt[place] = clock.now();
                leads[leadCount % leadSamples] = clock.now() - grantedAt;
                leadCount += 1;
                leadMs = Math.min(...leads);
            },
        };
    }

    async function run(): Promise<void> {
        if (isRunning) return;
        isRunning = true;
        while (hasWaiter()) {
            const now = clock.now();
            // There is nothing to catch up with before the first request.
            if (dueAt === Number.NEGATIVE_INFINITY) dueAt = now;
            const mayGoAt = Math.max(dueAt, (sentAt[next] ?? 0) + windowMs - leadMs, pausedUntil);
            if (now < mayGoAt) {
                await clock.sleep(mayGoAt - now);
                continue;
            }
            // From the check above to the grant there is no await: a slot is never given twice.
            const slot = createSlot(next, now);
            sentAt[next] = now;
            next = (next + 1) % count;
            dueAt = Math.max(dueAt, now - catchUpMs) + beatMs;
            takeWaiter()?.grant(slot);
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
                const grant = (slot: Slot) => {
                    signal.removeEventListener('abort', onAbort);
                    resolve(slot);
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
