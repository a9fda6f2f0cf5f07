import { parseHandle, type ProfileUrlParsing, type Rejection } from '../../../enrichment/profile-url/profile-url.ts';
import type { FoundAddress } from './read-addresses.ts';
import type { ColumnMeaning } from './table/column-names.ts';

/** The non-empty other cells of a row, by column name. */
export type OwnColumns = Readonly<Record<string, string>>;

/** A line of a list: the profile it names, or why there is none to fetch. */
export type ListLine = {
    kind: 'line';
    /** Position in the list, from 1: the row of the sheet, the line of the file, or the element. */
    line: number;
    /** The address as given; at most 2,000 characters. */
    url: string;
    /** Null for an invalid line. */
    handle: string | null;
    /** Null for a valid line. */
    rejection: Omit<Rejection, 'ok'> | null;
    columns: OwnColumns;
};

/** A table row without an address. */
export type LeftOutRow = {
    kind: 'left_out';
    line: number;
    /** One sentence for the user. */
    reason: string;
    columns: OwnColumns;
};

export type ListEntry = ListLine | LeftOutRow;

/** The content of a list, in order. */
export type ListReading = {
    entries: ListEntry[];
    /** The names of its other columns, in order, without the address column. */
    columns: string[];
    /** The names of all columns or paths; empty for a plain list. */
    names: string[];
    /** Whether it is a table without any address: then all rows are left out. */
    isAddressless: boolean;
    /** Whether it has the column or path named in `urlColumn`; true without `urlColumn`. */
    hasNamedColumn: boolean;
    /** The meaning of the heading above a plain list; null without one. */
    heading: ColumnMeaning | null;
    /** Notes on how it was read: texts that continue a sentence that starts with the list's title. */
    notes: string[];
};

/** A list that was read, or the problem: a text that continues its title. */
export type ListResult = ({ ok: true } & ListReading) | { ok: false; problem: string };

/** Limits of one list: larger ones exceed the memory of a small run. */
export const maxEntries = 300_000;
export const maxColumns = 5000;

const noColumns: OwnColumns = {};

/** The lines for the addresses found in one text. */
export function toLines(line: number, found: readonly FoundAddress[], columns = noColumns): ListLine[] {
    return found.map(({ url, parsing }) => ({ kind: 'line', line, url, ...readParsing(parsing), columns }));
}

/** Reads a line of one word as a handle. */
export function readWord(entry: ListEntry): ListEntry {
    return entry.kind === 'line' && entry.rejection?.kind === 'bareWord' ? readAgain(entry) : entry;
}

/** Reads a line of a handle list: a word is a handle, several separated by commas are lines of their own. */
export function readHandles(entry: ListEntry): ListEntry[] {
    if (entry.kind !== 'line' || !/^(?:bareWord|notAUrl)$/.test(entry.rejection?.kind ?? '')) return [entry];
    const parts = entry.url.split(/[,;]/).map((part) => part.trim());
    const areHandles = parts.every((part) => parseHandle(part).ok);
    // `Example, Ada` is a name.
    if (parts.length > 1 && areHandles && !/\p{Lu}/u.test(entry.url))
        return parts.map((part) => readAgain(entry, part));
    return [readAgain(entry)];
}

/** The same line with a text of it read as a handle. */
function readAgain(entry: ListLine, url = entry.url): ListLine {
    return { ...entry, url, ...readParsing(parseHandle(url)) };
}

/** Hundreds of thousands of lines are in memory at once, so each is small and rejections are shared. */
function readParsing(parsing: ProfileUrlParsing): Pick<ListLine, 'handle' | 'rejection'> {
    if (parsing.ok) return { handle: parsing.profileUrl.handle, rejection: null };
    const { kind, reason } = parsing;
    const known = rejections.get(reason) ?? { kind, reason };
    if (kind !== 'several') rejections.set(reason, known);
    return { handle: null, rejection: known };
}

const rejections = new Map<string, Omit<Rejection, 'ok'>>();

export function refuse(problem: string): ListResult {
    return { ok: false, problem };
}
