/** Over how long the rate is taken: long enough to be steady, short enough to notice a change. */
const windowMs = 30_000;
/** Before this much has been seen, a rate would be a guess. */
const minSeenMs = 3_000;

export type RateMeter = {
    /** Notes how many are done by now. */
    note(done: number): void;
    /** How many were done a second, over the last half minute; null before that can be said. */
    perSecond(): number | null;
};

/** Measures the rate at which a growing number grows. What was done before the first note does not count. */
export function createRateMeter(clock: { now(): number }): RateMeter {
    const notes: Array<{ at: number; done: number }> = [];
    return {
        note(done) {
            const at = clock.now();
            notes.push({ at, done });
            while (notes.length > 2 && at - (notes[1]?.at ?? at) >= windowMs) notes.shift();
        },
        perSecond() {
            const first = notes[0];
            const last = notes.at(-1);
            if (!first || !last || last.at - first.at < minSeenMs) return null;
            return ((last.done - first.done) * 1000) / (last.at - first.at);
        },
    };
}
