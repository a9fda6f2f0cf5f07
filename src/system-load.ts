import { performance, type EventLoopUtilization } from 'node:perf_hooks';

/** Shorter looks tell nothing: one parsed page fills them. */
const lookMs = 100;
const busyRatio = 0.97;

/**
 * Tells whether this process has no time left: whether the event loop was busy nearly all of the last tenth of a
 * second. A container throttled to its share of a core counts as busy, which is what it is.
 */
export function createOverloadWatch(): () => boolean {
    let since: EventLoopUtilization = performance.eventLoopUtilization();
    let isOverloaded = false;
    return () => {
        const { active, idle, utilization } = performance.eventLoopUtilization(since);
        if (active + idle >= lookMs) {
            isOverloaded = utilization > busyRatio;
            since = performance.eventLoopUtilization();
        }
        return isOverloaded;
    };
}
