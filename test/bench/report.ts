export type BenchOptions = { isQuick: boolean; runs: number };

/** One figure of a bench, beside its peer's and its budget. */
export type BenchLine = {
    what: string;
    ours: string;
    peer: string;
    /** Ours by the peer's, or by the limit; what the budget is about. */
    ratio: number | null;
    budget: string;
    isWithin: boolean | null;
};

/** Prints the figures as a Markdown table. */
export function printTable(lines: readonly BenchLine[]): void {
    const rows = lines.map(({ what, ours, peer, ratio, budget, isWithin }) => [
        what,
        ours,
        peer,
        ratio === null ? '' : ratio.toFixed(3),
        budget,
        isWithin === null ? '' : isWithin ? 'yes' : 'NO',
    ]);
    const table = [['what', 'ours', 'peer', 'ratio', 'budget', 'within'], ...rows];
    const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
    const print = (row: string[]) =>
        console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
    print(table[0]!);
    console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
    for (const row of table.slice(1)) print(row);
}
