import { setMaxListeners } from 'node:events';
import type { Clock } from '../../enrichment/clock.ts';

/** Why a run has to end before its list does. */
export type StopReason = 'timeout' | 'aborted' | 'migrating' | 'storage';

/** How long what is under way may go on after each reason, in milliseconds; half the margin at most. */
const graceMs = { timeout: 15_000, aborted: 3_000, migrating: 1_000, storage: 0 } as const satisfies Record<
    StopReason,
    number
>;

/**
 * How long after each reason rows and charges may still be tried, in milliseconds; then what is in doubt is left to the
 * next start. An abort leaves 30 s, a migration some seconds, and the totals are still to be written.
 */
const giveUpAfterMs = { aborted: 20_000, migrating: 8_000 } as const;

/** How long a lookup under way at a provider may go on: it is paid for, and would be bought again. */
const lookupGraceMs = { timeout: 15_000, aborted: 12_000, migrating: 5_000, storage: 0 } as const satisfies Record<
    StopReason,
    number
>;

export type Lifecycle = {
    /** Aborts when no more work may be begun. */
    readonly stopSignal: AbortSignal;
    /** Aborts a little later, when what is under way has to be given up. */
    readonly abortSignal: AbortSignal;
    /** Aborts when even a lookup that is paid for may not be waited for any longer. */
    readonly lookupSignal: AbortSignal;
    /** Aborts when rows and charges may not be waited for any longer. */
    readonly giveUpSignal: AbortSignal;
    /** How long until what is under way has to be given up because the run's time is over; Infinity without an end. */
    getLeftMs(): number;
    /** The first reason given, or that storage is broken; null while the run goes on. */
    readonly reason: StopReason | null;
    /** Asks the run to end. Only the first call counts, but for storage that is broken. */
    stop(reason: StopReason): void;
    /** Ends the watch over the run's time. */
    close(): void;
};

/** How long before the run's timeout it has to stop: a fifth of the whole time, 30 s at most. */
export function stopMarginMs(runTimeoutMs: number): number {
    return Math.min(30_000, runTimeoutMs / 5);
}

/** Watches over the end of a run: its timeout, and whoever calls `stop`. */
export function createLifecycle({
    clock,
    startedAt,
    timeoutAt,
}: {
    clock: Clock;
    startedAt: number;
    /** When the platform kills the run (ms since the epoch); null when it does not. */
    timeoutAt: number | null;
}): Lifecycle {
    const stopController = new AbortController();
    const abortController = new AbortController();
    const lookupController = new AbortController();
    const giveUpController = new AbortController();
    const watch = new AbortController();
    // Every request under way listens; hundreds are no leak.
    setMaxListeners(0, stopController.signal, abortController.signal, lookupController.signal);
    const marginMs = timeoutAt === null ? Number.POSITIVE_INFINITY : stopMarginMs(timeoutAt - startedAt);
    let reason: StopReason | null = null;

    function stop(why: StopReason): void {
        // An abort may come while the run is ending for another reason; its kill comes all the same.
        if (why === 'aborted' || why === 'migrating') after(giveUpAfterMs[why], () => giveUpController.abort());
        // Rows that cannot be written are worse than time that is over; after a migration another start writes them.
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
        clock.sleep(Math.max(0, delayMs), watch.signal).then(act, () => {});
    }

    if (timeoutAt !== null) {
        after(timeoutAt - marginMs - clock.now(), () => stop('timeout'));
        after(timeoutAt - marginMs / 5 - clock.now(), () => giveUpController.abort());
    }

    return {
        getLeftMs: () =>
            timeoutAt === null
                ? Number.POSITIVE_INFINITY
                : timeoutAt - marginMs + Math.min(graceMs.timeout, marginMs / 2) - clock.now(),
        stopSignal: stopController.signal,
        abortSignal: abortController.signal,
        lookupSignal: lookupController.signal,
        giveUpSignal: giveUpController.signal,
        get reason() {
            return reason;
        },
        stop,
        close: () => watch.abort(),
    };
}
