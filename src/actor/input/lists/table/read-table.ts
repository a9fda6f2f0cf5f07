import { parseHandle, reject } from '../../../../enrichment/profile-url/profile-url.ts';
import { quoteInput } from '../../quote-input.ts';
import { maxColumns, refuse, toLines, type ListEntry, type ListResult, type OwnColumns } from '../list-entry.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses, type FoundAddress } from '../read-addresses.ts';
import {
    chooseColumn,
    createFacts,
    describeChoice,
    describeSupposedHeader,
    findNamedColumn,
    recordCell,
    type ColumnChoice,
    type ColumnFacts,
} from './choose-column.ts';
import { isLabel, isNameWithExample, readColumnName, type ColumnMeaning } from './column-names.ts';

/** The trimmed cells of a row. */
export type Row = readonly string[];

/** The header row, the address column, and a name for every column; unnamed columns have a number. */
type TableShape = { header: number | null; facts: ColumnFacts[]; choice: ColumnChoice | null; names: string[] };

/**
 * Reads a table. `rows` are numbered as in the sheet, cells trimmed, blank rows empty. The address column is chosen
 * once; a row with an empty cell there is left out. The header may follow a preamble, and may repeat.
 */
export function readTable(rows: readonly Row[], urlColumn: string | undefined): ListResult {
    if (rows.every((row) => row.every((cell) => cell === '' || hasProfileAddress(cell)))) {
        return readAllCells(rows, urlColumn);
    }
    if (rows.some((row) => row.length > maxColumns))
        return refuse('has more than 5,000 columns, so it is not a table of people');
    const known = findHeader(rows, urlColumn);
    const facts = collectFacts(rows, known ?? -1);
    const choice = chooseColumn(facts, urlColumn);
    const supposed = known === null ? findSupposedHeader(rows, choice?.index ?? null) : null;
    const header = known ?? supposed;
    const titles = header === null ? [] : (rows[header] ?? []);
    const names = nameColumns(facts, titles);
    const notes = choice ? describeChoice(choice, names) : [];
    if (choice && supposed !== null) notes.unshift(describeSupposedHeader(names[choice.index] ?? ''));
    return {
        ok: true,
        entries: readRows(rows, { header, facts, choice, names }),
        columns: names.filter(
            (_, index) => index !== choice?.index && (titles[index] || (facts[index]?.filledCount ?? 0) > 0),
        ),
        names,
        isAddressless: choice === null,
        hasNamedColumn: urlColumn === undefined || choice?.isNamed === true,
        heading: null,
        notes,
    };
}

/** Reads rows of addresses only, as in `address, address`: each is a line of its own. */
function readAllCells(rows: readonly Row[], urlColumn: string | undefined): ListResult {
    const entries = rows.flatMap((row, place) => row.flatMap((cell) => toLines(place + 1, readAddresses(cell))));
    const hasNamedColumn = urlColumn === undefined;
    const isAddressless = false;
    return { ok: true, entries, columns: [], names: [], isAddressless, hasNamedColumn, heading: null, notes: [] };
}

/** Rows that may precede a header. */
const maxPreambleRows = 100;

/**
 * The header row: of the first rows the one with the most known column names, or with the name given by the user. It is
 * above the first address, or below a preamble of narrower rows that may contain one. Null without a header.
 */
function findHeader(rows: readonly Row[], urlColumn: string | undefined): number | null {
    const first = rows.slice(0, maxPreambleRows);
    const firstAddress = first.findIndex((row) =>
        row.some((cell) => hasProfileAddress(cell) && !isNameWithExample(cell)),
    );
    const scores: number[] = [];
    let widest = 0;
    for (const [place, row] of first.entries()) {
        const cells = row.filter(Boolean);
        const isAbove = firstAddress < 0 || place < firstAddress;
        const isBelowPreamble = cells.length > 1 && cells.length > widest;
        if (urlColumn !== undefined && isAbove && findNamedColumn(row, urlColumn) >= 0) return place;
        const mayBeHeader =
            (isAbove || isBelowPreamble) && cells.every((cell) => isLabel(cell) || isNameWithExample(cell));
        scores[place] = mayBeHeader ? scoreHeader(cells.map(readColumnName)) : 0;
        widest = Math.max(widest, cells.length);
    }
    // Without addresses, the first row that can be a header.
    const best = firstAddress < 0 ? scores.find((score) => score > 0) : Math.max(0, ...scores);
    return best ? scores.indexOf(best) : null;
}

/** Number of known names in a header; 0 when too few are known to be sure. */
function scoreHeader(meanings: ReadonlyArray<ColumnMeaning | null>): number {
    const known = meanings.filter((meaning) => meaning !== null);
    const namesAddresses = known.some((meaning) => /^(?:linkedin|link|handle)$/.test(meaning));
    return namesAddresses || known.length > meanings.length / 2 ? known.length : 0;
}

/** A first row of unknown words where most other rows have an address, or of labels where none has one. */
function findSupposedHeader(rows: readonly Row[], column: number | null): number | null {
    const first = rows.findIndex((row) => row.some(Boolean));
    if (column === null)
        return first >= 0 && rows[first]?.every((cell) => /\p{L}/u.test(cell) && isLabel(cell)) ? first : null;
    const cell = rows[first]?.[column] ?? '';
    if (!/^\p{L}[\p{L}\p{M}\s]*$/u.test(cell) || rows[first]?.some(hasLinkedinAddress)) return null;
    const others = rows.slice(first + 1).filter((row) => row.some(Boolean));
    const linkCount = others.filter((row) => hasProfileAddress(row[column] ?? '')).length;
    return linkCount > others.length / 2 ? first : null;
}

function collectFacts(rows: readonly Row[], header: number): ColumnFacts[] {
    const facts = (rows[header] ?? []).map((name) => createFacts(name || null, readColumnName(name)));
    for (const row of rows.slice(header + 1)) {
        for (const [index, cell] of row.entries()) recordCell((facts[index] ??= createFacts(null, null)), cell);
    }
    return facts;
}

/** Names every column: unnamed and repeated ones get a number. */
function nameColumns(facts: readonly ColumnFacts[], header: Row): string[] {
    /** Highest number used per name. */
    const given = new Map<string, number>();
    return facts.map((_, index) => {
        const name = header[index] || `Column ${index + 1}`;
        let unique = name;
        while (given.has(unique)) {
            const number = (given.get(name) ?? 0) + 1;
            given.set(name, number);
            unique = `${name} ${number}`;
        }
        given.set(unique, 1);
        return unique;
    });
}

/** Reads the rows below the header as lines or rows without an address. Blank rows and repeated headers are skipped. */
function readRows(rows: readonly Row[], { header, facts, choice, names }: TableShape): ListEntry[] {
    const entries: ListEntry[] = [];
    const titles = header === null ? null : (rows[header] ?? []);
    const shape = {
        width: titles?.length ?? findWidth(rows),
        hasHeader: titles !== null,
        isUndecided: titles === null && isTie(facts, choice),
    };
    const reason = describeLeftOut(choice, names, shape.hasHeader);
    for (const [place, row] of rows.entries()) {
        const isHeader = titles?.every((title, index) => title.toLowerCase() === (row[index] ?? '').toLowerCase());
        if (isHeader || place <= (header ?? -1) || isBlank(row)) continue;
        const line = place + 1;
        const columns = readOwnColumns(row, names, choice?.index);
        const found = choice ? readRow(row, choice, shape) : [];
        for (const entry of toLines(line, found, columns)) entries.push(entry);
        if (found.length === 0) entries.push({ kind: 'left_out', line, reason, columns });
    }
    return entries;
}

/** Whether another column has as many addresses as the chosen one. */
function isTie(facts: readonly ColumnFacts[], choice: ColumnChoice | null): boolean {
    const countOf = (index: number) => facts[index]?.addressCount ?? 0;
    return choice !== null && choice.others.some((other) => countOf(other) === countOf(choice.index));
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
    // Dashes and dots in an empty cell are not a line.
    if (!/[\p{L}\p{N}]/u.test(text)) return [];
    return choice.isHandles && !hasLinkedinAddress(text)
        ? [{ url: text, parsing: parseHandle(text) }]
        : readAddresses(text);
}

/** Whether a row is empty or only a drawn line. */
function isBlank(row: Row): boolean {
    return row.every((cell) => cell === '') || row.every((cell) => /^[+|:]*[-=]{2,}[-=+|:]*$/.test(cell));
}

function readOwnColumns(row: Row, names: readonly string[], chosen: number | undefined): OwnColumns {
    const cells: Array<[string, string]> = [];
    for (const [index, cell] of row.entries()) {
        if (cell !== '' && index !== chosen) cells.push([names[index] ?? '', cell]);
    }
    return Object.fromEntries(cells);
}

function describeLeftOut(choice: ColumnChoice | null, names: readonly string[], hasHeader: boolean): string {
    if (!choice) return 'This row holds no LinkedIn address.';
    return hasHeader
        ? `The column \`${quoteInput(names[choice.index] ?? '')}\` is empty in this row.`
        : 'This row has no address in the column where the other rows have one.';
}
