/** A command's result as text: one line per field, and a table for each list. */
export function formatAnswer(answer: Record<string, unknown>): string {
    const blocks: string[] = [];
    const plain = Object.entries(answer).filter(([, value]) => !Array.isArray(value));
    if (plain.length > 0) blocks.push(formatTable(plain.map(([name, value]) => [name, formatCell(value)])));
    for (const [name, value] of Object.entries(answer)) {
        if (!Array.isArray(value)) continue;
        const rows = value as Array<Record<string, unknown>>;
        const columns = Object.keys(rows[0] ?? {});
        const lines = rows.map((row) => columns.map((column) => formatCell(row[column])));
        blocks.push(rows.length === 0 ? `no ${name}` : formatTable([columns, ...lines]));
    }
    return blocks.join('\n\n');
}

function formatTable(lines: string[][]): string {
    const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
    return lines
        .map((line) =>
            line
                .map((cell, column) => cell.padEnd(widths[column] ?? 0))
                .join('  ')
                .trimEnd(),
        )
        .join('\n');
}

function formatCell(value: unknown): string {
    if (value === null || value === undefined) return '-';
    // Names are user input: control characters must not reach the terminal.
    return (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\p{Cc}/gu, ' ');
}
