import type { Database } from './database/database.ts';
import { countTaken, takeSlot, type RateWindow, type SlotKind } from './rate-limit.ts';
import { countRequest } from './usage.ts';

/** Requests a second an account may make, all its keys together. */
export const accountRateLimit = 4;

/** Whether one request may go on, and what its rate headers say. */
export type RateDecision = {
    isGranted: boolean;
    /** Requests in one window. */
    limit: number;
    /** How long a window is, in seconds: more than one where the rate is below one a second. */
    windowSecs: number;
    /** What is left of the window. */
    remaining: number;
    /** Unix seconds at which the window ends. */
    resetAt: number;
};

/** Takes one slot of the account's rate, or says that there is none. A single request also counts in the usage. */
export async function takeRateSlot(
    db: Database,
    { tenantId, kind, now }: { tenantId: string; kind: SlotKind; now: number },
): Promise<RateDecision> {
    return db.transaction(async (tx) => {
        // The row's lock makes all processes take turns from here to the commit.
        const [row] = await tx.query<{ state: RateWindow }>(
            'select state from rate_windows where tenant_id = $1 for update',
            [tenantId],
        );
        if (!row) throw new Error('an account without a rate window');
        const { window, isGranted } = takeSlot(row.state, { now, kind, limit: accountRateLimit });
        await tx.query('update rate_windows set state = $2 where tenant_id = $1', [tenantId, JSON.stringify(window)]);
        if (isGranted && kind === 'single') await countRequest(tx, tenantId, now);
        return describeWindow(window, isGranted, { limit: accountRateLimit, windowSecs: 1 });
    });
}

/** A decision as the rate headers tell it. */
export function describeWindow(
    window: RateWindow,
    isGranted: boolean,
    { limit, windowSecs }: { limit: number; windowSecs: number },
): RateDecision {
    return {
        isGranted,
        limit,
        windowSecs,
        remaining: isGranted ? limit - countTaken(window) : 0,
        resetAt: (window.startsAt + 1) * windowSecs,
    };
}
