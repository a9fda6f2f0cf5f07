/** How many bins there may be: enough for a picture, and no more however long the run. */
const maxBins = 240;

/** Counts things over time in bins of equal length, in a space that does not grow with the run. */
export function createTimeline<Name extends string>(clock: { now(): number }, names: readonly Name[]) {
    const startedAt = clock.now();
    let binMs = 1_000;
    let bins: Array<Record<Name, number>> = [];
    const createBin = () => Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

    /** The bins until now, the last one still filling; halved in number when they get too many. */
    function reachNow(): void {
        while (Math.floor((clock.now() - startedAt) / binMs) >= maxBins) {
            bins = Array.from({ length: Math.ceil(bins.length / 2) }, (_, place) => {
                const [bin, next] = [bins[2 * place] ?? createBin(), bins[2 * place + 1] ?? createBin()];
                for (const name of names) bin[name] += next[name];
                return bin;
            });
            binMs *= 2;
        }
        const current = Math.max(0, Math.floor((clock.now() - startedAt) / binMs));
        while (bins.length <= current) bins.push(createBin());
    }

    return {
        startedAt,
        add(name: Name): void {
            reachNow();
            const bin = bins.at(-1);
            if (bin) bin[name] += 1;
        },
        /** The bins that are full, of each name in turn. */
        read(): { binMs: number; counts: Record<Name, number[]> } {
            reachNow();
            const full = bins.slice(0, -1);
            const counts = names.map((name) => [name, full.map((bin) => bin[name])]);
            return { binMs, counts: Object.fromEntries(counts) as Record<Name, number[]> };
        },
    };
}
