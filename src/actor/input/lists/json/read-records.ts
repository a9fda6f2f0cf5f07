import { parseHandle, reject } from '../../../../enrichment/profile-url/profile-url.ts';
import { cutText } from '../../quote-input.ts';
import {
    maxEntries,
    refuse,
    toLines,
    type ListEntry,
    type ListResult,
    type OwnColumns,
    type ReadOptions,
} from '../list-entry.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses, type FoundAddress } from '../read-addresses.ts';
import { chooseColumn, describeChoice } from '../table/choose-column.ts';
import { collectPaths, readPath, readSurroundings, type JsonPath, type PathValue } from './json-paths.ts';

/** With more fields than any table has, the other columns are dropped. */
const maxOwnColumns = 500;
/** Addresses in more fields than this, with no dominant one, are not a table. */
const maxScatteredPaths = 50;

const notATable =
    'has different fields in nearly every entry, so it is not a table; name the field with the addresses in `urlColumn`, or give a plain list of addresses';

/** A record of a JSON list and its position in the list, from 1. */
export type PlacedRecord = { line: number; record: object };

/**
 * Reads objects, or lists inside them, as lines. The path of the addresses is chosen once, like the column of a table;
 * an object without a value there is left out. Refused when no field is common enough to be a column.
 */
export function readRecords(placed: readonly PlacedRecord[], { urlColumn }: ReadOptions): ListResult {
    const paths = collectPaths(placed);
    if (!paths) return refuse(notATable);
    const names = paths.map(({ facts }) => facts.name ?? '');
    const choice = chooseColumn(
        paths.map(({ facts }) => facts),
        urlColumn,
    );
    if (choice && !choice.isNamed && isScattered(paths, choice.index)) return refuse(notATable);

    const chosen = choice ? (paths[choice.index] ?? null) : null;
    const others = (choice?.others ?? []).flatMap((index) => paths[index] ?? []);
    const isNested = (chosen?.facts.depth ?? 0) > 0;
    const keys = chosen?.keys ?? [];
    const isOneEach = isNested && hasOneEach(placed, keys);
    const columns = new Set<string>();
    const entries: ListEntry[] = [];
    let nestedLine = 0;
    for (const { line, record } of placed) {
        const all = readPath(record, keys);
        const values = isOneEach ? all.filter(isProfile) : all;
        if (!chosen || values.length === 0) {
            addLeftOut(placeOf(line), { value: undefined, scope: [{ object: record, key: '', prefix: '' }] });
            continue;
        }
        for (const value of values) {
            const at = placeOf(line);
            const found = readValue(value.value, choice?.isHandles ?? false) ?? readOtherwise(record, others);
            if (found.length === 0) addLeftOut(at, value);
            for (const entry of toLines(at, found, keepColumns(value))) entries.push(entry);
        }
        if (entries.length > maxEntries) return refuse('has more than 300,000 entries; split it');
    }
    return {
        ok: true,
        reading: {
            entries,
            columns: [...columns],
            names,
            isAddressless: choice === null,
            hasNamedColumn: urlColumn === undefined || choice?.isNamed === true,
            heading: null,
            notes: choice ? describeChoice(choice, names) : [],
        },
    };

    function placeOf(line: number): number {
        return isNested && !isOneEach ? (nestedLine += 1) : line;
    }

    function addLeftOut(line: number, value: PathValue): void {
        const reason = chosen
            ? `The field \`${cutText(chosen.facts.name ?? '', 80)}\` is empty in this entry.`
            : 'This entry holds no LinkedIn address.';
        entries.push({ kind: 'left_out', line, reason, columns: keepColumns(value) });
    }

    function keepColumns(value: PathValue): OwnColumns {
        if (names.length > maxOwnColumns) return {};
        const cells = readSurroundings(value);
        for (const [name] of cells) columns.add(name);
        return Object.fromEntries(cells);
    }
}

/** Whether the nested lists hold the addresses of one person each, on LinkedIn and elsewhere. */
function hasOneEach(placed: readonly PlacedRecord[], keys: readonly string[]): boolean {
    const counts = placed.map(({ record }) => readPath(record, keys).filter(isProfile).length);
    return counts.length > 1 && counts.every((count) => count <= 1);
}

function isProfile({ value }: PathValue): boolean {
    return typeof value === 'string' && hasProfileAddress(value);
}

/** Whether nearly every entry has different fields. */
function isScattered(paths: readonly JsonPath[], chosen: number): boolean {
    const counts = paths.map(({ facts }) => facts.addressCount).filter((count) => count > 0);
    const all = counts.reduce((sum, count) => sum + count, 0);
    return counts.length > maxScatteredPaths && (paths[chosen]?.facts.addressCount ?? 0) < all / 10;
}

/** Null where the record lacks the field; empty where the field is empty. */
function readValue(value: unknown, isHandles: boolean): FoundAddress[] | null {
    if (value === undefined) return null;
    if (value === null || typeof value === 'object') return [];
    if (typeof value !== 'string') return [{ url: JSON.stringify(value), parsing: reject('notAUrl') }];
    if (!isHandles || hasLinkedinAddress(value)) return readAddresses(value);
    return value.trim() === '' ? [] : [{ url: cutText(value, 2000), parsing: parseHandle(value) }];
}

/** Reads an address from another field that is named for addresses. */
function readOtherwise(record: object, others: readonly JsonPath[]): FoundAddress[] {
    for (const { keys, facts } of others) {
        if (facts.meaning !== 'linkedin' && facts.meaning !== 'link') continue;
        const [only, ...more] = readPath(record, keys).filter(({ value }) => typeof value === 'string');
        if (only && more.length === 0) return readAddresses(only.value as string);
    }
    return [];
}
