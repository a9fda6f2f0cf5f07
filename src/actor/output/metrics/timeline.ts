/** Enough bins for a chart, however long the run. */
const maxBins = 240;

/** Counts events over time in bins of equal length, in constant memory. */
export function createTimeline<Name extends string>(clock: { now(): number }, names: readonly Name[]) {
    const startedAt = clock.now();
    let binMs = 1_000;
    let bins: Array<Record<Name, number>> = [];
    const createBin = () => Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;

    /** Adds bins up to now; merges pairs when there are too many. */
    function extendToNow(): void {
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
            extendToNow();
            const bin = bins.at(-1);
            if (bin) bin[name] += 1;
        },
        /** The completed bins, by name. */
        read(): { binMs: number; counts: Record<Name, number[]> } {
            extendToNow();
            const full = bins.slice(0, -1);
            const counts = names.map((name) => [name, full.map((bin) => bin[name])]);
            return { binMs, counts: Object.fromEntries(counts) as Record<Name, number[]> };
        },
    };
}
