import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCell, formatLine } from '../../../../src/actor/output/exports/csv-cell.ts';
import { profileColumns, readCells } from '../../../../src/actor/output/exports/profile-columns.ts';
import type { Row } from '../../../../src/actor/ledger/row.ts';
import { buildProfile, buildRowDraft } from '../../../helpers/build-row-draft.ts';
import { parseCsv } from '../../../helpers/parse-csv.ts';

const storedRow = (draft: ReturnType<typeof buildRowDraft>): Row => ({
    ...draft,
    meta: { ...draft.meta, batch_id: 'batch' },
});

describe('a cell', () => {
    it.each([
        '=HYPERLINK("https://evil.example","Click")',
        '=1+1',
        '+1-2',
        '-2+3',
        '@SUM(A1)',
        '\t=1+1',
        '\r=1+1',
        '\n=1+1',
        '＝1+1',
        "=cmd|' /C calc'!A0",
    ])('%j is no formula', (text) => {
        const [[cell] = []] = parseCsv(formatLine([text]));
        expect(cell).toBe(`'${text}`);
    });

    it('leaves numbers and harmless text as they are', () => {
        expect([500, -1, null, true, 'Ada', "O'Neil", 'a=b'].map(formatCell)).toEqual([
            '500',
            '-1',
            '',
            'true',
            'Ada',
            "O'Neil",
            'a=b',
        ]);
    });

    it('cannot break out of its place, whatever it holds', () => {
        fc.assert(
            fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (texts) => {
                const lines = parseCsv(formatLine(texts) + formatLine(['end']));
                expect(lines).toHaveLength(2);
                expect(lines[0]?.map((cell) => cell.replace(/^'/, ''))).toEqual(
                    texts.map((text) => text.replace(/^'/, '')),
                );
                for (const cell of lines[0] ?? []) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
            }),
        );
    });
});

describe('a row as a line', () => {
    const read = (row: Row) =>
        Object.fromEntries(profileColumns.map(({ name }, place) => [name, readCells(row)[place] ?? null]));

    it('puts lists into words', () => {
        const organization = { name: 'Acme', linkedin_url: null, logo_url: null };
        const profile = buildProfile({
            skills: ['A', 'B'],
            position_groups: [
                {
                    company: organization,
                    date: { start: null, end: null },
                    profile_positions: [
                        {
                            title: 'Engineer',
                            company: 'Acme',
                            location: null,
                            description: null,
                            employment_type: null,
                            is_current: true,
                            date: { start: '2019-03', end: null },
                        },
                    ],
                },
            ],
        });
        const row = { ...storedRow(buildRowDraft(6)), profile } as Row;
        expect(read(row)).toMatchObject({
            line: 7,
            status: 'success',
            full_name: 'Ada Example',
            skills: 'A | B',
            experience: 'Engineer at Acme (since 2019-03)',
            same_as_line: null,
        });
    });

    it('says what happened where there is no profile', () => {
        expect(read(storedRow(buildRowDraft(0, 'error')))).toMatchObject({
            status: 'error',
            error_code: 'upstream_error',
            message: 'The source refused.',
            full_name: null,
        });
    });

    it('has empty cells for fields that were not to be kept', () => {
        const row = { ...storedRow(buildRowDraft(0)), profile: { full_name: 'Ada' } } as unknown as Row;
        expect(read(row)).toMatchObject({ full_name: 'Ada', company: null, location: null, skills: null });
    });
});
