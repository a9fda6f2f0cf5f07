import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

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
