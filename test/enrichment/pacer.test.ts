import { setMaxListeners } from 'node:events';
import { fc } from '../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { createPacer } from '../../src/enrichment/pacer.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

const neverAborted = new AbortController().signal;
setMaxListeners(0, neverAborted);

/** Acquires `amount` slots at once; returns when each was granted. */
async function grantAll(amount: number, maxRequestsPerSecond: number, clock = new FakeClock()): Promise<number[]> {
    const pacer = createPacer({ maxRequestsPerSecond, clock });
    const grantedAt: number[] = [];
    const all = Promise.all(
        Array.from({ length: amount }, () =>
            pacer.acquire({ signal: neverAborted }).then(() => grantedAt.push(clock.now())),
        ),
    );
    await clock.runUntil(all);
    return grantedAt;
}

function mostInOneWindow(instants: number[], windowMs: number): number {
    return Math.max(0, ...instants.map((from) => instants.filter((at) => at >= from && at < from + windowMs).length));
}

describe('pacer', () => {
    it.each([1, 3, 4, 10, 200])('holds %d a second in every one-second window, from the first on', async (rate) => {
        const grantedAt = await grantAll(rate * 5 + 1, rate);
        expect(mostInOneWindow(grantedAt, 1000)).toBeLessThanOrEqual(rate);
    });

    it.each([1, 4, 25, 200])('uses at least 0.98 of %d a second', async (rate) => {
        const grantedAt = await grantAll(rate * 20 + 1, rate);
        const seconds = ((grantedAt.at(-1) ?? 0) - (grantedAt[0] ?? 0)) / 1000;
        expect((rate * 20) / seconds / rate).toBeGreaterThanOrEqual(0.98);
    });

    it('grants the first slot at once and spreads the others over the second', async () => {
        const clock = new FakeClock(0);
        const grantedAt = await grantAll(4, 4, clock);
        expect(grantedAt[0]).toBe(0);
        expect(grantedAt.map((at) => Math.round(at / 250))).toEqual([0, 1, 2, 3]);
    });

    it('grants one slot every two seconds at half a request a second', async () => {
        const grantedAt = await grantAll(3, 0.5, new FakeClock(0));
        expect(mostInOneWindow(grantedAt, 2000)).toBe(1);
        expect(grantedAt.at(-1)).toBeLessThan(4100);
    });

    it('grants nothing during a pause and keeps the rate after it', async () => {
        const clock = new FakeClock(0);
        const pacer = createPacer({ maxRequestsPerSecond: 4, clock });
        await pacer.acquire({ signal: neverAborted });
        pacer.pause(10_000);
        pacer.pause(1_000);
        const grantedAt: number[] = [];
        const all = Promise.all(
            Array.from({ length: 9 }, () =>
                pacer.acquire({ signal: neverAborted }).then(() => grantedAt.push(clock.now())),
            ),
        );
        await clock.runUntil(all);
        expect(grantedAt[0]).toBe(10_000);
        expect(mostInOneWindow(grantedAt, 1000)).toBeLessThanOrEqual(4);
    });

    it('prefers a retry to first attempts that have waited longer', async () => {
        const clock = new FakeClock(0);
        const pacer = createPacer({ maxRequestsPerSecond: 1, clock });
        const order: string[] = [];
        const all = Promise.all([
            pacer.acquire({ signal: neverAborted }).then(() => order.push('first')),
            pacer.acquire({ signal: neverAborted }).then(() => order.push('second')),
            pacer.acquire({ signal: neverAborted, isRetry: true }).then(() => order.push('retry')),
        ]);
        await clock.runUntil(all);
        expect(order.indexOf('retry')).toBeLessThan(order.indexOf('second'));
    });

    it('rejects an aborted waiter with the reason and grants its slot to the next', async () => {
        const clock = new FakeClock(0);
        const pacer = createPacer({ maxRequestsPerSecond: 1, clock });
        const controller = new AbortController();
        await pacer.acquire({ signal: neverAborted });
        const aborted = pacer.acquire({ signal: controller.signal });
        const next = pacer.acquire({ signal: neverAborted });
        controller.abort(new Error('over'));
        await expect(aborted).rejects.toThrow('over');
        await clock.runUntil(next);
        expect(clock.now()).toBeLessThan(1100);
    });

    it('counts from the sending where that is reported, and loses no rate to the dispatch latency', async () => {
        const clock = new FakeClock(0);
        const pacer = createPacer({ maxRequestsPerSecond: 20, clock });
        const sentAt: number[] = [];
        const delays = Array.from({ length: 400 }, (_, place) => 5 + ((place * 7) % 23));
        const all = Promise.all(
            delays.map(async (delayMs) => {
                const slot = await pacer.acquire({ signal: neverAborted });
                await clock.sleep(delayMs);
                slot.markSent();
                sentAt.push(clock.now());
            }),
        );
        await clock.runUntil(all);
        expect(mostInOneWindow(sentAt, 1000)).toBeLessThanOrEqual(20);
        const seconds = ((sentAt.at(-1) ?? 0) - (sentAt[0] ?? 0)) / 1000;
        expect(399 / seconds / 20).toBeGreaterThanOrEqual(0.97);
    });

    it('catches up after a late timer, at twice the rate at most', async () => {
        const clock = new FakeClock(0);
        const sleep = clock.sleep.bind(clock);
        clock.sleep = (delayMs, signal) => sleep(clock.elapsed() === 0 ? 80 : delayMs, signal);
        const grantedAt = await grantAll(200, 200, clock);
        const gaps = grantedAt.slice(1).map((at, place) => at - (grantedAt[place] ?? 0));
        expect(gaps[0]).toBe(80);
        expect(Math.min(...gaps)).toBeGreaterThan(2.4);
        expect(grantedAt.at(-1)).toBeLessThan(1010);
    });

    it('ignores changes of the wall clock', async () => {
        const clock = new FakeClock();
        const pacer = createPacer({ maxRequestsPerSecond: 4, clock });
        const sentAt: number[] = [];
        const all = Promise.all(
            Array.from({ length: 16 }, async () => {
                (await pacer.acquire({ signal: neverAborted })).markSent();
                sentAt.push(clock.elapsed());
                if (sentAt.length === 5) clock.setBy(3_600_000);
                if (sentAt.length === 9) clock.setBy(-7_200_000);
            }),
        );
        await clock.runUntil(all, 4000);
        expect(mostInOneWindow(sentAt, 1000)).toBeLessThanOrEqual(4);
    });

    it('reports the time left of a pause', () => {
        const clock = new FakeClock();
        const pacer = createPacer({ maxRequestsPerSecond: 4, clock });
        expect(pacer.pausedMs).toBe(0);
        pacer.pause(2500);
        pacer.pause(1000);
        expect(pacer.pausedMs).toBe(2500);
    });

    it('holds the rate and grants every slot for any sequence of requests, pauses and late timers', async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.integer({ min: 1, max: 20 }),
                fc.array(fc.record({ waitMs: fc.nat(1500), requests: fc.nat(12), pauseMs: fc.nat(800) }), {
                    maxLength: 8,
                }),
                fc.nat(40),
                async (rate, steps, latenessMs) => {
                    const clock = new FakeClock(0);
                    const sleep = clock.sleep.bind(clock);
                    clock.sleep = (delayMs, signal) => sleep(delayMs + latenessMs, signal);
                    const pacer = createPacer({ maxRequestsPerSecond: rate, clock });
                    const grantedAt: number[] = [];
                    const all: Array<Promise<number>> = [];
                    for (const { waitMs, requests, pauseMs } of steps) {
                        pacer.pause(pauseMs);
                        for (let n = 0; n < requests; n += 1) {
                            all.push(pacer.acquire({ signal: neverAborted }).then(() => grantedAt.push(clock.now())));
                        }
                        await clock.advance(waitMs);
                    }
                    await clock.runUntil(Promise.all(all));
                    expect(grantedAt).toHaveLength(all.length);
                    expect(mostInOneWindow(grantedAt, 1000)).toBeLessThanOrEqual(rate);
                },
            ),
            { numRuns: 60 },
        );
    });
});
