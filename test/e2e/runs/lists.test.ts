import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectTruth } from '../../helpers/runs/expect-truth.ts';
import { parseCsv } from '../../helpers/parse-csv.ts';
import { quickInput, urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor } from '../../helpers/runs/run-actor.ts';

let storage: string;
beforeEach(async () => {
    storage = await mkdtemp(join(tmpdir(), 'actor-lists-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

const readCsv = async (name: string) => {
    const text = await readFile(join(storage, 'key_value_stores', 'default', name), 'utf8');
    return parseCsv(text.slice(1));
};
const readProblems = () => readCsv('problems.csv');

describe('a run on a table', () => {
    it('answers rows by their numbers in the sheet, and lists failed ones in problems.csv', async () => {
        const table = [
            'Notes:;;',
            'Name;LinkedIn;Secret note',
            `Ada;${urlOf('example-1')};confidential`,
            'Bob;;confidential',
            'Cem;https://www.linkedin.com/company/acme;confidential',
            `Dee;${urlOf('error-1')};confidential`,
            `Eve;${urlOf('not-found-1')};confidential`,
        ];
        const path = join(storage, 'people.csv');
        await writeFile(path, table.join('\r\n'));
        const result = await runActor({ ...quickInput, maxAttempts: 1, startUrls: [path] }, { storage });
        expect(result.output).toMatchObject({ lines: 4, found: 1, not_found: 1, errors: 1, invalid: 1, left_out: 1 });
        const places = result.rows.map((row) => [row.input_index, row.line, row.status]);
        expect(places.toSorted((one, other) => Number(one[0]) - Number(other[0]))).toEqual([
            [0, 3, 'success'],
            [1, 5, 'error'],
            [2, 6, 'error'],
            [3, 7, 'not_found'],
        ]);
        expect(await readProblems()).toEqual([
            ['line', 'url', 'problem', 'what_to_do'],
            ['4', '', 'Left out: the column `LinkedIn` is empty in this row.', 'Fill in the address and run it again.'],
            [
                '5',
                'https://www.linkedin.com/company/acme',
                'This is a company page, not a person.',
                'Give the URL of a profile (linkedin.com/in/…).',
            ],
            ['6', urlOf('error-1'), expect.stringContaining('LinkedIn'), expect.stringMatching(/^Try again later/)],
        ]);
        expect(result.log).toContain('Not fetched: 1 line (5). This is a company page, not a person.');
        expect(result.log).not.toContain('confidential');
        expectTruth(result);
    });

    it('exports the table in its order with its columns, and lists retryable lines', async () => {
        const table = [
            'Name;LinkedIn;status',
            `Ada;${urlOf('slow-1')};old`,
            `Bob;${urlOf('error-1')};`,
            'Cem;;',
            `Dee;${urlOf('example-1')};new`,
            `Ada again;linkedin.com/in/Slow-1;`,
            `Eve;${urlOf('huge-1')};`,
        ];
        const path = join(storage, 'people.csv');
        await writeFile(path, table.join('\n'));
        const input = {
            ...quickInput,
            maxAttempts: 1,
            timeoutSecs: 60,
            startUrls: [path],
            keepColumns: true,
            fields: ['full_name'],
        };
        const { rows } = await runActor(input, { storage });
        const always = ['url_as_given', 'same_as_line', 'message'];
        expect(await readCsv('profiles.csv')).toEqual([
            ['line', 'Name', 'status (list)', 'status', 'full_name', ...always],
            ['2', 'Ada', 'old', 'success', expect.any(String), urlOf('slow-1'), '', ''],
            ['3', 'Bob', '', 'error', '', urlOf('error-1'), '', expect.stringContaining('LinkedIn')],
            ['4', 'Cem', '', 'left_out', '', '', '', 'The column `LinkedIn` is empty in this row.'],
            ['5', 'Dee', 'new', 'success', expect.any(String), urlOf('example-1'), '', ''],
            ['6', 'Ada again', '', 'duplicate', '', 'linkedin.com/in/Slow-1', '2', ''],
            ['7', 'Eve', '', 'error', '', urlOf('huge-1'), '', expect.stringContaining('10 MB')],
        ]);
        const columns = rows.map((row) => [row.line, row.input_columns]);
        expect(Object.fromEntries(columns)).toMatchObject({ 2: { Name: 'Ada', status: 'old' }, 3: { Name: 'Bob' } });
        const failed = await readFile(join(storage, 'key_value_stores', 'default', 'FAILED_URLS.json'), 'utf8');
        // A page that is too large stays too large.
        expect(JSON.parse(failed)).toEqual([urlOf('error-1')]);
    });
});

describe('a run on a list for several runs', () => {
    it('processes the lines from `firstLine` on, and counts no others', async () => {
        const profileUrls = [urlOf('example-1'), 'x y', urlOf('example-2'), urlOf('example-3')];
        const result = await runActor({ ...quickInput, profileUrls, firstLine: 3 });
        expect(result.output).toMatchObject({ lines: 2, found: 2, invalid: 0, beyond: 0, left_out: 0 });
        expect(new Set(result.rows.map((row) => row.input_index))).toEqual(new Set([2, 3]));
        expectTruth(result);
    });

    it('without `firstLine` processes the first 5,000 lines and leaves the rest', async () => {
        const profileUrls = Array.from({ length: 5003 }, (_, n) => urlOf(`bare-${n < 5000 ? n % 3 : n}`));
        const result = await runActor({ ...quickInput, profileUrls }, { storage });
        const [, ...table] = await readCsv('profiles.csv');
        expect(table.map(([line]) => line)).toEqual(profileUrls.map((_, place) => String(place + 1)));
        expect(table.filter(([, status]) => status === 'remaining')).toHaveLength(3);
        expect(result.output).toMatchObject({
            lines: 5003,
            found: 3,
            duplicates: 4997,
            remaining: 3,
            ending: 'completed',
        });
        expect(result.output).not.toHaveProperty('beyond');
        expect(result.remainingUrls).toEqual(profileUrls.slice(5000));
        expect(result.output.warnings).toEqual([
            expect.stringContaining('The input has 5,003 lines, and one run takes 5,000'),
        ]);
        expectTruth(result);
    });
});

describe('an estimate', () => {
    it('reports invalid lines, and writes problems.csv', async () => {
        const profileUrls = [
            urlOf('example-1'),
            'CEO',
            'linkedin.com/company/acme',
            'linkedin.com/company/acme',
            { url: null },
        ];
        const result = await runActor({ ...quickInput, estimateOnly: true, profileUrls }, { storage });
        expect(result.output).toMatchObject({
            estimate: { valid: 1, duplicates: 0, invalid: 3 },
            left_out: 1,
            problems: [
                {
                    problem: 'This is a company page, not a person.',
                    what_to_do: 'Give the URL of a profile (linkedin.com/in/…).',
                    count: 2,
                    lines: [
                        { line: 3, url: 'linkedin.com/company/acme' },
                        { line: 4, url: 'linkedin.com/company/acme' },
                    ],
                },
                { count: 1, lines: [{ line: 2, url: 'CEO' }] },
                { count: 1, lines: [{ line: 5 }] },
            ],
        });
        expect((await readProblems()).map(([line]) => line)).toEqual(['line', '2', '3', '4', '5']);
        expect(result.rows).toEqual([]);
    });
});
