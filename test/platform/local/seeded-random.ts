/** A seeded random number generator. */
export type SeededRandom = {
    /** A number in [0, 1). */
    next(): number;
    /** An integer from `min` to `max`, both included. */
    int(min: number, max: number): number;
    chance(probability: number): boolean;
    pick<T>(choices: readonly [T, ...T[]]): T;
};

/** Mulberry32: small, fast and good enough to choose faults. */
export function createSeededRandom(seed: number): SeededRandom {
    let state = seed >>> 0;
    function next(): number {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }
    const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
    return {
        next,
        int,
        chance: (probability) => next() < probability,
        pick: (choices) => choices[int(0, choices.length - 1)] ?? choices[0],
    };
}
