import { setMaxListeners } from 'node:events';
import type { Clock } from '../enrichment/clock.ts';

/** Why a run has to end before its list does. */
export type StopReason = 'timeout' | 'aborted' | 'migrating' | 'storage';

/** How long what is under way may go on after each reason, in milliseconds; half the margin at most. */
const graceMs = { timeout: 5_000, aborted: 3_000, migrating: 1_000, storage: 0 } as const satisfies Record<
    StopReason,
    number
>;

export type Lifecycle = {
    /** Aborts when no more work may be begun. */
    readonly stopSignal: AbortSignal;
    /** Aborts a little later, when what is under way has to be given up. */
    readonly abortSignal: AbortSignal;
    /** The first reason given; null while the run goes on. */
    readonly reason: StopReason | null;
    /** Asks the run to end. Only the first call counts. */
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
    const watch = new AbortController();
    // Every request under way listens; hundreds are no leak.
    setMaxListeners(0, stopController.signal, abortController.signal);
    const marginMs = timeoutAt === null ? Number.POSITIVE_INFINITY : stopMarginMs(timeoutAt - startedAt);
    let reason: StopReason | null = null;

    function stop(why: StopReason): void {
        if (reason) return;
        reason = why;
        stopController.abort(new Error(`the run is ending: ${why}`));
        const giveUp = () => abortController.abort(new Error(`the run is ending: ${why}`));
        const waitMs = Math.min(graceMs[why], marginMs / 2);
        if (waitMs === 0) giveUp();
        else clock.sleep(waitMs, watch.signal).then(giveUp, () => {});
    }

    if (timeoutAt !== null) {
        const stopAt = timeoutAt - marginMs;
        clock.sleep(Math.max(0, stopAt - clock.now()), watch.signal).then(
            () => stop('timeout'),
            () => {},
        );
    }

    return {
        stopSignal: stopController.signal,
        abortSignal: abortController.signal,
        get reason() {
            return reason;
        },
        stop,
        close: () => watch.abort(),
    };
}
