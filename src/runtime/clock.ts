import type { Clock } from '../enrichment/clock.ts';

/** The longest delay of Node's timers; a longer one fires at once. */
const maxTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    async sleep(delayMs, signal) {
        for (let leftMs = delayMs; leftMs > maxTimerMs; leftMs -= maxTimerMs) await sleepOnce(maxTimerMs, signal);
        await sleepOnce(delayMs % maxTimerMs, signal);
    },
};

function sleepOnce(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
            clearTimeout(timer);
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
        }, delayMs);
        signal?.addEventListener('abort', onAbort, { once: true });
    });
}
