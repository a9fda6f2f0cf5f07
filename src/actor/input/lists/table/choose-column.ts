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
    /** Whether its bare words are handles. */
    isHandles: boolean;
    /** Other columns with profile addresses. */
    others: number[];
};

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

/**
 * Chooses the address column: the one named for addresses that has some, else the one with the most; without profile
 * addresses, a column of handles or of other LinkedIn addresses. Columns about other people and notes are used only
 * when no column is named for addresses. Null when no column can hold addresses.
 */
export function chooseColumn(columns: readonly ColumnFacts[]): ColumnChoice | null {
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

/** The position of the column named by the user, ignoring case, spaces, `_` and `-`; -1 when there is none. */
export function findNamedColumn(names: ReadonlyArray<string | null>, wanted: string): number {
    const exact = names.indexOf(wanted);
    return exact >= 0 ? exact : names.findIndex((name) => name !== null && simplify(name) === simplify(wanted));
}

function simplify(name: string): string {
    return name.toLowerCase().replace(/[\s_-]+/g, '');
}
