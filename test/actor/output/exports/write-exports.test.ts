import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExports, type ExportsOptions } from '../../../../src/actor/output/exports/write-exports.ts';
import {
    openFileUpload,
    openStreamUpload,
    type OpenUpload,
    type StreamStore,
} from '../../../../src/actor/platform/open-upload.ts';

import type { Row } from '../../../../src/actor/ledger/row.ts';
import { buildLiveState } from '../../../helpers/runs/build-live-state.ts';
import { buildRowDraft } from '../../../helpers/ledger/build-row-draft.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { parseCsv } from '../../../helpers/parse-csv.ts';
import { inputLinesOf, worklistOf } from '../../../helpers/runs/worklist-of.ts';

let folder: string;
beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const toFolder: OpenUpload = (key) => openFileUpload(join(folder, key));
const read = (key: string) => readFile(join(folder, key), 'utf8');

/** A dataset of `rowCount` rows whose last rows appear late. */
function datasetOf(rowCount: number, clock: FakeClock, { lateRows = 0, lateMs = 0, firstIndex = 0 } = {}) {
    const rows = Array.from({ length: rowCount }, (_, place): Row => {
        const index = firstIndex + place;
        const draft = buildRowDraft(index, index % 3 === 0 ? 'not_found' : 'success');
        return { ...draft, meta: { ...draft.meta, batch_id: `batch-${index}` } };
    });
    const showAt = clock.now() + lateMs;
    const pages: number[] = [];
    return {
        rows,
        pages,
        async listItems({ offset = 0, limit = 0 }: { offset?: number; limit?: number }) {
            const shown = clock.now() >= showAt ? rows : rows.slice(0, rowCount - lateRows);
            const items = shown.slice(offset, offset + limit);
            pages.push(items.length);
            return { items: items as unknown as Array<Record<string, unknown>> };
        },
    };
}

const jsonLines = 'profiles.jsonl application/jsonl; charset=utf-8';

/** A store that accepts streams, as the platform does, and records them. */
function storeInMemory() {
    const stored = new Map<string, string>();
    const setRecord: StreamStore['setRecord'] = async ({ key, value, contentType }) => {
        let text = '';
        for await (const chunk of value) text += chunk.toString();
        stored.set(`${key} ${contentType}`, text);
    };
    const openUpload: OpenUpload = (key, contentType) => openStreamUpload({ setRecord }, key, contentType);
    return { stored, openUpload };
}

const facts: ExportsOptions['facts'] = {
    output: {
        ...buildLiveState().totals,
        ending: 'completed',
        message: 'All done.',
        mode: 'live',
        charging: 'platform',
        seconds: 12,
        left_out: 0,
        warnings: [],
        sources: {},
    },
    why: '',
    failedCount: 0,
    startedAt: 0,
    listPlaces: () => [],
    timeline: { binMs: 1000, sent: [4, 4], ended: [4, 4], refused: [1, 0] },
    limitPerSecond: 4,
    endedAt: Date.parse('2026-01-01T10:00:00Z'),
    isResumed: false,
};

/** A list of `count` lines, each with its row. */
function sourcesOf(lineCount: number): ExportsOptions['sources'] {
    const urls = Array.from({ length: lineCount }, (_, index) => `linkedin.com/in/person-${index}`);
    return {
        runLines: { lists: [{ name: 'profileUrls', columns: [] }], lines: inputLinesOf(urls), leftOut: [] },
        worklist: worklistOf(urls),
        async *readRest() {},
        ledger: { rows: [], skipped: new Map() },
        columns: { format: 'default', fields: null, isWatched: false, hasCompanies: false },
    };
}

function write(changes: Partial<ExportsOptions> & Pick<ExportsOptions, 'datasets' | 'clock'> & { rowCount: number }) {
    const sources = sourcesOf(changes.rowCount);
    return writeExports({ limitMs: 60_000, openUpload: toFolder, facts, sources, ...changes });
}

describe('the exports', () => {
    it('hold every row of every dataset, read page by page', async () => {
        const clock = new FakeClock();
        const found = datasetOf(650, clock);
        const misses = datasetOf(2, clock, { firstIndex: 650 });
        await write({ datasets: [found, misses], rowCount: 652, clock });
        const csv = await read('profiles.csv');
        expect(csv.startsWith('\uFEFFline,status,full_name,')).toBe(true);
        const lines = parseCsv(csv.slice(1));
        expect(lines).toHaveLength(653);
        expect(new Set(lines.map((line) => line.length)).size).toBe(1);
        const rows = (await read('profiles.jsonl')).trimEnd().split('\n');
        expect(rows.map((row) => JSON.parse(row))).toEqual([...found.rows, ...misses.rows]);
        expect(Math.max(...found.pages)).toBeLessThanOrEqual(200);
    });

    it('wait for rows that appear late', async () => {
        const clock = new FakeClock();
        const dataset = datasetOf(30, clock, { lateRows: 10, lateMs: 3_000 });
        const { stored, openUpload } = storeInMemory();
        await clock.runUntil(write({ datasets: [dataset], rowCount: 30, openUpload, clock }));
        expect(stored.get(jsonLines)?.trimEnd().split('\n')).toHaveLength(30);
    });

    it('are retried when a record fails', async () => {
        const clock = new FakeClock();
        let isBroken = true;
        const openUpload: OpenUpload = (key, contentType) => {
            if (!isBroken) return toFolder(key, contentType);
            isBroken = false;
            const refuse = async () => {
                throw new Error('503');
            };
            return openStreamUpload({ setRecord: refuse }, key, contentType);
        };
        await write({ datasets: [datasetOf(5, clock)], rowCount: 5, openUpload, clock });
        expect(parseCsv((await read('profiles.csv')).slice(1))).toHaveLength(6);
    });

    it('are abandoned when storing them takes too long', async () => {
        const clock = new FakeClock();
        const hang: OpenUpload = (key, contentType) =>
            openStreamUpload({ setRecord: () => new Promise(() => {}) }, key, contentType);
        const writing = write({
            datasets: [datasetOf(400, clock)],
            rowCount: 400,
            openUpload: hang,
            clock,
            limitMs: 5_000,
        });
        await expect(clock.runUntil(writing)).rejects.toThrow('abandoned');
    });

    it('can be streamed to a store', async () => {
        const clock = new FakeClock();
        const { stored, openUpload } = storeInMemory();
        await write({ datasets: [datasetOf(450, clock)], rowCount: 450, openUpload, clock });
        expect([...stored.keys()].sort()).toEqual([
            'REPORT.html text/html; charset=utf-8',
            'problems.csv text/csv; charset=utf-8',
            'profiles.csv text/csv; charset=utf-8',
            jsonLines,
        ]);
        expect(stored.get('REPORT.html text/html; charset=utf-8')).toContain('150 lines');
        expect(stored.get(jsonLines)?.split('\n')).toHaveLength(451);
    });
});
