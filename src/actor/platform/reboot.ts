import type { Clock } from '../../enrichment/clock.ts';
import { isRefusal } from './errors.ts';

/** How long after one call to reboot the next is made, if this container still runs. */
const rebootEveryMs = 5_000;

/**
 * Asks for a new container until this one is killed; never resolves. A reboot only hurries a migration on: a platform
 * that refuses it, as it may a run with limited permissions, kills this container all the same, and whoever ended the
 * process first would end the run with work left.
 */
export async function rebootUntilKilled(reboot: () => Promise<unknown>, clock: Clock): Promise<never> {
    let isRefused = false;
    for (;;) {
        try {
            if (!isRefused) await reboot();
        } catch (error) {
            isRefused = isRefusal(error);
        }
        await clock.sleep(rebootEveryMs);
    }
}
