import type { Clock } from '../../src/enrichment/clock.ts';

type Sleeper = { wakeAt: number; wake: () => void };

/** A clock that moves only by `advance`, which resolves due sleeps in order and lets their work run in between. */
export class FakeClock implements Clock {
    #now: number;
    /** The offset of the wall clock, which does not affect `elapsed`. */
    #setByMs = 0;
    #sleepers: Sleeper[] = [];

    constructor(startAt = Date.parse('2026-01-01T00:00:00.000Z')) {
        this.#now = startAt;
    }

    now(): number {
        return this.#now + this.#setByMs;
    }

    elapsed(): number {
        return this.#now;
    }

    /** Adjusts the wall clock, as a time server does, without time passing. */
    setBy(ms: number): void {
        this.#setByMs += ms;
    }

    sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
        return new Promise((resolve, reject) => {
            if (signal?.aborted) return reject(signal.reason);
            const abort = () => {
                this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
                reject(signal?.reason);
            };
            const wake = () => {
                signal?.removeEventListener('abort', abort);
                resolve();
            };
            const sleeper: Sleeper = { wakeAt: this.#now + Math.max(0, delayMs), wake };
            this.#sleepers.push(sleeper);
            signal?.addEventListener('abort', abort, { once: true });
        });
    }

    async advance(durationMs: number): Promise<void> {
        const until = this.#now + durationMs;
        await settle();
        for (let next = this.#nextSleeper(until); next; next = this.#nextSleeper(until)) {
            this.#now = Math.max(this.#now, next.wakeAt);
            this.#sleepers = this.#sleepers.filter((other) => other !== next);
            next.wake();
            await settle();
        }
        this.#now = until;
    }

    /** Lets time pass until `promise` is settled, `limitMs` at most; returns its result. */
    async runUntil<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
        const state = { isSettled: false };
        const watched = promise.finally(() => {
            state.isSettled = true;
        });
        watched.catch(() => {});
        const until = this.#now + limitMs;
        await settle();
        while (!state.isSettled) {
            const next = this.#nextSleeper(until);
            if (!next) throw new Error(`nothing left to wait for before ${limitMs} ms, and the promise is not settled`);
            await this.advance(next.wakeAt - this.#now);
        }
        return watched;
    }

    #nextSleeper(until: number): Sleeper | undefined {
        return this.#sleepers
            .filter(({ wakeAt }) => wakeAt <= until)
            .sort((one, other) => one.wakeAt - other.wakeAt)[0];
    }
}

/** Lets all pending promise callbacks run. */
function settle(): Promise<void> {
    return new Promise((resolve) => {
        setImmediate(resolve);
    });
}
