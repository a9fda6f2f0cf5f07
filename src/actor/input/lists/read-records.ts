import { parseHandle, reject } from '../../../enrichment/profile-url/profile-url.ts';
import { cutText } from '../quote-input.ts';
import { maxEntries, refuse, toLines, type ListEntry, type ListResult, type OwnColumns } from './list-entry.ts';
import { hasLinkedinAddress, hasProfileAddress, readAddresses, type FoundAddress } from './read-addresses.ts';
import { chooseColumn, createFacts, describeChoice, recordCell, type ColumnFacts } from './table/choose-column.ts';
import { readColumnName, readPathName } from './table/column-names.ts';

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
export function readRecords(placed: readonly PlacedRecord[], urlColumn: string | undefined): ListResult {
    const paths = collectPaths(placed);
    if (!paths) return refuse(notATable);
    const facts = paths.map((path) => path.facts);
    const names = facts.map(({ name }) => name ?? '');
    const choice = chooseColumn(facts, urlColumn);
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
        entries,
        columns: [...columns],
        names,
        isAddressless: choice === null,
        hasNamedColumn: urlColumn === undefined || choice?.isNamed === true,
        heading: null,
        notes: choice ? describeChoice(choice, names) : [],
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

/** A path in the records of a JSON list: its keys, without list positions. */
type JsonPath = { keys: readonly string[]; facts: ColumnFacts };

/** One value at a path; `undefined` where the record does not have the path. */
type PathValue = {
    value: unknown;
    /** The objects along the path, each with the key that was followed. */
    scope: ReadonlyArray<{ object: object; key: string; prefix: string }>;
};

/** Deeper values are ignored. */
const maxDepth = 50;
const maxPaths = 30_000;

/**
 * All paths with a text, a number or a boolean, in order of appearance; null when there are more than any table has.
 */
function collectPaths(records: ReadonlyArray<{ record: unknown }>): JsonPath[] | null {
    const paths = new Map<string, JsonPath>();
    for (const { record } of records) {
        walk(record, [], 0);
        if (paths.size > maxPaths) return null;
    }
    return [...paths.values()];

    function walk(value: unknown, keys: readonly string[], depth: number): void {
        if (keys.length + depth > maxDepth) return;
        if (isObject(value)) {
            const items = listItems(value);
            if (items) for (const item of items) walk(item, keys, depth + 1);
            else for (const [key, inner] of Object.entries(value)) walk(inner, [...keys, key], depth);
            return;
        }
        const name = keys.join('.');
        let path = paths.get(name);
        if (!path) paths.set(name, (path = { keys, facts: createFacts(name, readPathName(keys)) }));
        if (value === null || value === undefined) return;
        path.facts.depth = Math.max(path.facts.depth, depth);
        recordCell(path.facts, toCell(value));
    }
}

/** The values of a record at a path: one per item of the lists along it; none where such a list is empty. */
function readPath(record: unknown, keys: readonly string[]): PathValue[] {
    const values: PathValue[] = [];
    walk(record, 0, [], 0);
    return values;

    function walk(value: unknown, place: number, scope: PathValue['scope'], depth: number): void {
        const items = isObject(value) ? listItems(value) : null;
        const key = keys[place];
        if (items) {
            if (depth <= maxDepth) for (const item of items) walk(item, place, scope, depth + 1);
        } else if (key === undefined || !isObject(value)) {
            values.push({ value: key === undefined ? value : undefined, scope });
        } else {
            const inner = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
            const prefix = [...keys.slice(0, place), ''].join('.');
            walk(inner, place + 1, [...scope, { object: value, key, prefix }], depth + 1);
        }
    }
}

/** The cells beside a value, by path; lists of texts are joined, lists of objects ignored. */
function readSurroundings({ scope }: PathValue): Array<[string, string]> {
    const cells: Array<[string, string]> = [];
    for (const { object, key, prefix } of scope) {
        for (const [name, value] of Object.entries(object)) if (name !== key) add(`${prefix}${name}`, value, 0);
    }
    return cells;

    function add(name: string, value: unknown, depth: number): void {
        if (Array.isArray(value)) {
            const texts = value.filter((item) => item !== null && typeof item !== 'object').map(String);
            if (texts.length > 0) cells.push([name, texts.join(' | ')]);
        } else if (isObject(value)) {
            if (depth > maxDepth) return;
            for (const [inner, item] of Object.entries(value)) add(`${name}.${inner}`, item, depth + 1);
        } else if (value !== null && value !== undefined && value !== '') {
            cells.push([name, toCell(value)]);
        }
    }
}

/** The items of a list, or of an object used as one: unknown keys with similar values. */
function listItems(value: object): readonly unknown[] | null {
    if (Array.isArray(value)) return value;
    const entries = Object.entries(value);
    const [first, second] = entries;
    if (!first || !second || !isRecord(first[1]) || !isRecord(second[1])) return null;
    const keys = Object.keys(first[1]);
    const shared = keys.filter((key) => Object.hasOwn(second[1] as object, key)).length;
    const isAlike = keys.length > 0 && shared > keys.length / 2 && entries.every(([, item]) => isRecord(item));
    return isAlike && entries.every(([key]) => readColumnName(key) === null) ? entries.map(([, item]) => item) : null;
}

function isRecord(value: unknown): value is object {
    return isObject(value) && !Array.isArray(value);
}

function isObject(value: unknown): value is object {
    return typeof value === 'object' && value !== null;
}

function toCell(value: unknown): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
}
