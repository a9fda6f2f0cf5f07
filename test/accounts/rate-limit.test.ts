import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRateWindow, takeSlot, type RateWindow, type SlotKind } from '../../src/accounts/rate-limit.ts';

const limit = 4;

function ask(window: RateWindow, asks: Array<[number, SlotKind]>) {
    const granted: Array<[number, SlotKind]> = [];
    let state = window;
    for (const [now, kind] of asks) {
        const taken = takeSlot(state, { now, kind, limit });
        if (taken.isGranted) granted.push([Math.floor(now / 1000), kind]);
        state = taken.window;
    }
    return { granted, window: state };
}

describe('takeSlot', () => {
    it('grants the limit in one clock second and refuses the next', () => {
        const asks = Array.from({ length: 6 }, (): [number, SlotKind] => [5000, 'single']);
        expect(ask(emptyRateWindow, asks).granted).toHaveLength(4);
    });

    it('begins anew when the clock second ends', () => {
        const { window } = ask(
            emptyRateWindow,
            Array.from({ length: 4 }, (): [number, SlotKind] => [5999, 'single']),
        );
        expect(takeSlot(window, { now: 6000, kind: 'single', limit }).isGranted).toBe(true);
    });

    it('counts a clock that is behind as being in the window that is open', () => {
        const { window } = ask(
            emptyRateWindow,
            Array.from({ length: 4 }, (): [number, SlotKind] => [7000, 'single']),
        );
        expect(takeSlot(window, { now: 6999, kind: 'single', limit }).isGranted).toBe(false);
    });

    it.each([
        ['single', 'batch'],
        ['batch', 'single'],
    ] as const)('holds a slot for a %s that was refused because of a %s', (refused, greedy) => {
        const full = ask(
            emptyRateWindow,
            Array.from({ length: 4 }, (): [number, SlotKind] => [5000, greedy]),
        ).window;
        const after = takeSlot(full, { now: 5500, kind: refused, limit });
        expect(after.isGranted).toBe(false);
        const next = ask(
            after.window,
            Array.from({ length: 4 }, (): [number, SlotKind] => [6000, greedy]),
        );
        expect(next.granted).toHaveLength(3);
        expect(takeSlot(next.window, { now: 6900, kind: refused, limit }).isGranted).toBe(true);
    });

    it('never grants more than the limit in any clock second, whoever asks and whatever the clocks say', () => {
        const asksArbitrary = fc.array(
            fc.tuple(fc.integer({ min: 0, max: 8000 }), fc.constantFrom<SlotKind>('single', 'batch')),
            { maxLength: 120 },
        );
        fc.assert(
            fc.property(asksArbitrary, (asks) => {
                let state = emptyRateWindow;
                const perWindow = new Map<number, number>();
                for (const [now, kind] of asks) {
                    const { window, isGranted } = takeSlot(state, { now, kind, limit });
                    if (isGranted) perWindow.set(window.startsAt, (perWindow.get(window.startsAt) ?? 0) + 1);
                    state = window;
                }
                expect(Math.max(0, ...perWindow.values())).toBeLessThanOrEqual(limit);
            }),
        );
    });

    it('lets both kinds through in every second in which both keep asking', () => {
        const asks: Array<[number, SlotKind]> = [];
        for (let second = 0; second < 20; second += 1) {
            for (let index = 0; index < 10; index += 1) asks.push([second * 1000 + index, 'batch']);
            for (let index = 0; index < 10; index += 1) asks.push([second * 1000 + 500 + index, 'single']);
        }
        const { granted } = ask(emptyRateWindow, asks);
        for (let second = 1; second < 20; second += 1) {
            const kinds = granted.filter(([at]) => at === second).map(([, kind]) => kind);
            expect(kinds.filter((kind) => kind === 'batch')).toHaveLength(2);
            expect(kinds.filter((kind) => kind === 'single')).toHaveLength(2);
        }
    });
});
