import { parseHandle, reject } from '../../../../enrichment/profile-url/profile-url.ts';
import { quoteInput } from '../../quote-input.ts';
import type { ColumnChoice } from './choose-column.ts';
import { toLines, type ListEntry, type OwnColumns } from '../list-entry.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses, type FoundAddress } from '../read-addresses.ts';

/** The trimmed cells of a row. */
export type Row = readonly string[];

/** Reads the rows below the header as lines or rows without an address. Blank rows and repeated headers are skipped. */
export function readRows(
    rows: readonly Row[],
    {
        header,
        choice,
        names,
        isUndecided,
    }: {
        header: number | null;
        choice: ColumnChoice | null;
        /** Column names; unnamed columns have a number. */
        names: readonly string[];
        /** Whether another column could equally be the chosen one, without a header to decide. */
        isUndecided: boolean;
    },
): ListEntry[] {
    const entries: ListEntry[] = [];
    const titles = header === null ? null : (rows[header] ?? []);
    const shape = { width: titles?.length ?? findWidth(rows), hasHeader: titles !== null, isUndecided };
    const reason = describeLeftOut(choice, names, shape.hasHeader);
    for (const [place, row] of rows.entries()) {
        if (place <= (header ?? -1) || isBlank(row) || (titles && isSameRow(row, titles))) continue;
        const line = place + 1;
        const columns = readOwnColumns(row, names, choice?.index);
        const found = choice ? readRow(row, choice, shape) : [];
        for (const entry of toLines(line, found, columns)) entries.push(entry);
        if (found.length === 0) entries.push({ kind: 'left_out', line, reason, columns });
    }
    return entries;
}

/** The most frequent number of cells. */
function findWidth(rows: readonly Row[]): number {
    const counts = new Map<number, number>();
    for (const row of rows) if (row.some(Boolean)) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
    return [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0] ?? 0;
}

/**
 * Reads the chosen cell of a row. In a row with more cells than the header (unquoted delimiters), or without a header
 * with another number than the rest, cells may have shifted: then the only cell with an address is used, and none of
 * several.
 */
function readRow(
    row: Row,
    choice: ColumnChoice,
    { width, hasHeader, isUndecided }: { width: number; hasHeader: boolean; isUndecided: boolean },
): FoundAddress[] {
    const cell = row[choice.index] ?? '';
    const isShifted = row.slice(width).some(Boolean) || (!hasHeader && row.length !== width);
    const addresses = isShifted || isUndecided ? row.filter(hasProfileAddress) : [];
    if (addresses.length > 1) {
        return [{ url: cell || (addresses[0] ?? ''), parsing: reject(isShifted ? 'shiftedRow' : 'several') }];
    }
    const text = addresses[0] ?? cell;
    // A dash in an empty cell is not a line.
    if (!hasText(text)) return [];
    return choice.isHandles && !hasLinkedinAddress(text)
        ? [{ url: text, parsing: parseHandle(text) }]
        : readAddresses(text);
}

/** Whether a row is empty or only a drawn line. */
function isBlank(row: Row): boolean {
    return row.every((cell) => cell === '') || row.every((cell) => /^[+|:]*[-=]{2,}[-=+|:]*$/.test(cell));
}

/** Whether a cell has content; dashes and dots are none. */
function hasText(cell: string): boolean {
    return /[\p{L}\p{N}]/u.test(cell);
}

function readOwnColumns(row: Row, names: readonly string[], chosen: number | undefined): OwnColumns {
    const cells: Array<[string, string]> = [];
    for (const [index, cell] of row.entries()) {
        if (cell !== '' && index !== chosen) cells.push([names[index] ?? '', cell]);
    }
    return Object.fromEntries(cells);
}

function isSameRow(row: Row, titles: Row): boolean {
    return titles.every((title, index) => title.toLowerCase() === (row[index] ?? '').toLowerCase());
}

function describeLeftOut(choice: ColumnChoice | null, names: readonly string[], hasHeader: boolean): string {
    if (!choice) return 'This row holds no LinkedIn address.';
    return hasHeader
        ? `The column \`${quoteInput(names[choice.index] ?? '')}\` is empty in this row.`
        : 'This row has no address in the column where the other rows have one.';
}
