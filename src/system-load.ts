import { performance, type EventLoopUtilization } from 'node:perf_hooks';

/** Half a second: a start, a parsed page or a collected heap fill less. */
const lookMs = 500;
const busyRatio = 0.97;

/**
 * Tells whether this process has no time left: whether the event loop was busy nearly all of the last half second. A
 * container throttled to its share of a core counts as busy, which is what it is.
 */
export function createOverloadWatch(): () => boolean {
    let since: EventLoopUtilization | null = null;
    let isOverloaded = false;
    return () => {
        // What was before the first question, the start above all, says nothing of the work.
        since ??= performance.eventLoopUtilization();
        const { active, idle, utilization } = performance.eventLoopUtilization(since);
        if (active + idle >= lookMs) {
            isOverloaded = utilization > busyRatio;
            since = performance.eventLoopUtilization();
        }
        return isOverloaded;
    };
}
