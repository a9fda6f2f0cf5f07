/** Time, handed to the core from outside so that tests can turn it by hand. */
export type Clock = {
    /** Milliseconds since the Unix epoch. */
    now(): number;
    /**
     * Milliseconds on a clock that nobody sets: it never jumps and never goes back. Only the difference of two readings
     * means anything.
     */
    elapsed(): number;
    /** Resolves after `delayMs`; rejects with the signal's reason as soon as it aborts. */
    sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
};

/** A number in [0, 1), like `Math.random`. */
export type Random = () => number;
