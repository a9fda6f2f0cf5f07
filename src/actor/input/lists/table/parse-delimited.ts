import { isColumnName } from './column-names.ts';
import type { Row } from './read-table.ts';
import { hasProfileAddress } from '../read-addresses.ts';

/** In order of preference when nothing else decides. */
const delimiters = ['\t', ';', '|', ','] as const;
/** Lines examined to detect the delimiter. */
const sampleLines = 1000;
const sampleLength = 500_000;

/** A cell with only an address, which shows that it was split correctly. */
const bareAddress = /^\s*["'<]*(?:https?:\/\/)?(?:[a-z0-9-]+\.)*linkedin\.c(?:om|n)\/[^\s,;|"]+(?:"["'>]*)?\s*$/i;
/**
 * An address. A comma before a hyphen belongs to its handle (`ada-sample,-mba`). Addresses without a comma match too:
 * else a run of addresses without a separator would be searched again from each of them, in quadratic time.
 */
const address = /linkedin\.c(?:om|n)\/(?:in|pub)\/[^\s,;|"]+(?:,-[\p{L}\p{N}][^\s,;|"]*)*/giu;
const commaMark = '\uE000';

/**
 * Parses delimited text to rows of trimmed cells, numbered as in a spreadsheet: a blank line is a row, a quoted cell
 * with line breaks is one cell, and Excel's line `sep=;` is none. Null for a plain list. Line ends must be `\n`.
 */
export async function parseDelimited(text: string): Promise<Row[] | null> {
    const [separatorLine = '', declared] = /^\s*"?sep=(.)"?[ \t;,]*(?:\n|$)/i.exec(text) ?? [];
    const body = text.slice(separatorLine.length).replace(address, (found) => found.replaceAll(',', commaMark));
    const delimiter = declared ?? findDelimiter(body.slice(0, sampleLength));
    if (delimiter === null) return null;
    const rows = await splitRows(body, delimiter);
    const cleaned = rows.map((row) => row.map((cell) => cell.replaceAll(commaMark, ',').trim()));
    return delimiter === '|' ? dropMarkdownFrame(cleaned) : cleaned;
}

/**
 * Detects the delimiter: most rows with a profile address (or of all rows without any) must have several cells, with
 * the address in the same one. Null when there is none.
 */
function findDelimiter(text: string): string | null {
    const sample = text.split('\n', sampleLines).join('\n');
    let best: string | null = null;
    let bestScore = 0;
    for (const delimiter of delimiters) {
        if (!sample.includes(delimiter)) continue;
        const rows = scanRows(sample, delimiter).filter((row) => row.some((cell) => cell.trim() !== ''));
        const score = scoreRows(rows);
        if (score > bestScore) [best, bestScore] = [delimiter, score];
    }
    return best;
}

/** From 0, no table, to 2: all rows have several cells with the address alone in the same one. */
function scoreRows(rows: readonly Row[]): number {
    const withAddress = rows.filter((row) => row.some(hasProfileAddress));
    const counted = withAddress.length > 0 ? withAddress : rows;
    const several = counted.filter((row) => row.length > 1);
    const bare = several.filter((row) => row.some((cell) => bareAddress.test(cell)));
    const columns: number[] = [];
    for (const row of withAddress) {
        for (const [column, cell] of row.entries()) {
            if (hasProfileAddress(cell)) columns[column] = (columns[column] ?? 0) + 1;
        }
    }
    const aligned = withAddress.length > 0 ? columns.reduce((most, count) => Math.max(most, count), 0) : several.length;
    const isTable = several.length > counted.length / 2 && aligned >= counted.length / 2;
    if (isTable) return (several.length + bare.length) / counted.length;
    return hasHeaderAboveAddress(rows) ? 1 : 0;
}

/** Whether a row of known column names precedes one of equal width with an address; a preamble does not count. */
function hasHeaderAboveAddress(rows: readonly Row[]): boolean {
    const header = rows.findIndex(
        (row) => row.length > 1 && row.every((cell) => isColumnName(cell.replaceAll('"', ''))),
    );
    const width = rows[header]?.length;
    return header >= 0 && rows.slice(header + 1).some((row) => row.length === width && row.some(hasProfileAddress));
}

/** Splits a sample into cells: fast, and tolerant of unpaired quotes. */
function scanRows(text: string, delimiter: string): string[][] {
    const rows: string[][] = [];
    let row: string[] = [];
    let start = 0;
    let isQuoted = false;
    // A quote opens a cell only at its start; a doubled one closes and reopens it.
    let mayOpen = true;
    for (let place = 0; place <= text.length; place += 1) {
        const character = text[place];
        if (character === '"' && (isQuoted || mayOpen)) {
            isQuoted = !isQuoted;
            mayOpen = true;
        } else if (character === undefined || (!isQuoted && (character === delimiter || character === '\n'))) {
            row.push(text.slice(start, place));
            start = place + 1;
            mayOpen = true;
            if (character === delimiter) continue;
            rows.push(row);
            row = [];
        } else if (character !== ' ') {
            mayOpen = false;
        }
    }
    return rows;
}

async function splitRows(text: string, delimiter: string): Promise<string[][]> {
    const { parse } = await import('csv-parse/sync');
    const form = { delimiter, record_delimiter: '\n', relax_column_count: true, relax_quotes: true, ltrim: true };
    try {
        const rows: string[][] = parse(text, form);
        if (!hasTornRow(rows, text, delimiter)) return rows;
    } catch {
        // An unclosed quote.
    }
    return parse(text, { ...form, quote: false });
}

/**
 * Whether two stray quotes merged several rows: then each of the row's lines is itself a row with an address in the
 * same place. A note of several lines is not.
 */
function hasTornRow(rows: readonly Row[], text: string, delimiter: string): boolean {
    let lines: string[] | null = null;
    let firstLine = 0;
    for (const row of rows) {
        const breaks = row.reduce((sum, cell) => sum + countBreaks(cell), 0);
        if (breaks > 0) {
            lines ??= text.split('\n');
            const parts = lines.slice(firstLine, firstLine + breaks + 1).map((line) => line.split(delimiter));
            const columns = new Set(parts.map((cells) => cells.findIndex(hasProfileAddress)));
            const widths = new Set(parts.map(({ length }) => length));
            if (columns.size === 1 && !columns.has(-1) && widths.size === 1 && !widths.has(1)) return true;
        }
        firstLine += breaks + 1;
    }
    return false;
}

/** Number of line ends. */
export function countBreaks(text: string): number {
    let count = 0;
    for (let place = text.indexOf('\n'); place >= 0; place = text.indexOf('\n', place + 1)) count += 1;
    return count;
}

/** Removes the frame of a Markdown table: a `|` at both ends of every row, and the dashes below the header. */
function dropMarkdownFrame(rows: Row[]): Row[] {
    const filled = rows.filter((row) => row.some(Boolean));
    const isFramed = filled.every((row) => row.length > 2 && row[0] === '' && row.at(-1) === '');
    const inner = isFramed ? rows.map((row) => row.slice(1, -1)) : rows;
    return inner.map((row) => (row.every((cell) => /^:?-+:?$/.test(cell)) ? [] : row));
}
