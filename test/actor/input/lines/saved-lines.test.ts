import { describe, expect, it } from 'vitest';
import type { RunLines } from '../../../../src/actor/input/lines/run-lines.ts';
import {
    readRest,
    readRunLines,
    runLinesKey,
    saveRest,
    saveRunLines,
} from '../../../../src/actor/input/lines/saved-lines.ts';
import type { RecordStore } from '../../../../src/actor/platform/run-state.ts';
import { inputLinesOf } from '../../../helpers/runs/worklist-of.ts';

/** A store of JSON records of at most 9 MB each, as on the platform. */
function createStore() {
    const records = new Map<string, string>();
    const store: RecordStore = {
        async get(key) {
            return JSON.parse(records.get(key) ?? 'null');
        },
        async set(key, value) {
            const text = JSON.stringify(value);
            if (Buffer.byteLength(text) > 9 * 1024 * 1024) throw new Error(`the record ${key} is too large`);
            records.set(key, text);
        },
    };
    return { records, store };
}

/** `count` lines with columns, each with a long text. */
function buildRunLines(count: number, columnCount: number, cell: string): RunLines {
    const columns = Array.from({ length: columnCount }, (_, n) => `Column ${n}`);
    const own = Object.fromEntries(columns.map((name) => [name, cell]));
    const urls = Array.from({ length: count }, (_, n) =>
        n % 10 === 9 ? `no profile ${n}` : `linkedin.com/in/person-${n}`,
    );
    return {
        lists: [{ name: 'people.csv', columns }],
        lines: inputLinesOf(urls).map((line) => ({ ...line, columns: own })),
        leftOut: [{ list: 0, line: 9, before: 7, reason: 'It is empty.', columns: own }],
        rest: urls.slice(0, 3),
        restCount: 3,
        restParts: 2,
        beyond: null,
        warnings: ['A warning.'],
    };
}

describe('the saved lines of a run', () => {
    it('are those of the first start', async () => {
        const { records, store } = createStore();
        expect(await readRunLines(store)).toBeNull();
        const runLines = buildRunLines(3, 2, 'x');
        await saveRunLines(store, runLines);
        expect(await readRunLines(store)).toEqual(runLines);
        expect([...records.keys()]).toEqual([runLinesKey]);
    });

    it('are saved with all columns, in records within the platform’s limit', async () => {
        const { records, store } = createStore();
        const runLines = buildRunLines(5000, 20, 'ﷺ'.repeat(100));
        await saveRunLines(store, runLines);
        expect(records.size).toBeGreaterThan(3);
        expect(await readRunLines(store)).toEqual(runLines);
    });

    it('have the remaining lines in records of their own, with their columns', async () => {
        const { records, store } = createStore();
        const columns = { Note: 'ﷺ'.repeat(1000) };
        const rest = Array.from({ length: 5000 }, (_, n) => ({ list: 0, line: 5002 + n, url: `person-${n}`, columns }));
        const restParts = await saveRest(store, rest);
        expect([restParts, records.size]).toEqual([3, 3]);
        const read: object[] = [];
        for await (const page of readRest(store, { restParts })) read.push(...page);
        expect(read).toEqual(rest);
        expect(await saveRest(store, [])).toBe(0);
    });

    it('do not exist until all are saved', async () => {
        const { records, store } = createStore();
        await saveRunLines(store, buildRunLines(5000, 20, 'x'.repeat(100)));
        expect([...records.keys()].at(-1)).toBe(runLinesKey);
        records.delete(runLinesKey);
        expect(await readRunLines(store)).toBeNull();
    });
});
