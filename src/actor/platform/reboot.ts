import type { Clock } from '../../enrichment/clock.ts';
import { isRefusal } from './errors.ts';

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
