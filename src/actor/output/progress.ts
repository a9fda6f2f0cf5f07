import type { Clock } from '../../enrichment/clock.ts';
import { describeProgress, type ProgressView } from './progress-text.ts';
import { createRateMeter } from './rate-meter.ts';
import type { RunSums } from './totals.ts';

const lookEveryMs = 1_000;
const statusEveryMs = 5_000;
/** The first line comes soon, so that a reader sees that it works; the others do not fill the log. */
const firstLogAfterMs = 2_000;
const logEveryMs = 30_000;

export type ProgressOptions = {
    clock: Clock;
    signal: AbortSignal;
    getSums: () => RunSums;
    /** How much longer the source has asked us to wait, in milliseconds. */
    getPausedMs: () => number;
    setStatus: (message: string) => void;
    /** Null where a bar is shown instead. */
    log: ((message: string) => void) | null;
    /** Told every second. */
    onView: (view: ProgressView) => void;
};

/**
 * Says how far the run is: as a status, every five seconds at most and only when it changed; in the log every half
 * minute. Resolves when `signal` aborts; never rejects.
 */
export async function reportProgress(options: ProgressOptions): Promise<void> {
    const { clock, signal, getSums, getPausedMs, setStatus, log, onView } = options;
    const meter = createRateMeter(clock);
    let lastStatus = '';
    let statusAt = clock.now();
    let logDueAt = clock.now() + firstLogAfterMs;
    for (;;) {
        try {
            const sums = getSums();
            meter.note(sums.lines - sums.remaining);
            const view = { sums, perSecond: meter.perSecond(), pausedMs: getPausedMs() };
            const message = describeProgress(view);
            onView(view);
            if (clock.now() - statusAt >= statusEveryMs && message !== lastStatus) {
                statusAt = clock.now();
                lastStatus = message;
                setStatus(message);
            }
            if (log && clock.now() >= logDueAt) {
                logDueAt = clock.now() + logEveryMs;
                log(message);
            }
        } catch {
            // A number that cannot be shown is not worth a run.
        }
        try {
            await clock.sleep(lookEveryMs, signal);
        } catch {
            return;
        }
    }
}
