/** Time as an injected dependency, so that tests can control it. */
export type Clock = {
    /** Milliseconds since the Unix epoch. */
    now(): number;
    /**
     * Milliseconds on a monotonic clock. Only the difference of two readings is meaningful.
     */
    elapsed(): number;
    /** Resolves after `delayMs`; rejects with the signal's reason as soon as it aborts. */
    sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
};

/** A number in [0, 1), like `Math.random`. */
export type Random = () => number;
