import type { ColumnMeaning } from './column-names.ts';

/** What is known of a column, or of a path in a JSON document, before one is chosen. */
export type ColumnFacts = {
    /** The header or path; null where the column has none. */
    name: string | null;
    meaning: ColumnMeaning | null;
    /** How many cells hold the address of a profile; member ids are not among them. */
    addressCount: number;
    /** How many hold the address of a profile by its member id, which the public pages do not know. */
    memberIdCount: number;
    /** How many cells hold any address on LinkedIn. */
    linkCount: number;
    /** How many cells are not empty. */
    filledCount: number;
    /** How many lists of a JSON document stand around its values; 0 in a table. */
    depth: number;
};

export type ColumnChoice = {
    /** Its place among the columns. */
    index: number;
    /** Whether its words are handles. */
    isHandles: boolean;
    /** Other columns in which addresses of profiles stand too. */
    others: number[];
};

/** What people name the column of the addresses, the surest first. */
const namings: ReadonlyArray<ColumnMeaning | null> = ['linkedin', 'link', 'person', 'handle'];

/**
 * The columns whose name says that they hold the list come first, those of other people last; member ids stand behind
 * addresses that can be read.
 */
function rank({ meaning, addressCount, memberIdCount, depth }: ColumnFacts): [number, number, number, number, number] {
    const naming = namings.indexOf(meaning);
    const group = naming >= 0 ? 0 : meaning === null ? 1 : meaning === 'other' ? 2 : 3;
    return [group, depth, memberIdCount > 0 ? 1 : 0, naming, -addressCount];
}

/**
 * The column that the list's addresses are taken from: the one whose name says so and that holds some, else the one with
 * the most; where no column has the address of a profile, a column of handles or one of other addresses on LinkedIn.
 * What stands for somebody else in the row, or in a note, is taken only from a table in which no column is named for the
 * addresses. Null when nothing in the table can be an address.
 */
export function chooseColumn(columns: readonly ColumnFacts[]): ColumnChoice | null {
    const places = columns.map((facts, index) => ({ ...facts, index, rank: rank(facts) }));
    const ranked = places.toSorted((one, other) => compare(one.rank, other.rank));
    const withAddresses = ranked.filter(({ addressCount }) => addressCount > 0);
    const named = ranked.filter(({ meaning }) => meaning === 'linkedin' || meaning === 'link');
    const handles = ranked.filter(({ meaning, filledCount }) => meaning === 'handle' && filledCount > 0);
    // A user name may be that of another system; what is called public or vanity is LinkedIn's.
    const ownHandles = handles.find(({ name }) => /public|vanity|linked/i.test(name ?? ''));
    const best = withAddresses.find(({ rank: [group] }) => group < 2);
    // The people in lists inside a record are others than the one it names itself.
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
        isHandles: choice.meaning === 'handle',
        others: withAddresses.filter(({ index }) => index !== choice.index).map(({ index }) => index),
    };
}

function compare(one: readonly number[], other: readonly number[]): number {
    for (const [place, value] of one.entries()) {
        const difference = value - (other[place] ?? 0);
        if (difference !== 0) return difference;
    }
    return 0;
}

/** The place of the column that the user named, written as they may write it; -1 when there is none. */
export function findNamedColumn(names: ReadonlyArray<string | null>, wanted: string): number {
    const exact = names.indexOf(wanted);
    return exact >= 0 ? exact : names.findIndex((name) => name !== null && simplify(name) === simplify(wanted));
}

function simplify(name: string): string {
    return name.toLowerCase().replace(/[\s_-]+/g, '');
}
