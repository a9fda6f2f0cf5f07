import { chooseColumn, findNamedColumn, type ColumnChoice, type ColumnFacts } from './choose-column.ts';
import { createFacts, recordCell } from './column-facts.ts';
import { describeChoice } from './describe-choice.ts';
import { readColumnName } from './column-names.ts';
import { findHeader, findSupposedHeader } from './find-header.ts';
import { maxColumns, refuse, toLines, type ListReading, type ListResult, type ReadOptions } from '../list-entry.ts';
import { hasProfileAddress, readAddresses } from '../read-addresses.ts';
import { readRows, type Row } from './read-rows.ts';

/**
 * Reads a table. `rows` are numbered as in the sheet, cells trimmed, blank rows empty. The address column is chosen
 * once; a row with an empty cell there is left out. The header may follow a preamble, and may repeat.
 */
export function readTable(rows: readonly Row[], { urlColumn }: ReadOptions = {}): ListResult {
    if (isListOfAddresses(rows)) return { ok: true, reading: readAllCells(rows, urlColumn) };
    if (rows.some((row) => row.length > maxColumns))
        return refuse('has more than 5,000 columns, so it is not a table of people');
    const known = findHeader(rows, urlColumn);
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
        entries: readRows(rows, { header, choice, names, isUndecided: header === null && isTie(facts, choice) }),
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

/** Whether another column has as many addresses. */
function isTie(facts: readonly ColumnFacts[], choice: ColumnChoice | null): boolean {
    const countOf = (index: number) => facts[index]?.addressCount ?? 0;
    return choice !== null && choice.others.some((other) => countOf(other) === countOf(choice.index));
}

/** Rows of addresses only, as in `address, address`: each is a line of its own. */
function isListOfAddresses(rows: readonly Row[]): boolean {
    return rows.every((row) => row.every((cell) => cell === '' || hasProfileAddress(cell)));
}

function readAllCells(rows: readonly Row[], urlColumn: string | undefined): ListReading {
    const entries = rows.flatMap((row, place) => row.flatMap((cell) => toLines(place + 1, readAddresses(cell))));
    const hasNamedColumn = urlColumn === undefined;
    return { entries, columns: [], names: [], isAddressless: false, hasNamedColumn, heading: null, notes: [] };
}

function collectFacts(rows: readonly Row[], header: number): ColumnFacts[] {
    const facts: ColumnFacts[] = [];
    for (const [index, name] of (rows[header] ?? []).entries())
        facts[index] = createFacts(name || null, readColumnName(name));
    for (const row of rows.slice(header + 1)) {
        for (const [index, cell] of row.entries()) recordCell((facts[index] ??= createFacts(null, null)), cell);
    }
    return facts;
}

function describeNamed(facts: readonly ColumnFacts[], named: number): Omit<ColumnChoice, 'index'> {
    return { isHandles: facts[named]?.meaning === 'handle', others: [] };
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
