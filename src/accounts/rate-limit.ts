/** Who asks for a slot: a request by itself, or one URL of a batch that waits for its turn. */
export type SlotKind = 'single' | 'batch';

type Counts = Record<SlotKind, number>;

/** How an account used the current clock second. `held` is what the other kind may not take away. */
export type RateWindow = {
    /** The window's beginning in Unix seconds; it ends a second later. */
    startsAt: number;
    taken: Counts;
    asked: Counts;
    held: Counts;
};

/** The window of an account that has not asked yet. */
export const emptyRateWindow: RateWindow = {
    startsAt: 0,
    taken: { single: 0, batch: 0 },
    asked: { single: 0, batch: 0 },
    held: { single: 0, batch: 0 },
};

/**
 * Asks for one of the `limit` slots of the clock second that `now` (ms) lies in. Because no second holds more than
 * `limit`, no minute, hour, day, week or month holds more than its seconds' sum.
 *
 * Single requests and batches share in turn: what either kind asked for in the second before is held for it, up to
 * half of the slots, so that neither a steady batch nor a burst of requests shuts the other out.
 *
 * A clock that is behind the window's (another process wrote it) counts as being in that window.
 */
export function takeSlot(
    previous: RateWindow,
    { now, kind, limit }: { now: number; kind: SlotKind; limit: number },
): { window: RateWindow; isGranted: boolean } {
    const current = moveTo(previous, Math.floor(now / 1000), limit);
    const other = kind === 'single' ? 'batch' : 'single';
    const heldForOther = Math.max(0, current.held[other] - current.taken[other]);
    const isGranted = countTaken(current) + heldForOther < limit;
    return {
        isGranted,
        window: {
            ...current,
            asked: { ...current.asked, [kind]: current.asked[kind] + 1 },
            taken: isGranted ? { ...current.taken, [kind]: current.taken[kind] + 1 } : current.taken,
        },
    };
}

/** How many slots of a window are used up. */
export function countTaken({ taken }: RateWindow): number {
    return taken.single + taken.batch;
}

function moveTo(window: RateWindow, second: number, limit: number): RateWindow {
    if (second <= window.startsAt) return window;
    const half = Math.floor(limit / 2);
    const isNext = second === window.startsAt + 1;
    const hold = (asked: number) => (isNext ? Math.min(asked, half) : 0);
    return {
        ...emptyRateWindow,
        startsAt: second,
        held: { single: hold(window.asked.single), batch: hold(window.asked.batch) },
    };
}
