import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const pollMs = 500;
/** A container throttled to a sixteenth of a core stands still for 94 ms at a time; that alone is no overload. */
const longestDelayMs = 250;

/**
 * Tells whether this process has no time left: whether its event loop was held up for a quarter of a second within the
 * last half. Being busy is no sign of it (a rate may need all of a core); work that piles up is.
 */
export function createOverloadWatch(): () => boolean {
    const delays = monitorEventLoopDelay({ resolution: 20 });
    let lookedAt: number | null = null;
    let isOverloaded = false;
    return () => {
        const now = performance.now();
        if (lookedAt === null) {
            // What was before the first question, the start above all, says nothing of the work.
            delays.enable();
            lookedAt = now;
        } else if (now - lookedAt >= pollMs) {
            isOverloaded = delays.max / 1e6 > longestDelayMs;
            delays.reset();
            lookedAt = now;
        }
        return isOverloaded;
    };
}
