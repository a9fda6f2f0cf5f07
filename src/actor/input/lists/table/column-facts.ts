import type { ColumnFacts } from './choose-column.ts';
import type { ColumnMeaning } from './column-names.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses } from '../read-addresses.ts';

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
