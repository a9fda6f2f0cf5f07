import type { RejectionKind } from '../../../enrichment/profile-url/profile-url-reasons.ts';
import type { ProfileUrlParsing } from '../../../enrichment/profile-url/profile-url.ts';
import type { ColumnMeaning } from './table/column-names.ts';
import type { FoundAddress } from './read-addresses.ts';

/** The other cells of a row that are not empty, by the names of their columns. */
export type OwnColumns = Readonly<Record<string, string>>;

/** A line of a list: one profile that it asks for, or the reason why there is none to fetch. */
export type ListLine = {
    kind: 'line';
    /** Its place in the list, from 1: the row of the sheet, the line of the file, the place among the elements. */
    line: number;
    /** What stands for the address, as given; 2,000 characters at most. */
    url: string;
    /** The profile that it asks for; null where there is none. */
    handle: string | null;
    /** Why there is none; null where there is one. */
    rejection: LineRejection | null;
    columns: OwnColumns;
};

/** What a line is in place of a profile's address, and what to do about it. */
export type LineRejection = { kind: RejectionKind; reason: string };

/** A row of a table without an address where the other rows have theirs. */
export type LeftOutRow = {
    kind: 'left_out';
    line: number;
    /** One sentence for the user. */
    reason: string;
    columns: OwnColumns;
};

export type ListEntry = ListLine | LeftOutRow;

/** What a list holds, in its own order. */
export type ListReading = {
    entries: ListEntry[];
    /** The names of the list's own columns, in its order, without the one that the addresses are taken from. */
    columns: string[];
    /** The names of all its columns or paths; none for a plain list. */
    names: string[];
    /** Whether it is a table in which nothing can be an address: then all its rows are left out. */
    isAddressless: boolean;
    /** Whether it has the column or path that `urlColumn` names; true where none is named. */
    hasNamedColumn: boolean;
    /** What the line above a plain list says that it holds; null when there is none. */
    heading: ColumnMeaning | null;
    /** What a user should know of how it was read: texts that go on after the list's name. */
    notes: string[];
};

/** A list as it was read, or why it cannot be: a text that goes on after its name. */
export type ListResult = { ok: true; reading: ListReading } | { ok: false; problem: string };

/** The most lines or rows of one list, and the most columns: what is larger does not fit into a small run's memory. */
export const maxEntries = 300_000;
export const maxColumns = 5000;

export type ReadOptions = {
    /** The header of the column, or the path in JSON, that the addresses are taken from. */
    urlColumn?: string | undefined;
};

const noColumns: OwnColumns = {};

/** The lines that a text of a list asks for. */
export function toLines(line: number, found: readonly FoundAddress[], columns = noColumns): ListLine[] {
    return found.map(({ url, parsing }) => ({ kind: 'line', line, url, ...readParsing(parsing), columns }));
}

/** The same line, its text read in another way. */
export function withParsing(entry: ListLine, parsing: ProfileUrlParsing, url = entry.url): ListLine {
    return { ...entry, url, ...readParsing(parsing) };
}

/** Hundreds of thousands of lines are in memory at once: so little of each, and one object for a kind of rejection. */
function readParsing(parsing: ProfileUrlParsing): Pick<ListLine, 'handle' | 'rejection'> {
    if (parsing.ok) return { handle: parsing.profileUrl.handle, rejection: null };
    const { kind, reason } = parsing;
    const known = rejections.get(reason) ?? { kind, reason };
    if (kind !== 'several') rejections.set(reason, known);
    return { handle: null, rejection: known };
}

const rejections = new Map<string, LineRejection>();

/** Why a list cannot be read. */
export function refuse(problem: string): ListResult {
    return { ok: false, problem };
}
