import { setMaxListeners } from 'node:events';
import type { Clock } from '../../enrichment/clock.ts';
import { isRefusal } from './errors.ts';

/** Why a run stops before the end of its list. */
export type StopReason = 'timeout' | 'aborted' | 'migrating' | 'storage';

/** How long requests in progress may continue after each reason, in milliseconds; at most half the margin. */
const graceMs: Record<StopReason, number> = { timeout: 15_000, aborted: 3_000, migrating: 1_000, storage: 0 };

/**
 * How long after each reason rows and charges are still retried, in milliseconds; what is then in doubt is left to the
 * next start. An abort leaves 30 s and a migration some seconds, in which the totals must also be written.
 */
const giveUpAfterMs = { aborted: 20_000, migrating: 8_000 } as const;

/** How long a provider lookup in progress may continue, in milliseconds: it is paid for, and would be bought again. */
const lookupGraceMs: Record<StopReason, number> = { timeout: 15_000, aborted: 12_000, migrating: 5_000, storage: 0 };

/** How long before its timeout a run stops, in milliseconds: a fifth of the whole time, at most 30 s. */
export function stopMarginMs(runTimeoutMs: number): number {
    return Math.min(30_000, runTimeoutMs / 5);
}

/** Creates the lifecycle of a run, which stops at its timeout or by `stop`. */
export function createLifecycle({
    clock,
    startedAt,
    timeoutAt,
}: {
    clock: Clock;
    startedAt: number;
    /** When the platform kills the run (ms since the epoch); null for never. */
    timeoutAt: number | null;
}) {
    const stopController = new AbortController();
    const abortController = new AbortController();
    const lookupController = new AbortController();
    const giveUpController = new AbortController();
    const timers = new AbortController();
    // Each request in progress adds a listener; hundreds are no leak.
    setMaxListeners(0, stopController.signal, abortController.signal, lookupController.signal);
    const marginMs = timeoutAt === null ? Number.POSITIVE_INFINITY : stopMarginMs(timeoutAt - startedAt);
    let reason: StopReason | null = null;

    /** Stops the run. Only the first call counts, except that `storage` overrides. */
    function stop(why: StopReason): void {
        // An abort during another stop still leads to a kill.
        if (why === 'aborted' || why === 'migrating') after(giveUpAfterMs[why], () => giveUpController.abort());
        // Failed storage is worse than a timeout; after a migration the next start writes the rows.
        const isWorse = why === 'storage' && reason !== 'migrating';
        if (reason && !isWorse) return;
        reason = why;
        const cause = new Error(`the run is ending: ${why}`);
        stopController.abort(cause);
        abortAfter(graceMs[why], abortController);
        abortAfter(lookupGraceMs[why], lookupController);

        function abortAfter(grace: number, controller: AbortController): void {
            const waitMs = Math.min(grace, marginMs / 2);
            if (waitMs === 0) controller.abort(cause);
            else after(waitMs, () => controller.abort(cause));
        }
    }

    function after(delayMs: number, act: () => void): void {
        clock.sleep(Math.max(0, delayMs), timers.signal).then(act, () => {});
    }

    if (timeoutAt !== null) {
        after(timeoutAt - marginMs - clock.now(), () => stop('timeout'));
        after(timeoutAt - marginMs / 5 - clock.now(), () => giveUpController.abort());
    }

    return {
        /** Milliseconds until requests in progress are given up for lack of run time; Infinity without a timeout. */
        getLeftMs: () =>
            timeoutAt === null
                ? Number.POSITIVE_INFINITY
                : timeoutAt - marginMs + Math.min(graceMs.timeout, marginMs / 2) - clock.now(),
        /** Aborts when no more work may start. */
        stopSignal: stopController.signal,
        /** Aborts when requests in progress must be given up. */
        abortSignal: abortController.signal,
        /** Aborts when provider lookups in progress must be given up. */
        lookupSignal: lookupController.signal,
        /** Aborts when rows and charges must no longer be waited for. */
        giveUpSignal: giveUpController.signal,
        /** The first reason, unless storage failed later; null while the run continues. */
        get reason(): StopReason | null {
            return reason;
        },
        stop,
        /** Cancels all timers. */
        close: () => timers.abort(),
    };
}
export type Lifecycle = ReturnType<typeof createLifecycle>;

/** Interval between reboot calls, while this container still runs. */
const rebootIntervalMs = 5_000;

/**
 * Requests a new container until this one is killed; never resolves. A reboot only speeds a migration up. A platform
 * that refuses it, as it may for a run with limited permissions, kills this container all the same; exiting first would
 * end the run with work left.
 */
export async function rebootUntilKilled(reboot: () => Promise<unknown>, clock: Clock): Promise<never> {
    let isRefused = false;
    for (;;) {
        try {
            if (!isRefused) await reboot();
        } catch (error) {
            isRefused = isRefusal(error);
        }
        await clock.sleep(rebootIntervalMs);
    }
}
