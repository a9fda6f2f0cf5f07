import { parseHandle, reject } from '../../../../enrichment/profile-url/profile-url.ts';
import { quoteInput } from '../../quote-input.ts';
import type { ColumnChoice } from './choose-column.ts';
import { toLines, type ListEntry, type OwnColumns } from '../list-entry.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses, type FoundAddress } from '../read-addresses.ts';

/** The cells of a row, trimmed. */
export type Row = readonly string[];

/** What is known of a table before its rows are read. */
export type TableShape = {
    header: number | null;
    choice: ColumnChoice | null;
    /** The names of its columns, those without one by their number. */
    names: readonly string[];
    /** Whether another column might be the chosen one just as well, and no header tells. */
    isUndecided: boolean;
};

type RowShape = Pick<TableShape, 'isUndecided'> & { width: number; hasHeader: boolean };

/**
 * The lines of the rows below the header, and the rows left out. Blank rows and the header, where it comes again, are
 * neither.
 */
export function readRows(rows: readonly Row[], { header, choice, names, isUndecided }: TableShape): ListEntry[] {
    const entries: ListEntry[] = [];
    const titles = header === null ? null : (rows[header] ?? []);
    const shape = { width: titles?.length ?? findWidth(rows), hasHeader: titles !== null, isUndecided };
    for (const [place, row] of rows.entries()) {
        if (place <= (header ?? -1) || isBlank(row) || (titles && isSameRow(row, titles))) continue;
        const line = place + 1;
        const columns = readOwnColumns(row, names, choice?.index);
        if (!choice) {
            entries.push({ kind: 'left_out', line, reason: 'This row holds no LinkedIn address.', columns });
            continue;
        }
        const found = readRow(row, choice, shape);
        for (const entry of toLines(line, found, columns)) entries.push(entry);
        if (found.length === 0)
            entries.push({ kind: 'left_out', line, reason: describeLeftOut(choice, names, titles !== null), columns });
    }
    return entries;
}

/** The number of cells that most rows have. */
function findWidth(rows: readonly Row[]): number {
    const counts = new Map<number, number>();
    for (const row of rows) if (row.some(Boolean)) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
    return [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0] ?? 0;
}

/**
 * What a row asks for: its cell in the chosen column. In a row that has more cells than the header (a delimiter without
 * quotes), or without a header another number than the others, the cells may have moved: then the only cell with an
 * address is it, and of several none.
 */
function readRow(row: Row, choice: ColumnChoice, shape: RowShape): FoundAddress[] {
    const cell = row[choice.index] ?? '';
    const isShifted = row.slice(shape.width).some(Boolean) || (!shape.hasHeader && row.length !== shape.width);
    const addresses = isShifted || shape.isUndecided ? row.filter(hasProfileAddress) : [];
    if (addresses.length > 1) {
        return [{ url: cell || (addresses[0] ?? ''), parsing: reject(isShifted ? 'shiftedRow' : 'several') }];
    }
    const text = addresses[0] ?? cell;
    // A dash in an empty cell is no line.
    if (!hasText(text)) return [];
    return choice.isHandles && !hasLinkedinAddress(text)
        ? [{ url: text, parsing: parseHandle(text) }]
        : readAddresses(text);
}

/** Whether a row holds nothing, or nothing but a line that is drawn between others. */
function isBlank(row: Row): boolean {
    return row.every((cell) => cell === '') || row.every((cell) => /^[+|:]*[-=]{2,}[-=+|:]*$/.test(cell));
}

/** Whether a cell says anything: dashes and dots do not. */
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

function describeLeftOut({ index }: ColumnChoice, names: readonly string[], hasHeader: boolean): string {
    return hasHeader
        ? `The column \`${quoteInput(names[index] ?? '')}\` is empty in this row.`
        : 'This row holds no address where the other rows have theirs.';
}
