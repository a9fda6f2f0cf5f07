import { parseHandle, reject } from '../../enrichment/profile-url.ts';
import { quoteInput } from '../quote-input.ts';
import { chooseColumn, findNamedColumn, type ColumnChoice, type ColumnFacts } from './choose-column.ts';
import { describeChoice } from './describe-choice.ts';
import { isLabel, readColumnName, type ColumnMeaning } from './column-names.ts';
import {
    maxColumns,
    refuse,
    toLines,
    type ListEntry,
    type ListReading,
    type ListResult,
    type OwnColumns,
    type ReadOptions,
} from './list-entry.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses, type FoundAddress } from './read-addresses.ts';

export type Row = readonly string[];

/** How many rows a header may stand below. */
const maxPreambleRows = 100;

/**
 * The lines of a table. `rows` are its rows as the sheet counts them, cells trimmed, blank rows empty. The column of the
 * addresses is chosen once; a row whose cell there is empty is left out. The header may stand below a preamble, and again
 * further down.
 */
export function readTable(rows: readonly Row[], { urlColumn }: ReadOptions = {}): ListResult {
    const known = findHeader(rows, urlColumn);
    if (known === null && isListOfAddresses(rows)) return { ok: true, reading: readAllCells(rows, urlColumn) };
    if (rows.some((row) => row.length > maxColumns))
        return refuse('has more than 5,000 columns, so it is no table of people');
    const facts = collectFacts(rows, known ?? -1);
    const named =
        urlColumn === undefined
            ? -1
            : findNamedColumn(
                  facts.map(({ name }) => name),
                  urlColumn,
              );
    const choice = named >= 0 ? { ...describeNamed(facts, named), index: named } : chooseColumn(facts);
    const supposed = known === null ? findSupposedHeader(rows, choice?.index ?? null) : null;
    const header = known ?? supposed;
    const names = nameColumns(facts, header === null ? [] : (rows[header] ?? []));
    const isSupposed = supposed !== null;
    const reading: ListReading = {
        entries: readRows(rows, { header, choice, names }),
        columns: names.filter((_, index) => index !== choice?.index && isWorthKeeping(index)),
        names,
        isAddressless: choice === null,
        hasNamedColumn: urlColumn === undefined || named >= 0,
        heading: null,
        notes: choice ? describeChoice(choice, names, { isNamed: named >= 0, isSupposed }) : [],
    };
    return { ok: true, reading };

    function isWorthKeeping(index: number): boolean {
        return Boolean(header !== null && rows[header]?.[index]) || (facts[index]?.filledCount ?? 0) > 0;
    }
}

/**
 * The row that names the columns: above the first address, the one with the most cells that such rows have, or the one
 * with the name that the user gave. Null when there is none.
 */
function findHeader(rows: readonly Row[], urlColumn: string | undefined): number | null {
    const scores: number[] = [];
    const preamble = rows.slice(0, maxPreambleRows);
    const firstAddress = preamble.findIndex((row) => row.some(hasProfileAddress));
    for (const [place, row] of preamble.slice(0, firstAddress < 0 ? undefined : firstAddress).entries()) {
        if (urlColumn !== undefined && findNamedColumn(row, urlColumn) >= 0) return place;
        const cells = row.filter(Boolean);
        scores[place] = cells.every(isLabel) ? scoreHeader(cells.map(readColumnName)) : 0;
    }
    // Where nothing tells the rows of the table from what stands above them, the first that can be one.
    const best = firstAddress < 0 ? scores.find((score) => score > 0) : Math.max(0, ...scores);
    return best ? scores.indexOf(best) : null;
}

/** How many of a header's names are known; 0 where so few are that they may be anything, such as somebody's job. */
function scoreHeader(meanings: ReadonlyArray<ColumnMeaning | null>): number {
    const known = meanings.filter((meaning) => meaning !== null);
    const namesAddresses = known.some(
        (meaning) => meaning === 'linkedin' || meaning === 'link' || meaning === 'handle',
    );
    return namesAddresses || known.length > meanings.length / 2 ? known.length : 0;
}

/** Rows of addresses and nothing else, as in `address, address`: each is a line of its own. */
function isListOfAddresses(rows: readonly Row[]): boolean {
    return rows.every((row) => row.every((cell) => cell === '' || hasProfileAddress(cell)));
}

function readAllCells(rows: readonly Row[], urlColumn: string | undefined): ListReading {
    const entries = rows.flatMap((row, place) => row.flatMap((cell) => toLines(place + 1, readAddresses(cell))));
    const hasNamedColumn = urlColumn === undefined;
    return { entries, columns: [], names: [], isAddressless: false, hasNamedColumn, heading: null, notes: [] };
}

/**
 * A first row of words that nobody knows, where most of the other rows have an address; where none has, one of labels.
 */
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
    const facts: ColumnFacts[] = [];
    for (const [index, name] of (rows[header] ?? []).entries()) facts[index] = createFacts(name || null);
    for (const row of rows.slice(header + 1)) {
        for (const [index, cell] of row.entries()) {
            const column = (facts[index] ??= createFacts(null));
            if (cell !== '') column.filledCount += 1;
            if (!hasLinkedinAddress(cell)) continue;
            column.linkCount += 1;
            if (hasVanityAddress(cell)) column.addressCount += 1;
        }
    }
    return facts;
}

function createFacts(name: string | null): ColumnFacts {
    const meaning = name === null ? null : readColumnName(name);
    return { name, meaning, addressCount: 0, linkCount: 0, filledCount: 0, depth: 0 };
}

/** The address of a profile that the public pages know. */
function hasVanityAddress(cell: string): boolean {
    return hasProfileAddress(cell) && readAddresses(cell).some(({ parsing }) => parsing.ok);
}

function describeNamed(facts: readonly ColumnFacts[], named: number): Omit<ColumnChoice, 'index'> {
    return { isHandles: facts[named]?.meaning === 'handle', others: [] };
}

/** A name for every column: unnamed and repeated ones get a number. */
function nameColumns(facts: readonly ColumnFacts[], header: Row): string[] {
    /** How often each name was given; numbers are counted on from there. */
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

type TableShape = { header: number | null; choice: ColumnChoice | null; names: readonly string[] };

function readRows(rows: readonly Row[], { header, choice, names }: TableShape): ListEntry[] {
    const entries: ListEntry[] = [];
    const titles = header === null ? null : (rows[header] ?? []);
    const shape = { width: titles?.length ?? findWidth(rows), hasHeader: titles !== null };
    for (const [place, row] of rows.entries()) {
        if (place <= (header ?? -1) || !row.some(Boolean) || (titles && isSameRow(row, titles))) continue;
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
function readRow(row: Row, choice: ColumnChoice, shape: { width: number; hasHeader: boolean }): FoundAddress[] {
    const cell = row[choice.index] ?? '';
    const isShifted = row.slice(shape.width).some(Boolean) || (!shape.hasHeader && row.length !== shape.width);
    const addresses = isShifted ? row.filter(hasProfileAddress) : [];
    if (addresses.length > 1) return [{ url: cell || (addresses[0] ?? ''), parsing: reject('shiftedRow') }];
    const text = addresses[0] ?? cell;
    // A dash in an empty cell is no line.
    if (!/[\p{L}\p{N}]/u.test(text)) return [];
    return choice.isHandles && !hasLinkedinAddress(text)
        ? [{ url: text, parsing: parseHandle(text) }]
        : readAddresses(text);
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
