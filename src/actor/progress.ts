import type { Clock } from '../enrichment/clock.ts';
import type { RunSums } from './summary.ts';

const statusEveryMs = 5_000;
const logEveryMs = 30_000;

export type ProgressOptions = {
    clock: Clock;
    signal: AbortSignal;
    getSums: () => RunSums;
    setStatus: (message: string) => void;
    log: (message: string) => void;
};

/** "1,312 of 5,000 · 1,204 found": lines as the user pasted them. */
export function describeProgress({ lines, remaining, found }: RunSums): string {
    const format = (amount: number) => amount.toLocaleString('en-US');
    return `${format(lines - remaining)} of ${format(lines)} · ${format(found)} found`;
}

/** Says how far the run is: as a status every five seconds when it changed, in the log every half minute. Never throws. */
export async function reportProgress({ clock, signal, getSums, setStatus, log }: ProgressOptions): Promise<void> {
    let lastStatus = '';
    let loggedAt = clock.now();
    for (;;) {
        try {
            await clock.sleep(statusEveryMs, signal);
        } catch {
            return;
        }
        const message = describeProgress(getSums());
        if (message !== lastStatus) setStatus(message);
        lastStatus = message;
        if (clock.now() - loggedAt >= logEveryMs) {
            log(message);
            loggedAt = clock.now();
        }
    }
}
