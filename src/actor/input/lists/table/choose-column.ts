import { quoteInput } from '../../quote-input.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses } from '../read-addresses.ts';
import type { ColumnMeaning } from './column-names.ts';

/** Facts about a column or JSON path, from which the address column is chosen. */
export type ColumnFacts = {
    /** The header or path; null without one. */
    name: string | null;
    meaning: ColumnMeaning | null;
    /** Cells with a profile address; member IDs excluded. */
    addressCount: number;
    /** Cells with a profile address by member ID, which public pages do not support. */
    memberIdCount: number;
    /** Cells with any LinkedIn address. */
    linkCount: number;
    /** Cells that are not empty. */
    filledCount: number;
    /** Number of lists around its values in JSON; 0 in a table. */
    depth: number;
};

export type ColumnChoice = {
    /** Position among the columns. */
    index: number;
    /** Whether the user named it. */
    isNamed: boolean;
    /** Whether its bare words are handles. */
    isHandles: boolean;
    /** Other columns with profile addresses; none for one that the user named. */
    others: number[];
};

/** Facts of a column before its cells are counted. */
export function createFacts(name: string | null, meaning: ColumnMeaning | null): ColumnFacts {
    return { name, meaning, addressCount: 0, memberIdCount: 0, linkCount: 0, filledCount: 0, depth: 0 };
}

/** Counts one cell. */
export function recordCell(facts: ColumnFacts, cell: string): void {
    if (cell === '') return;
    facts.filledCount += 1;
    // `/in/ada` is an address in an address column; in a note it may be anything.
    const isPath =
        (facts.meaning === 'linkedin' || facts.meaning === 'link') && /^\s*\/?(?:in|pub)\/\S+\s*$/i.test(cell);
    if (!isPath && !hasLinkedinAddress(cell)) return;
    facts.linkCount += 1;
    if (!isPath && !hasProfileAddress(cell)) return;
    const found = readAddresses(cell);
    if (found.some(({ parsing }) => parsing.ok)) facts.addressCount += 1;
    else if (found.some(({ parsing }) => !parsing.ok && parsing.kind === 'memberId')) facts.memberIdCount += 1;
}

/**
 * Chooses the address column: the one in `urlColumn`, else the one named for addresses that has some, else the one with
 * the most; without profile addresses, a column of handles or of other LinkedIn addresses. Columns about other people
 * and notes are used only when no column is named for addresses. Null when no column can hold addresses.
 */
export function chooseColumn(columns: readonly ColumnFacts[], urlColumn: string | undefined): ColumnChoice | null {
    const names = columns.map(({ name }) => name);
    const wanted = urlColumn === undefined ? -1 : findNamedColumn(names, urlColumn);
    if (wanted >= 0) {
        return { index: wanted, isNamed: true, isHandles: columns[wanted]?.meaning === 'handle', others: [] };
    }
    const places = columns.map((facts, index) => ({ ...facts, index, rank: rank(facts) }));
    const ranked = places.toSorted((one, other) => compare(one.rank, other.rank));
    const withAddresses = ranked.filter(({ addressCount }) => addressCount > 0);
    const named = ranked.filter(({ meaning }) => meaning === 'linkedin' || meaning === 'link');
    const handles = ranked.filter(({ meaning, filledCount }) => meaning === 'handle' && filledCount > 0);
    // A user name may belong to another system; public or vanity names are LinkedIn's.
    const ownHandles = handles.find(({ name }) => /public|vanity|linked/i.test(name ?? ''));
    const best = withAddresses.find(({ rank: [group] }) => group < 2);
    // People in nested lists are not the person of the record.
    const isInner = ownHandles !== undefined && (best?.depth ?? 0) > ownHandles.depth;
    const choice =
        (isInner ? ownHandles : best) ??
        ownHandles ??
        named.find(({ linkCount }) => linkCount > 0) ??
        handles[0] ??
        (withAddresses.length > 0 ? named[0] : undefined) ??
        withAddresses.find(({ meaning, depth }) => meaning !== 'someone_else' || depth === 0) ??
        ranked.find(({ linkCount, meaning, depth }) => linkCount > 0 && (meaning !== 'someone_else' || depth === 0));
    if (!choice) return null;
    return {
        index: choice.index,
        isNamed: false,
        isHandles: choice.meaning === 'handle',
        others: withAddresses.filter(({ index }) => index !== choice.index).map(({ index }) => index),
    };
}

/** The position of the column named by the user, ignoring case, spaces, `_` and `-`; -1 when there is none. */
export function findNamedColumn(names: ReadonlyArray<string | null>, wanted: string): number {
    const simplify = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, '');
    const exact = names.indexOf(wanted);
    return exact >= 0 ? exact : names.findIndex((name) => name !== null && simplify(name) === simplify(wanted));
}

/** Meanings of address columns, the most certain first. */
const namings: ReadonlyArray<ColumnMeaning | null> = ['linkedin', 'link', 'person', 'handle'];

/**
 * Ranks columns: those named for the list's people first, those about other people last; member IDs after readable
 * addresses.
 */
function rank({ meaning, addressCount, memberIdCount, depth }: ColumnFacts): [number, number, number, number, number] {
    const naming = namings.indexOf(meaning);
    const group = naming >= 0 ? 0 : meaning === null ? 1 : meaning === 'other' ? 2 : 3;
    return [group, depth, memberIdCount > 0 ? 1 : 0, naming, -addressCount];
}

function compare(one: readonly number[], other: readonly number[]): number {
    const place = one.findIndex((value, index) => value !== other[index]);
    return place < 0 ? 0 : (one[place] ?? 0) - (other[place] ?? 0);
}

/** Other columns named in a message. */
const maxNamed = 3;

/** Notes on the chosen column: texts that continue the list's title. */
export function describeChoice({ index, isHandles, others }: ColumnChoice, names: readonly string[]): string[] {
    const name = `\`${quoteInput(names[index] ?? '')}\``;
    const notes: string[] = [];
    if (isHandles) notes.push(`: the words of ${name} are read as handles (linkedin.com/in/<word>).`);
    if (others.length > 0) {
        const list = others.slice(0, maxNamed).map((other) => `\`${quoteInput(names[other] ?? '')}\``);
        const verb = others.length === 1 ? 'holds' : 'hold';
        notes.push(
            `: the addresses are taken from ${name}; ${list.join(', ')} ${verb} some too. To use another one, name it in \`urlColumn\`.`,
        );
    }
    return notes;
}

/** A note on a header of unknown words. */
export function describeSupposedHeader(name: string): string {
    return ` starts with \`${quoteInput(name)}\`, which was read as its header.`;
}
