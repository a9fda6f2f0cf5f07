import { fc } from '../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { emptyRateWindow, takeSlot, type RateWindow, type SlotKind } from '../../src/accounts/rate-limit.ts';
import { createTenant } from '../../src/accounts/tenants.ts';
import { describeOnAccounts } from '../helpers/databases/test-databases.ts';

const limit = 4;

/** Takes slots in sequence and returns those granted, as second and kind. */
function ask(window: RateWindow, asks: Array<[second: number, SlotKind]>) {
    const granted: Array<[number, SlotKind]> = [];
    let state = window;
    for (const [second, kind] of asks) {
        const taken = takeSlot(state, { second, kind, limit });
        if (taken.isGranted) granted.push([second, kind]);
        state = taken.window;
    }
    return { granted, window: state };
}

const times = (count: number, second: number, kind: SlotKind) =>
    Array.from({ length: count }, (): [number, SlotKind] => [second, kind]);

describe('takeSlot', () => {
    it('grants up to the limit in one window, then refuses until it ends', () => {
        const { granted, window } = ask(emptyRateWindow, times(6, 5, 'single'));
        expect(granted).toHaveLength(4);
        expect(takeSlot(window, { second: 6, kind: 'single', limit }).isGranted).toBe(true);
    });

    it('counts a slightly slow clock in the open window; one that is far behind opens a new window', () => {
        const { window } = ask(emptyRateWindow, times(4, 7, 'single'));
        expect(takeSlot(window, { second: 6, kind: 'single', limit }).isGranted).toBe(false);
        // After a clock that was an hour ahead, no one waits for an hour.
        const ahead = { ...window, startsAt: 3607 };
        expect(takeSlot(ahead, { second: 7, kind: 'single', limit }).isGranted).toBe(true);
    });

    it('reserves for a batch what it was refused', () => {
        const full = ask(emptyRateWindow, times(4, 5, 'single')).window;
        const refused = takeSlot(full, { second: 5, kind: 'batch', limit });
        expect(refused.isGranted).toBe(false);
        const next = ask(refused.window, times(4, 6, 'single'));
        expect(next.granted).toHaveLength(3);
        expect(takeSlot(next.window, { second: 6, kind: 'batch', limit }).isGranted).toBe(true);
    });

    it('reserves for single requests what they took in the previous second, up to half', () => {
        const mixed = ask(emptyRateWindow, [...times(3, 5, 'single'), ...times(1, 5, 'batch')]).window;
        const next = ask(mixed, times(4, 6, 'batch'));
        expect(next.granted).toHaveLength(2);
        expect(takeSlot(next.window, { second: 6, kind: 'single', limit }).isGranted).toBe(true);
    });

    it('changes nothing on a refused single request', () => {
        const { window } = ask(emptyRateWindow, times(4, 5, 'single'));
        expect(takeSlot(window, { second: 5, kind: 'single', limit }).window).toBe(window);
    });

    it('grants slots to both kinds in every second in which both ask', () => {
        const asks: Array<[number, SlotKind]> = [];
        for (let second = 0; second < 20; second += 1) {
            // The batch asks at even intervals, single requests at random.
            for (let step = 0; step < 4; step += 1) asks.push([second, 'batch'], ...times(5, second, 'single'));
        }
        const { granted } = ask(emptyRateWindow, asks);
        for (let second = 1; second < 20; second += 1) {
            const kinds = granted.filter(([at]) => at === second).map(([, kind]) => kind);
            expect(kinds).toHaveLength(4);
            expect(new Set(kinds).size).toBe(2);
        }
    });
});

const asksArbitrary = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom<SlotKind>('single', 'single', 'batch')),
    { maxLength: 60 },
);

describeOnAccounts('take_slot', (test) => {
    it('grants what `takeSlot` grants, and never more than the limit in any window', async () => {
        const { db } = test;
        const { tenant_id: tenantId } = await createTenant(db, { name: 'x', credits: 0, now: 0 });
        let base = 1_800_000_000;
        await fc.assert(
            fc.asyncProperty(asksArbitrary, async (asks) => {
                base += 100;
                let window = emptyRateWindow;
                const perWindow = new Map<number, number>();
                for (const [offset, kind] of asks) {
                    const second = base + offset;
                    const expected = takeSlot(window, { second, kind, limit });
                    window = expected.window;
                    await test.clock.stopAt(second * 1000 + 250);
                    const [slot] = await db.query<{ is_granted: boolean; resets_at: number; remaining: number }>(
                        `select is_granted, resets_at, remaining from take_slot($1, 'live', $2, $3)`,
                        [tenantId, kind, limit],
                    );
                    const remaining = expected.isGranted ? limit - window.singles - window.batches : 0;
                    expect(slot).toEqual({
                        is_granted: expected.isGranted,
                        resets_at: window.startsAt + 1,
                        remaining,
                    });
                    if (expected.isGranted) {
                        perWindow.set(window.startsAt, (perWindow.get(window.startsAt) ?? 0) + 1);
                    }
                }
                // A clock that jumps far back opens a new window; within a window the limit holds.
                const isSteady = asks.every(([at], index) =>
                    asks.slice(0, index).every(([earlier]) => at >= earlier - 2),
                );
                const most = Math.max(0, ...perWindow.values());
                expect(isSteady ? most : 0).toBeLessThanOrEqual(limit);
            }),
            { numRuns: 40 },
        );
    }, 60_000);

    it('grants concurrent requests exactly the limit, and writes nothing for refused ones', async () => {
        const { db } = test;
        const { tenant_id: tenantId } = await createTenant(db, { name: 'x', credits: 0, now: 0 });
        await test.clock.stopAt(1_900_000_000_500);
        const take = async () => {
            const [slot] = await db.queryIdempotent<{ is_granted: boolean; wait_ms: number }>(
                `select is_granted, wait_ms from take_slot($1, 'live', 'single', $2)`,
                [tenantId, limit],
            );
            return slot;
        };
        const slots = await Promise.all(Array.from({ length: 12 }, take));
        expect(slots.filter((slot) => slot?.is_granted)).toHaveLength(limit);
        const readVersion = async () =>
            (
                await db.query<{ xmin: string }>('select xmin::text from rate_windows where tenant_id = $1', [tenantId])
            )[0];
        const before = await readVersion();
        expect(await take()).toEqual({ is_granted: false, wait_ms: 500 });
        expect(await readVersion()).toEqual(before);
    });
});
