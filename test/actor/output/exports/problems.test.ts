import { describe, expect, it } from 'vitest';
import { createProblems, type ProblemSources } from '../../../../src/actor/output/exports/problems.ts';
import type { OpenUpload } from '../../../../src/actor/platform/open-upload.ts';
import type { Row } from '../../../../src/actor/ledger/row.ts';
import { buildRowDraft } from '../../../helpers/ledger/build-row-draft.ts';
import { parseCsv } from '../../../helpers/parse-csv.ts';
import { inputLinesOf, worklistOf } from '../../../helpers/runs/worklist-of.ts';

async function write(sources: ProblemSources, rows: Row[] = []): Promise<string[][]> {
    let text = '';
    const openUpload: OpenUpload = (key, contentType) => {
        expect([key, contentType]).toEqual(['problems.csv', 'text/csv; charset=utf-8']);
        return {
            async write(piece) {
                text += piece;
            },
            async end() {},
            abandon() {},
        };
    };
    const problems = createProblems(sources);
    for (const row of rows) problems.add(row);
    await problems.writeCsv(openUpload);
    expect(text.startsWith('\uFEFF')).toBe(true);
    return parseCsv(text.slice(1));
}

const urls = ['linkedin.com/in/ada', '=1+1', 'linkedin.com/in/bob', 'linkedin.com/school/x'];
const lines = inputLinesOf(urls);
const leftOut = [{ list: 0, line: 9, before: 4, reason: 'It is empty.', columns: { Name: 'Zoe' } }];
const errorRow = (inputIndex: number, message: string): Row =>
    ({
        ...buildRowDraft(inputIndex, 'error'),
        url: 'linkedin.com/in/bob',
        code: 'upstream_timeout',
        message,
    }) as Row;
const error = errorRow(2, 'It took too long.');

describe('problems.csv', () => {
    it('lists every line without a result in list order, with problem and advice', async () => {
        const lists = [{ name: 'people.csv', columns: ['Name'] }];
        expect(await write({ runLines: { lists, lines, leftOut }, worklist: worklistOf(urls) }, [error])).toEqual([
            ['line', 'url', 'problem', 'what_to_do'],
            [
                '2',
                "'=1+1",
                'This is not a LinkedIn profile URL.',
                'Give one such as https://www.linkedin.com/in/someone/.',
            ],
            ['3', 'linkedin.com/in/bob', 'It took too long.', expect.stringContaining('Run these again later')],
            [
                '4',
                'linkedin.com/school/x',
                'This is a school page, not a person.',
                'Give the URL of a profile (linkedin.com/in/…).',
            ],
            ['9', '', 'Left out: it is empty.', 'Fill in the address and run it again.'],
        ]);
    });

    it('says the same words as the report', async () => {
        const lists = [{ name: 'people.csv', columns: ['Name'] }];
        const sources = { runLines: { lists, lines, leftOut }, worklist: worklistOf(urls) };
        const messages = [
            'LinkedIn showed a sign-in wall instead of this profile. Try again later.',
            'It took too long.',
        ];
        const errors = messages.map((message, index) => errorRow(index * 2, message));
        const report = createProblems(sources);
        for (const row of errors) report.add(row);
        const [, ...rows] = await write(sources, errors);
        const told = rows.map(([, , problem, advice]) => `${problem} ${advice}`);
        expect(told.toSorted()).toEqual(
            report
                .readGroups()
                .map(({ problem, what_to_do: advice }) => `${problem} ${advice}`)
                .toSorted(),
        );
    });

    it('names the list when there are several', async () => {
        const lists = [
            { name: 'profileUrls', columns: [] },
            { name: 'people.csv', columns: [] },
        ];
        const placed = lines.map((line) => ({ ...line, list: line.inputIndex < 2 ? 1 : 0 }));
        const rows = await write({ runLines: { lists, lines: placed, leftOut }, worklist: worklistOf(urls) });
        expect(rows.map(([list, line]) => [list, line])).toEqual([
            ['list', 'line'],
            ['profileUrls', '4'],
            ['profileUrls', '9'],
            ['people.csv', '2'],
        ]);
    });

    it('has of the rows only those with an error', async () => {
        const sources = {
            runLines: { lists: [{ name: 'people.csv', columns: [] }], lines, leftOut: [] },
            worklist: { invalid: [] },
        };
        const rows = [
            buildRowDraft(0, 'success') as Row,
            buildRowDraft(1, 'not_found') as Row,
            error,
            { ...error, input_index: 3, line: 4, code: 'validation_failed' } as Row,
        ];
        expect((await write(sources, rows)).map(([line]) => line)).toEqual(['line', '3']);
    });
});
