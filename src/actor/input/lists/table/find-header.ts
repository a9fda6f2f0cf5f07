import { findNamedColumn } from './choose-column.ts';
import { isLabel, isNameWithExample, readColumnName, type ColumnMeaning } from './column-names.ts';
import { hasLinkedinAddress, hasProfileAddress } from '../read-addresses.ts';
import type { Row } from './read-rows.ts';

/** Rows that may precede a header. */
const maxPreambleRows = 100;

/**
 * The header row: of the first rows the one with the most known column names, or with the name given by the user. It is
 * above the first address, or below a preamble of narrower rows that may contain one. Null without a header.
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
    // Without addresses, the first row that can be a header.
    const best = firstAddress < 0 ? scores.find((score) => score > 0) : Math.max(0, ...scores);
    return best ? scores.indexOf(best) : null;
}

function isAddress(cell: string): boolean {
    return hasProfileAddress(cell) && !isNameWithExample(cell);
}

/** Number of known names in a header; 0 when too few are known to be sure. */
function scoreHeader(meanings: ReadonlyArray<ColumnMeaning | null>, mayBeHeader: boolean): number {
    if (!mayBeHeader) return 0;
    const known = meanings.filter((meaning) => meaning !== null);
    const namesAddresses = known.some(
        (meaning) => meaning === 'linkedin' || meaning === 'link' || meaning === 'handle',
    );
    return namesAddresses || known.length > meanings.length / 2 ? known.length : 0;
}

/** A first row of unknown words where most other rows have an address, or of labels where none has one. */
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
