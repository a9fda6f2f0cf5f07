export const minConcurrency = 8;
const maxConcurrencyCap = 500;
const assumedLatencyMs = 2000;
/** How much of the latency seen until then each new one leaves. */
const memory = 0.9;

export type ConcurrencyOptions = {
    maxRequestsPerSecond: number;
    /** The most under way at once; without `isConcurrencyFixed`, what the rate needs at the latency seen. */
    maxConcurrency: number;
    isConcurrencyFixed: boolean;
};

/** How many have to be under way at once for the rate to be reached at the latency seen (Little's law). */
export function createConcurrency({ maxRequestsPerSecond, maxConcurrency, isConcurrencyFixed }: ConcurrencyOptions) {
    let latencyMs = assumedLatencyMs;

    function compute(): number {
        if (isConcurrencyFixed) return maxConcurrency;
        // Half as much again for the slow ones.
        const needed = Math.ceil(maxRequestsPerSecond * (latencyMs / 1000) * 1.5);
        return Math.max(1, Math.min(Math.max(needed, minConcurrency), maxConcurrency, maxConcurrencyCap));
    }

    return {
        get current() {
            return compute();
        },
        /** Takes in how long one took, in milliseconds; returns how many may be under way from now on. */
        follow(durationMs: number): number {
            latencyMs = memory * latencyMs + (1 - memory) * durationMs;
            return compute();
        },
    };
}
