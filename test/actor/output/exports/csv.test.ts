import { fc } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { formatCell, formatLine } from '../../../../src/actor/output/exports/csv.ts';
import { parseCsv } from '../../../helpers/parse-csv.ts';

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
    ])('%j is not run as a formula', (text) => {
        const [[cell] = []] = parseCsv(formatLine([text]));
        expect(cell).toBe(`'${text}`);
    });

    it('does not change numbers and harmless text', () => {
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

    it('is one cell whatever it contains', () => {
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
