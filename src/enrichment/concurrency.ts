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

    function compute(): number {
        if (isConcurrencyFixed) return maxConcurrency;
        // 50 % headroom for slow responses.
        const needed = Math.ceil(maxRequestsPerSecond * (latencyMs / 1000) * 1.5);
        return Math.max(1, Math.min(Math.max(needed, minConcurrency), maxConcurrency, maxConcurrencyCap));
    }

    return {
        get current() {
            return compute();
        },
        /** Adds one duration to the average, in milliseconds; returns the new concurrency. */
        recordDuration(durationMs: number): number {
            latencyMs = smoothing * latencyMs + (1 - smoothing) * durationMs;
            return compute();
        },
    };
}
