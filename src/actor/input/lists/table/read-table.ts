import { maxColumns, refuse, toLines, type ListResult, type ReadOptions } from '../list-entry.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses } from '../read-addresses.ts';
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
import { readRows, type Row } from './read-rows.ts';

/**
 * Reads a table. `rows` are numbered as in the sheet, cells trimmed, blank rows empty. The address column is chosen
 * once; a row with an empty cell there is left out. The header may follow a preamble, and may repeat.
 */
export function readTable(rows: readonly Row[], { urlColumn }: ReadOptions): ListResult {
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
        reading: {
            entries: readRows(rows, { header, choice, names, isUndecided: header === null && isTie(facts, choice) }),
            columns: names.filter(
                (_, index) => index !== choice?.index && (titles[index] || (facts[index]?.filledCount ?? 0) > 0),
            ),
            names,
            isAddressless: choice === null,
            hasNamedColumn: urlColumn === undefined || choice?.isNamed === true,
            heading: null,
            notes,
        },
    };
}

/** Reads rows of addresses only, as in `address, address`: each is a line of its own. */
function readAllCells(rows: readonly Row[], urlColumn: string | undefined): ListResult {
    const entries = rows.flatMap((row, place) => row.flatMap((cell) => toLines(place + 1, readAddresses(cell))));
    const hasNamedColumn = urlColumn === undefined;
    const reading = { entries, columns: [], names: [], isAddressless: false, hasNamedColumn, heading: null, notes: [] };
    return { ok: true, reading };
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

/** Whether another column has as many addresses. */
function isTie(facts: readonly ColumnFacts[], choice: ColumnChoice | null): boolean {
    const countOf = (index: number) => facts[index]?.addressCount ?? 0;
    return choice !== null && choice.others.some((other) => countOf(other) === countOf(choice.index));
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
