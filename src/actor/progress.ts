import type { Clock } from '../enrichment/clock.ts';
import type { RunSums } from './summary.ts';

const lookEveryMs = 1_000;
const statusEveryMs = 5_000;

export type ProgressOptions = {
    clock: Clock;
    signal: AbortSignal;
    getSums: () => RunSums;
    setStatus: (message: string) => void;
    log: (message: string) => void;
    logEveryMs: number;
};

/** "1,312 of 5,000 · 1,204 found": lines as the user pasted them. */
export function describeProgress({ lines, remaining, found }: RunSums): string {
    const format = (amount: number) => amount.toLocaleString('en-US');
    return `${format(lines - remaining)} of ${format(lines)} · ${format(found)} found`;
}

/** Says how far the run is: as a status every five seconds when it changed, and in the log. Never throws. */
export async function reportProgress(options: ProgressOptions): Promise<void> {
    const { clock, signal, getSums, setStatus, log, logEveryMs } = options;
    let lastStatus = '';
    let statusAt = clock.now();
    let loggedAt = clock.now();
    for (;;) {
        try {
            await clock.sleep(lookEveryMs, signal);
        } catch {
            return;
        }
        const message = describeProgress(getSums());
        if (clock.now() - statusAt >= statusEveryMs) {
            statusAt = clock.now();
            if (message !== lastStatus) setStatus(message);
            lastStatus = message;
        }
        if (clock.now() - loggedAt >= logEveryMs) {
            loggedAt = clock.now();
            log(message);
        }
    }
}
