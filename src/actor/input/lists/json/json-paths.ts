import { createFacts, recordCell, type ColumnFacts } from '../table/choose-column.ts';
import { readColumnName, readPathName } from '../table/column-names.ts';

/** A path in the records of a JSON list: its keys, without list positions. */
export type JsonPath = { keys: readonly string[]; facts: ColumnFacts };

/** One value at a path; `undefined` where the record does not have the path. */
export type PathValue = {
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
export function collectPaths(records: ReadonlyArray<{ record: unknown }>): JsonPath[] | null {
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
        const { facts } = paths.get(name) ?? addPath(name, keys);
        if (value === null || value === undefined) return;
        facts.depth = Math.max(facts.depth, depth);
        recordCell(facts, toCell(value));
    }

    function addPath(name: string, keys: readonly string[]): JsonPath {
        const path = { keys, facts: createFacts(name, readPathName(keys)) };
        paths.set(name, path);
        return path;
    }
}

/** The values of a record at a path: one per item of the lists along it; none where such a list is empty. */
export function readPath(record: unknown, keys: readonly string[]): PathValue[] {
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
export function readSurroundings({ scope }: PathValue): Array<[string, string]> {
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
