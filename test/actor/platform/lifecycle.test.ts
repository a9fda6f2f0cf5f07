import { describe, expect, it } from 'vitest';
import { rebootUntilKilled, createLifecycle, stopMarginMs } from '../../../src/actor/platform/lifecycle.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

function start(timeoutMs: number | null) {
    const clock = new FakeClock();
    const startedAt = clock.now();
    const lifecycle = createLifecycle({
        clock,
        startedAt,
        timeoutAt: timeoutMs === null ? null : startedAt + timeoutMs,
    });
    return { clock, lifecycle };
}

describe('the lifecycle of a run', () => {
    it.each([
        [55_000, 11_000],
        [90_000, 18_000],
        [3_600_000, 30_000],
    ])('of %i ms stops %i ms before its timeout', async (timeoutMs, marginMs) => {
        expect(stopMarginMs(timeoutMs)).toBe(marginMs);
        const { clock, lifecycle } = start(timeoutMs);
        await clock.advance(timeoutMs - marginMs - 1);
        expect(lifecycle.reason).toBeNull();
        await clock.advance(1);
        expect(lifecycle.reason).toBe('timeout');
        expect(lifecycle.stopSignal.aborted).toBe(true);
    });

    it('lets requests in progress continue for the grace period, at most half the margin', async () => {
        const { clock, lifecycle } = start(10_000);
        await clock.advance(8_000);
        expect([lifecycle.stopSignal.aborted, lifecycle.abortSignal.aborted]).toEqual([true, false]);
        await clock.advance(1_000);
        expect(lifecycle.abortSignal.aborted).toBe(true);
    });

    it('keeps the first reason', async () => {
        const { lifecycle } = start(null);
        lifecycle.stop('migrating');
        lifecycle.stop('aborted');
        expect(lifecycle.reason).toBe('migrating');
    });

    it('stops at once when storage fails', () => {
        const { lifecycle } = start(null);
        lifecycle.stop('storage');
        expect(lifecycle.abortSignal.aborted).toBe(true);
    });

    it('lets a storage failure override the reason, except after a migration', () => {
        for (const [first, last] of [
            ['timeout', 'storage'],
            ['aborted', 'storage'],
            ['migrating', 'migrating'],
        ] as const) {
            const { lifecycle } = start(null);
            lifecycle.stop(first);
            lifecycle.stop('storage');
            expect(lifecycle.reason).toBe(last);
            expect(lifecycle.abortSignal.aborted).toBe(last === 'storage');
        }
    });

    it('does nothing after `close`', async () => {
        const { clock, lifecycle } = start(10_000);
        lifecycle.close();
        await clock.advance(20_000);
        expect(lifecycle.reason).toBeNull();
    });

    it('gives up rows and charges in the last fifth of the margin, in time to write the totals', async () => {
        const { clock, lifecycle } = start(55_000);
        await clock.advance(52_799);
        expect(lifecycle.giveUpSignal.aborted).toBe(false);
        await clock.advance(1);
        expect(lifecycle.giveUpSignal.aborted).toBe(true);
    });

    it('gives up rows and charges 10 s before an abort turns into a kill', async () => {
        const { clock, lifecycle } = start(null);
        lifecycle.stop('aborted');
        await clock.advance(19_999);
        expect(lifecycle.giveUpSignal.aborted).toBe(false);
        await clock.advance(1);
        expect(lifecycle.giveUpSignal.aborted).toBe(true);
    });

    it('respects the kill after an abort that comes during another stop', async () => {
        const { clock, lifecycle } = start(null);
        lifecycle.stop('storage');
        lifecycle.stop('aborted');
        expect(lifecycle.reason).toBe('storage');
        await clock.advance(20_000);
        expect(lifecycle.giveUpSignal.aborted).toBe(true);
    });
});

/** Reboots for a minute with the given failure per call; returns the number of calls. */
async function rebootForAMinute(failure: object | null): Promise<number> {
    const clock = new FakeClock();
    let calls = 0;
    let isOver = false;
    const call = async () => {
        calls += 1;
        if (failure) throw Object.assign(new Error('no reboot'), failure);
    };
    void rebootUntilKilled(call, clock).finally(() => {
        isOver = true;
    });
    await clock.advance(60_000);
    expect(isOver).toBe(false);
    return calls;
}

describe('a reboot', () => {
    it('is not repeated once refused: the container waits to be killed', async () => {
        expect(await rebootForAMinute({ statusCode: 403 })).toBe(1);
    });

    it.each([[null], [{ statusCode: 503 }], [{}]])('is repeated every five seconds after %j', async (failure) => {
        expect(await rebootForAMinute(failure)).toBe(13);
    });
});
