import type { Clock } from './clock.ts';

/**
 * The share of a window kept free. A request that is sent 1,000 ms after another can reach the server 985 ms after it,
 * when the other was kept waiting there: a busy local server takes up to 15 ms to see a request (docs/decisions.md).
 * This much of a head start keeps even a server that counts strictly from seeing one too many. It costs 1.6 % of the
 * rate, of the 2 % that may be lost.
 */
const windowSlackRatio = 0.016;

/** How many of the last requests tell how long it takes at least from a grant to the sending. */
const leadSamples = 32;

/**
 * How far behind its even beat the pacer may fall and still catch up, in milliseconds: a slow event loop must not lower
 * the rate.
 */
const catchUpMs = 100;

/**
 * How close two requests may follow each other when the pacer catches up, as a share of the beat. Requests that went
 * in one bunch would be due in one bunch in every window after, and wait there for each other.
 */
const leastIntervalRatio = 0.5;

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
    /** How much longer the queue is paused, in milliseconds; 0 when it is not. */
    readonly pausedMs: number;
    /** How long the queue has been paused so far, all pauses together, in milliseconds. */
    readonly pausedSoFarMs: number;
};

type Waiter = { grant: (slot: Slot) => void; signal: AbortSignal };

/**
 * Holds a rate in every one-second window, from the first second on, and reaches it.
 *
 * Two rules decide when the next request may go. A strict one: the request `count` places back must be a whole window
 * (plus slack) ago. And an even beat, so that requests do not go in bursts; after a late timer the beat catches up
 * at twice its pace at most, and never past the strict rule. Above one a second the rate is rounded down to whole requests; below one it is one
 * request every `1 / rate` seconds.
 */
export function createPacer({ maxRequestsPerSecond, clock }: { maxRequestsPerSecond: number; clock: Clock }): Pacer {
    const count = Math.max(1, Math.floor(maxRequestsPerSecond));
    const windowMs = 1000 * Math.max(1, count / maxRequestsPerSecond) * (1 + windowSlackRatio);
    const intervalMs = windowMs / (count * (1 + windowSlackRatio / 2));

    /** When the last `count` requests went, a ring: `sentAt[next]` is the oldest. */
    const sentAt = Array.from({ length: count }, () => Number.NEGATIVE_INFINITY);
    /** How long the last requests took from grant to sending, another ring. */
    const leads: number[] = [];
    let leadCount = 0;
    /** A request granted now leaves no sooner than this many milliseconds later. */
    let leadMs = 0;
    let next = 0;
    let dueAt = Number.NEGATIVE_INFINITY;
    let lastGrantAt = Number.NEGATIVE_INFINITY;
    let pausedUntil = Number.NEGATIVE_INFINITY;
    /** All pauses asked for, overlaps counted once; what of the last one is still to come included. */
    let pausesMs = 0;
    let isRunning = false;
    const retries: Waiter[] = [];
    const firstAttempts: Waiter[] = [];

    function takeWaiter(): Waiter | undefined {
        for (const queue of [retries, firstAttempts]) {
            for (let waiter = queue.shift(); waiter; waiter = queue.shift()) {
                if (!waiter.signal.aborted) return waiter;
            }
        }
        return undefined;
    }

    function hasWaiter(): boolean {
        return retries.some(({ signal }) => !signal.aborted) || firstAttempts.some(({ signal }) => !signal.aborted);
    }

    function createSlot(place: number, grantedAt: number): Slot {
        return {
            markSent() {
                // Long after the grant the place in the ring may be another request's.
                if (sentAt[place] !== grantedAt) return;
                sentAt[place] = clock.elapsed();
                leads[leadCount % leadSamples] = clock.elapsed() - grantedAt;
                leadCount += 1;
                leadMs = Math.min(...leads);
            },
        };
    }

    async function run(): Promise<void> {
        if (isRunning) return;
        isRunning = true;
        while (hasWaiter()) {
            const now = clock.elapsed();
            // There is nothing to catch up with before the first request.
            if (dueAt === Number.NEGATIVE_INFINITY) dueAt = now;
            const mayGoAt = Math.max(
                dueAt,
                lastGrantAt + intervalMs * leastIntervalRatio,
                (sentAt[next] ?? 0) + windowMs - leadMs,
                pausedUntil,
            );
            if (now < mayGoAt) {
                await clock.sleep(mayGoAt - now);
                continue;
            }
            // From the check above to the grant there is no await: a slot is never given twice.
            const slot = createSlot(next, now);
            sentAt[next] = now;
            lastGrantAt = now;
            next = (next + 1) % count;
            dueAt = Math.max(dueAt, now - catchUpMs) + intervalMs;
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
                (isRetry ? retries : firstAttempts).push({ grant, signal });
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
