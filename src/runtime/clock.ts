import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../enrichment/clock.ts';

/** The longest delay of Node's timers; a longer one fires at once. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    async sleep(delayMs, signal) {
        for (let leftMs = delayMs; leftMs > maxTimerMs; leftMs -= maxTimerMs) await sleepOnce(maxTimerMs, signal);
        await sleepOnce(delayMs % maxTimerMs, signal);
    },
};

function sleepOnce(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
        }, delayMs);
        signal?.addEventListener('abort', onAbort, { once: true });
    });
}

const pollMs = 500;
/** A container throttled to a sixteenth of a core stalls for 94 ms at a time; that alone is not an overload. */
const maxDelayMs = 250;

/**
 * Returns a function that reports whether the event loop is saturated: delayed by more than 250 ms within the last
 * 500 ms. High CPU usage alone does not count, since a rate may need a whole core.
 */
export function createOverloadMonitor(): () => boolean {
    const delays = monitorEventLoopDelay({ resolution: 20 });
    let polledAt: number | null = null;
    let isOverloaded = false;
    return () => {
        const now = performance.now();
        if (polledAt === null) {
            // Measures from the first call, to leave out the start of the process.
            delays.enable();
            polledAt = now;
        } else if (now - polledAt >= pollMs) {
            isOverloaded = delays.max / 1e6 > maxDelayMs;
            delays.reset();
            polledAt = now;
        }
        return isOverloaded;
    };
}
