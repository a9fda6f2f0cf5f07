import { describe, expect, it } from 'vitest';
import { rebootUntilKilled } from '../../../src/actor/platform/reboot.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

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
