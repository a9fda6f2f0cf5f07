/** Parses CSV by RFC 4180, like a spreadsheet: quotes count only at the start of a cell. */
export function parseCsv(text: string): string[][] {
    const lines: string[][] = [];
    let line: string[] = [];
    let rest = text;
    while (rest !== '') {
        const quoted = /^"((?:[^"]|"")*)"/.exec(rest);
        const cell = quoted ? (quoted[1] ?? '').replaceAll('""', '"') : (/^[^,\r\n]*/.exec(rest)?.[0] ?? '');
        const length = quoted ? quoted[0].length : cell.length;
        line.push(cell);
        const end = /^(?:,|\r\n|$)/.exec(rest.slice(length));
        if (!end) throw new Error(`not a CSV file from here: ${JSON.stringify(rest.slice(0, 60))}`);
        rest = rest.slice(length + end[0].length);
        if (end[0] !== ',') {
            lines.push(line);
            line = [];
        } else if (rest === '') line.push('');
    }
    return lines;
}
