/** Who asks for a slot: a request by itself, or one URL of a batch that waits for its turn. */
export type SlotKind = 'single' | 'batch';

/** What the rate headers of a response say. */
export type RateStatus = {
    /** Requests in one window. */
    limit: number;
    /** How long a window is, in seconds: more than one where the rate is below one a second. */
    windowSecs: number;
    /** What is left of the window. */
    remaining: number;
    /** Unix seconds at which the window ends, by the clock that counts it. */
    resetsAt: number;
};

/** Whether a slot was granted; without one, how long to wait for the next window, in milliseconds. */
export type SlotDecision = { isGranted: boolean; rate: RateStatus; waitMs: number };

/** How an account used the current window. */
export type RateWindow = {
    /** The window's beginning in Unix seconds, or in windows where they are longer than a second. */
    startsAt: number;
    singles: number;
    batches: number;
    /** What batches asked for, granted or not. What single requests asked for in vain is not counted. */
    batchesAsked: number;
    /** What the other kind may not take away. */
    heldForSingles: number;
    heldForBatches: number;
};

/** The window of an account that has not asked yet. */
export const emptyRateWindow: RateWindow = {
    startsAt: 0,
    singles: 0,
    batches: 0,
    batchesAsked: 0,
    heldForSingles: 0,
    heldForBatches: 0,
};

/**
 * Asks for one of the `limit` slots of a window, in memory: the same rule as the function `take_slot` of the database,
 * which says why. A test holds the two together.
 */
export function takeSlot(
    previous: RateWindow,
    { second, kind, limit }: { second: number; kind: SlotKind; limit: number },
): { window: RateWindow; isGranted: boolean } {
    const window =
        second > previous.startsAt || second < previous.startsAt - 2 ? open(previous, second, limit) : previous;
    const { singles, batches, batchesAsked, heldForSingles, heldForBatches } = window;
    if (kind === 'single') {
        const isGranted = singles + Math.max(batches, heldForBatches) < limit;
        return { isGranted, window: isGranted ? { ...window, singles: singles + 1 } : window };
    }
    const isGranted = batches + Math.max(singles, heldForSingles) < limit;
    const asked = { ...window, batchesAsked: batchesAsked + 1 };
    return { isGranted, window: isGranted ? { ...asked, batches: batches + 1 } : asked };
}

function open(previous: RateWindow, second: number, limit: number): RateWindow {
    const half = Math.floor(limit / 2);
    const isNext = previous.startsAt === second - 1;
    return {
        ...emptyRateWindow,
        startsAt: second,
        heldForSingles: isNext ? Math.min(previous.singles, half) : 0,
        heldForBatches: isNext ? Math.min(previous.batchesAsked, half) : 0,
    };
}
