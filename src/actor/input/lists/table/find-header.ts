import { findNamedColumn } from './choose-column.ts';
import { isLabel, isNameWithExample, readColumnName, type ColumnMeaning } from './column-names.ts';
import { hasLinkedinAddress, hasProfileAddress } from '../read-addresses.ts';
import type { Row } from './read-rows.ts';

/** How many rows a header may stand below. */
const maxPreambleRows = 100;

/**
 * The row that names the columns: of the first rows the one with the most cells that such rows have, or the one with the
 * name that the user gave. It stands above the first address, or below a preamble of narrower rows that may hold one.
 * Null when there is none.
 */
export function findHeader(rows: readonly Row[], urlColumn: string | undefined): number | null {
    const first = rows.slice(0, maxPreambleRows);
    const firstAddress = first.findIndex((row) => row.some(isAddress));
    const scores: number[] = [];
    let widest = 0;
    for (const [place, row] of first.entries()) {
        const cells = row.filter(Boolean);
        const isAbove = firstAddress < 0 || place < firstAddress;
        const isBelowPreamble = cells.length > 1 && cells.length > widest;
        if (urlColumn !== undefined && isAbove && findNamedColumn(row, urlColumn) >= 0) return place;
        const isHeader = cells.every((cell) => isLabel(cell) || isNameWithExample(cell));
        scores[place] = isHeader ? scoreHeader(cells.map(readColumnName), isAbove || isBelowPreamble) : 0;
        widest = Math.max(widest, cells.length);
    }
    // Where nothing tells the rows of the table from what stands above them, the first that can be one.
    const best = firstAddress < 0 ? scores.find((score) => score > 0) : Math.max(0, ...scores);
    return best ? scores.indexOf(best) : null;
}

function isAddress(cell: string): boolean {
    return hasProfileAddress(cell) && !isNameWithExample(cell);
}

/** How many of a header's names are known; 0 where so few are that they may be anything, such as somebody's job. */
function scoreHeader(meanings: ReadonlyArray<ColumnMeaning | null>, mayBeHeader: boolean): number {
    if (!mayBeHeader) return 0;
    const known = meanings.filter((meaning) => meaning !== null);
    const namesAddresses = known.some(
        (meaning) => meaning === 'linkedin' || meaning === 'link' || meaning === 'handle',
    );
    return namesAddresses || known.length > meanings.length / 2 ? known.length : 0;
}

/**
 * A first row of words that nobody knows, where most of the other rows have an address; where none has, one of labels.
 */
export function findSupposedHeader(rows: readonly Row[], column: number | null): number | null {
    const first = rows.findIndex((row) => row.some(Boolean));
    if (column === null)
        return first >= 0 && rows[first]?.every((cell) => /\p{L}/u.test(cell) && isLabel(cell)) ? first : null;
    const cell = rows[first]?.[column] ?? '';
    if (!/^\p{L}[\p{L}\p{M}\s]*$/u.test(cell) || rows[first]?.some(hasLinkedinAddress)) return null;
    const others = rows.slice(first + 1).filter((row) => row.some(Boolean));
    const linkCount = others.filter((row) => hasProfileAddress(row[column] ?? '')).length;
    return linkCount > others.length / 2 ? first : null;
}
