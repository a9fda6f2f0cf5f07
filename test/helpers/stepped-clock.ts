import type { Clock } from '../../src/enrichment/clock.ts';
import { systemClock } from '../../src/runtime/clock.ts';

/** Real time that can be moved forward or stopped, for servers on real connections. */
export class SteppedClock implements Clock {
    #offsetMs = 0;
    #stoppedAt: number | null = null;

    now(): number {
        return this.#stoppedAt ?? systemClock.now() + this.#offsetMs;
    }

    elapsed(): number {
        return systemClock.elapsed() + this.#offsetMs;
    }

    sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
        return systemClock.sleep(delayMs, signal);
    }

    /** Moves the clock forward. */
    step(durationMs: number): void {
        this.#offsetMs += durationMs;
    }

    /** Runs `work` with the clock stopped at the start of its next second. */
    async standStill<T>(work: () => Promise<T>): Promise<T> {
        this.#stoppedAt = Math.ceil((this.now() + 1) / 1000) * 1000;
        try {
            return await work();
        } finally {
            this.#offsetMs = this.#stoppedAt - systemClock.now();
            this.#stoppedAt = null;
        }
    }
}
