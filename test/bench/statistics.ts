/** Median and range of several runs of one thing. */
export type Spread = { median: number; min: number; max: number };

/** The median of a list, and its lowest and highest; of nothing all are NaN. */
export function spreadOf(values: readonly number[]): Spread {
    const sorted = values.toSorted((one, other) => one - other);
    const at = (place: number) => sorted[place] ?? Number.NaN;
    return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}

export function describeSpread({ median, min, max }: Spread, digits = 0): string {
    return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** Runs every candidate once to warm up, then in turn `runs` times: what the machine does meanwhile meets all alike. */
export async function measureInTurn<Name extends string>(
    candidates: Record<Name, () => Promise<number> | number>,
    runs: number,
): Promise<Record<Name, Spread>> {
    const names = Object.keys(candidates) as Name[];
    const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
    for (let run = 0; run <= runs; run += 1) {
        for (const name of names) {
            const value = await candidates[name]();
            if (run > 0) values[name].push(value);
        }
    }
    return Object.fromEntries(names.map((name) => [name, spreadOf(values[name])])) as Record<Name, Spread>;
}
