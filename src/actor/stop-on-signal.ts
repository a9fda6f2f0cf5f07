import type { Clock } from '../enrichment/clock.ts';
import type { Log } from './log.ts';
import { describeResume } from './output/totals.ts';
import type { Lifecycle } from './platform/lifecycle.ts';

/**
 * npm forwards a Ctrl-C that the terminal has already delivered: two signals within this time, in ms, are one key
 * press.
 */
const sameKeyPressMs = 500;

/** Stops the run gracefully on Ctrl-C or `SIGTERM`; a second Ctrl-C exits at once with code 130. */
export function stopOnSignal(clock: Clock, lifecycle: Lifecycle, log: Log): void {
    let stoppedAt: number | null = null;
    const stop = () => {
        if (stoppedAt !== null) return;
        stoppedAt = clock.now();
        log.print('Stopping: finishing requests in progress … Press Ctrl-C again to exit at once.');
        lifecycle.stop('aborted');
    };
    process.on('SIGTERM', stop).on('SIGINT', () => {
        if (stoppedAt === null || clock.now() - stoppedAt < sameKeyPressMs) return stop();
        log.closeBar();
        log.print(`Stopped at once. Stored rows are safe: ${describeResume(false)} to continue.`);
        process.exit(130);
    });
}
