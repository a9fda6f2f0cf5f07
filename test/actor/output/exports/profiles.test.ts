import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { parseInput } from '../../../../src/actor/input/input.ts';
import { readLists } from '../../../../src/actor/input/lists/read-lists.ts';
import type { RestLine, RunLines } from '../../../../src/actor/input/lines/run-lines.ts';
import { buildWorklist } from '../../../../src/actor/input/lines/worklist.ts';
import type { Row } from '../../../../src/actor/ledger/row.ts';
import type { ColumnChoice } from '../../../../src/actor/output/exports/profile-columns.ts';
import { openRowSpool, writeProfiles } from '../../../../src/actor/output/exports/profiles.ts';
import type { OpenUpload } from '../../../../src/actor/platform/open-upload.ts';
import { failed, found, type Answer } from '../../../helpers/sources/scripted-source.ts';
import { parseCsv } from '../../../helpers/parse-csv.ts';
import { setUpRun } from '../../../helpers/runs/set-up-run.ts';

/** Rows of a sheet: an address and other columns. */
type Sheet = { header: string[]; rows: Array<{ cells: string[]; address: string }> };

const handles = ['ada', 'bob', 'cem', 'dee', 'gone-1', 'gone-2', 'refused-1', 'refused-2', 'moved-ada'];
const address = fc.oneof(
    {
        weight: 8,
        arbitrary: fc
            .tuple(
                fc.constantFrom('https://www.linkedin.com/in/', 'linkedin.com/in/', 'http://de.linkedin.com/in/'),
                fc.constantFrom(...handles),
                fc.constantFrom('', '/', '?trk=x'),
            )
            .map((parts) => parts.join('')),
    },
    { weight: 2, arbitrary: fc.constantFrom('', 'https://www.linkedin.com/company/acme', 'n/a', '=1+1') },
);
const cell = fc
    .array(fc.constantFrom('Ada', 'Łuk', '山', '7', ' ', ',', ';', '\n', '"', "'", '=', '+', '-', '@', 'é'), {
        maxLength: 5,
    })
    .map((parts) => parts.join('').trim());
/** Some are names of our columns, or of properties of every object. */
const columnName = fc.constantFrom('Name', 'status', 'line', 'company', 'status (list)', 'constructor', 'Note', 'Team');
const sheet: fc.Arbitrary<Sheet> = fc.uniqueArray(columnName, { minLength: 1, maxLength: 4 }).chain((header) =>
    fc.record({
        header: fc.constant(header),
        rows: fc
            .array(
                fc.record({
                    cells: fc.array(cell, { minLength: header.length, maxLength: header.length }),
                    address,
                }),
                { minLength: 1, maxLength: 12 },
            )
            .map((rows) => [...rows, { cells: header.map(() => 'x'), address: 'https://www.linkedin.com/in/eve' }]),
    }),
);

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
const writeSheet = ({ header, rows }: Sheet) =>
    [['LinkedIn', ...header], ...rows.map(({ cells, address: url }) => [url, ...cells])]
        .map((row) => row.map(quote).join(','))
        .join('\r\n');

async function readSheets(sheets: readonly Sheet[]): Promise<{ runLines: RunLines; rest: Iterable<RestLine> }> {
    const parsing = parseInput({ startUrls: sheets.map((_, place) => `https://example.com/${place}.csv`) });
    if (!parsing.ok) throw new Error(parsing.message);
    return readLists(parsing.input, {
        download: async (link) => {
            const bytes = Buffer.from(writeSheet(sheets[Number(/(\d+)\.csv/.exec(link)?.[1])] as Sheet));
            return { ok: true, bytes, contentType: 'text/csv' };
        },
        readFile: null,
        openDataset: async () => ({ kind: 'no_dataset' }),
        signal: new AbortController().signal,
    });
}

/** Rows are stored in another order than the list's. */
function plan(handle: string): Answer {
    const afterMs = 1000 - handle.charCodeAt(0) * 8 + handle.length;
    if (handle.startsWith('gone')) return { outcome: { kind: 'not_found' }, afterMs };
    if (handle.startsWith('refused')) return { outcome: failed({ isRetryable: false }), afterMs };
    return { outcome: found(handle.replace('moved-', '')), afterMs };
}

async function exportRun(
    runLines: RunLines,
    settings: { duplicates: 'merge' | 'repeat'; limit: number; isKept: boolean },
    choice: Partial<ColumnChoice> = {},
    rest: RestLine[][] = [],
) {
    const worklist = buildWorklist(runLines.lines);
    const { duplicates, limit, isKept } = settings;
    const { dataset, ledger, work } = setUpRun({
        worklist,
        plan,
        limit,
        settings: { duplicates, keepColumns: isKept },
    });
    const { totals } = await work();
    const written = new Map<string, string>();
    const openUpload: OpenUpload = (key) => ({
        write: async (text) => void written.set(key, `${written.get(key) ?? ''}${text}`),
        end: async () => {},
        abandon() {},
    });
    async function* readPages(): AsyncGenerator<Row[]> {
        yield dataset.items.slice(0, 3);
        yield dataset.items.slice(3);
    }
    await writeProfiles(
        {
            runLines,
            worklist,
            ledger: ledger.getState(),
            async *readRest() {
                yield* rest;
            },
            pages: readPages(),
            columns: { format: 'default', fields: null, isWatched: false, hasCompanies: false, ...choice },
            onRow() {},
        },
        openUpload,
    );
    const [header = [], ...lines] = parseCsv((written.get('profiles.csv') ?? '').slice(1));
    const table = lines.map((cells) => Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ''])));
    const items = (written.get('profiles.jsonl') ?? '').split('\n').filter(Boolean);
    return { totals, header, table, items: items.map((item) => JSON.parse(item) as Row), rows: dataset.items };
}

const guarded = (text: string) => (/^[=+\-@]/.test(text) ? `'${text}` : text);
const isCounted = ({ cells, address: url }: Sheet['rows'][number]) => url !== '' || cells.some((text) => text !== '');

describe('every line of any list', () => {
    it('is exported once, in order, with its columns', async () => {
        const settings = fc.record({
            duplicates: fc.constantFrom<'merge' | 'repeat'>('merge', 'repeat'),
            limit: fc.constantFrom(1, 3, Number.POSITIVE_INFINITY),
            isKept: fc.boolean(),
        });
        await fc.assert(
            fc.asyncProperty(fc.array(sheet, { minLength: 1, maxLength: 2 }), settings, async (sheets, given) => {
                const { runLines } = await readSheets(sheets);
                const { totals, header, table, items, rows } = await exportRun(runLines, given);
                expect(new Set(header).size).toBe(header.length);

                // A blank row is neither a line nor a row without an address; the header is row 1.
                const expected = sheets.flatMap((one, list) =>
                    one.rows.flatMap((row, place) => (isCounted(row) ? [{ ...row, one, list, line: place + 2 }] : [])),
                );
                const isOne = sheets.length === 1;
                expect(table.map(({ list, line }) => [list, line])).toEqual(
                    expected.map(({ list, line }) => [isOne ? undefined : runLines.lists[list]?.name, String(line)]),
                );
                const own = [...new Set(sheets.flatMap((one) => one.header))].filter((name) =>
                    runLines.lists.some(({ columns }) => columns.includes(name)),
                );
                const places = isOne ? 1 : 2;
                for (const [place, { one, cells, address: url }] of expected.entries()) {
                    const written = Object.values(table[place] ?? {});
                    const wanted = own.map((name) => cells[one.header.indexOf(name)] ?? '');
                    expect(written.slice(places, places + own.length)).toEqual(wanted.map(guarded));
                    expect(table[place]?.['url_as_given']).toBe(guarded(url));
                    expect(table[place]?.['status'] === 'left_out').toBe(url === '');
                }

                // The outcomes add up to the totals.
                const count = (status: string) => table.filter((line) => line['status'] === status).length;
                expect([count('success'), count('not_found'), count('error')]).toEqual([
                    totals.found,
                    totals.not_found,
                    totals.errors + totals.invalid,
                ]);
                expect([count('duplicate'), count('remaining')]).toEqual([totals.duplicates, totals.remaining]);
                for (const line of table.filter(({ status }) => status === 'duplicate')) {
                    const first = table.find(
                        (other) => other['line'] === line['same_as_line'] && other['list'] === line['same_as_list'],
                    );
                    expect(['duplicate', 'left_out', undefined]).not.toContain(first?.['status']);
                }
                expect(items).toEqual(rows.toSorted((a, b) => a.input_index - b.input_index));
                for (const { input_columns: columns } of rows) expect(columns !== undefined).toBe(given.isKept);
            }),
            { numRuns: 150 },
        );
    });
});

describe('lines that remain after those of the run', () => {
    it('follow in order, with rows without an address among them', async () => {
        const rowOf = (place: number, url: string) => ({ cells: [`row ${place}`], address: url });
        const rows = [
            ...Array.from({ length: 5000 }, (_, place) => rowOf(place, `linkedin.com/in/ada?${place}`)),
            rowOf(5000, 'linkedin.com/in/bob'),
            rowOf(5001, ''),
            rowOf(5002, 'n/a'),
            rowOf(5003, ''),
        ];
        const { runLines, rest } = await readSheets([{ header: ['Name'], rows }]);
        const settings = { duplicates: 'merge', limit: 9, isKept: false } as const;
        const pages = [...rest].map((line) => [line]);
        const { table } = await exportRun(runLines, settings, {}, pages);
        expect(table.slice(4999).map(({ line, Name, status }) => [line, Name, status])).toEqual([
            ['5001', 'row 4999', 'duplicate'],
            ['5002', 'row 5000', 'remaining'],
            ['5003', 'row 5001', 'left_out'],
            ['5004', 'row 5002', 'remaining'],
            ['5005', 'row 5003', 'left_out'],
        ]);
        expect([runLines.restCount, runLines.leftOut.length]).toEqual([2, 2]);
    });
});

describe('an export for HubSpot', () => {
    it('has only the profiles found', async () => {
        const rows = ['ada', 'gone-1', 'ada', 'refused-1', '', 'n/a', 'bob'].map((handle) => ({
            cells: [`about ${handle}`],
            address: handle === 'n/a' ? handle : handle && `linkedin.com/in/${handle}`,
        }));
        const { runLines } = await readSheets([{ header: ['Company Name'], rows }]);
        const settings = { duplicates: 'merge', limit: 9, isKept: false } as const;
        const { header, table } = await exportRun(runLines, settings, { format: 'hubspot' });
        expect(header).toEqual([
            'line',
            'Company Name (list)',
            'First Name',
            'Last Name',
            'Job Title',
            'Company Name',
            'City',
            'State/Region',
            'Country/Region',
            'LinkedIn URL',
        ]);
        expect(table.map((line) => [line['line'], line['LinkedIn URL'], line['Company Name (list)']])).toEqual([
            ['2', 'https://www.linkedin.com/in/ada/', 'about ada'],
            ['8', 'https://www.linkedin.com/in/bob/', 'about bob'],
        ]);
    });
});

describe('a spool', () => {
    it('returns every text by number, in any order and script, and leaves no files', () => {
        const parent = mkdtempSync(join(tmpdir(), 'spool-'));
        const spool = openRowSpool(parent);
        const texts = ['', 'ada', '山田 花子 🚀', 'x'.repeat(200_000), 'é'];
        for (const [number, text] of texts.entries()) spool.add(number * 7, text);
        spool.add(0, 'again');
        expect(texts.map((_, number) => spool.read(number * 7))).toEqual(['again', ...texts.slice(1)]);
        expect(spool.read(1)).toBeNull();
        spool.close();
        expect(readdirSync(parent)).toEqual([]);
        rmSync(parent, { recursive: true });
    });
});
