import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fc } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { ListReading } from '../../../../src/actor/input/lists/list-entry.ts';
import { readList } from '../../../../src/actor/input/lists/read-list.ts';
import { readingOf } from '../../../helpers/read-result.ts';

/** One row of a sheet. `address` is its cell in the address column. */
type Person = { name: string; note: string; address: string };

const handle = fc
    .stringMatching(/^[a-zäöü0-9][a-zäöü0-9-]{2,20}$/)
    .filter((text) => /[a-zäöü]/.test(text) && !/^(?:none|null|nil|nan)/.test(text));
const address = fc.oneof(
    {
        weight: 6,
        arbitrary: fc
            .tuple(
                fc.constantFrom('https://www.linkedin.com/in/', 'linkedin.com/in/', 'http://de.linkedin.com/in/'),
                handle,
                fc.constantFrom('', '/', '?trk=x'),
            )
            .map((parts) => parts.join('')),
    },
    { weight: 1, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant('https://www.linkedin.com/company/acme') },
);
/** Any cell content: delimiters, quotes, line breaks, letters of any script. */
const cell = fc
    .array(
        fc.constantFrom(
            'Ada',
            'Łukasz',
            '山田',
            'x',
            '7',
            ' ',
            ',',
            ';',
            '|',
            '\t',
            '\n',
            '"',
            "'",
            '=',
            '#',
            '()',
            'é',
        ),
        { maxLength: 8 },
    )
    .map((parts) => parts.join('').trim());
const person: fc.Arbitrary<Person> = fc.record({ name: cell, note: cell, address });
const people = fc
    .array(person, { minLength: 1, maxLength: 12 })
    .map((rows) => [...rows, { name: 'Last', note: 'row', address: 'https://www.linkedin.com/in/last-person' }]);

const columns = ['name', 'note', 'address'] as const;
const tableForm = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    quotes: fc.constantFrom('where needed', 'everywhere'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    encoding: fc.constantFrom(
        'UTF-8',
        'UTF-8 with mark',
        'UTF-16',
        'UTF-16 without mark',
        'UTF-16 the other way round',
    ),
    order: fc.constantFrom<Array<(typeof columns)[number]>>(
        ['name', 'note', 'address'],
        ['address', 'name', 'note'],
        ['name', 'address', 'note'],
    ),
    header: fc.constantFrom('LinkedIn', 'Profile URL', 'person_linkedin_url', 'linkedinUrl', 'URL'),
    above: fc.constantFrom<string[]>([], ['sep='], ['Notes:', '"See, all of them"', ''], ['', '']),
    blankRowAfter: fc.nat(12),
    headerAgainAfter: fc.nat(12),
});
type TableForm = typeof tableForm extends fc.Arbitrary<infer Form> ? Form : never;

const headerOf = (form: TableForm) => ({ name: 'Name', note: 'Company', address: form.header });

/** The sheet's rows in one form, and the row number of each person. */
function writeTable(rows: readonly Person[], form: TableForm): { bytes: Buffer; lines: number[] } {
    const isQuoted = (text: string) =>
        form.quotes === 'everywhere' || text.includes(form.delimiter) || /["\n]/.test(text);
    const write = (values: Record<(typeof columns)[number], string>) =>
        form.order
            .map((column) => values[column].replaceAll('\n', form.lineEnd))
            .map((text) => (isQuoted(text) ? `"${text.replaceAll('"', '""')}"` : text))
            .join(form.delimiter);
    const header = headerOf(form);
    const above = form.above.map((line) => (line === 'sep=' ? `sep=${form.delimiter}` : line));
    const written = [...above, write(header)];
    const uncounted = form.above.includes('sep=') ? 1 : 0;
    const lines: number[] = [];
    for (const [place, row] of rows.entries()) {
        written.push(write(row));
        lines.push(written.length - uncounted);
        if (place === form.blankRowAfter) written.push('');
        if (place === form.headerAgainAfter) written.push(write(header));
    }
    return { bytes: encode(written.join(form.lineEnd), form.encoding), lines };
}

function encode(text: string, encoding: TableForm['encoding']): Buffer {
    switch (encoding) {
        case 'UTF-8':
            return Buffer.from(text);
        case 'UTF-8 with mark':
            return Buffer.from(`\uFEFF${text}`);
        case 'UTF-16':
            return Buffer.from(`\uFEFF${text}`, 'utf16le');
        case 'UTF-16 without mark':
            return Buffer.from(text, 'utf16le');
        case 'UTF-16 the other way round':
            return Buffer.from(text, 'utf16le').swap16();
    }
}

const filled = (cells: Record<string, string>) =>
    Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== ''));

/** The lines as read, without notes. */
const outline = ({ entries }: ListReading) =>
    entries.map(({ line, columns: own, ...entry }) => ({ line, own, address: entry.kind === 'line' ? entry.url : '' }));

describe('a list in any form', () => {
    it('is read line by line, with line numbers and columns', async () => {
        await fc.assert(
            fc.asyncProperty(people, tableForm, async (rows, form) => {
                const { bytes, lines } = writeTable(rows, form);
                const reading = readingOf(await readList(bytes, 'text/csv'));
                const expected = rows.flatMap((row, place) => {
                    const own = filled({ Name: row.name, Company: row.note });
                    return Object.keys(own).length === 0 && row.address === ''
                        ? []
                        : [{ line: lines[place], own, address: row.address }];
                });
                expect(outline(reading)).toEqual(expected);
                expect(reading.columns.toSorted()).toEqual(['Company', 'Name']);
            }),
            { numRuns: 250 },
        );
    });

    it('is read from JSON and from JSON Lines', async () => {
        const wrap = fc.constantFrom<(rows: readonly object[]) => string>(
            (rows) => JSON.stringify(rows),
            (rows) => JSON.stringify({ meta: { total: 9 }, data: { items: rows } }),
            (rows) => rows.map((row) => JSON.stringify(row)).join('\n'),
            (rows) => JSON.stringify(rows, null, 2).replaceAll('}', ',}'.slice(1)),
        );
        await fc.assert(
            fc.asyncProperty(people, wrap, async (rows, write) => {
                const text = write(rows.map(({ name, note, address: url }) => ({ name, person: { url, note } })));
                const reading = readingOf(await readList(Buffer.from(text), 'application/json'));
                expect(outline(reading).map(({ address: url }) => url)).toEqual(rows.map((row) => row.address));
                expect(reading.entries.map(({ line }) => line)).toEqual(rows.map((_, place) => place + 1));
            }),
            { numRuns: 100 },
        );
    });
});

describe('the tables of csv-spectrum', () => {
    const folder = dirname(fileURLToPath(import.meta.resolve('csv-spectrum')));
    it.each([
        'comma_in_quotes',
        'empty',
        'empty_crlf',
        'escaped_quotes',
        'json',
        'newlines',
        'newlines_crlf',
        'quotes_and_newlines',
        'simple',
        'simple_crlf',
        'utf8',
    ])('are read cell by cell: %s', async (name) => {
        const reading = readingOf(await readList(readFileSync(join(folder, 'csvs', `${name}.csv`)), 'text/csv'));
        const rows = JSON.parse(readFileSync(join(folder, 'json', `${name}.json`), 'utf8')) as Array<
            Record<string, string>
        >;
        const normal = (row: Record<string, string>) =>
            filled(
                Object.fromEntries(
                    Object.entries(row).map(([key, text]) => [key, text.replaceAll('\r\n', '\n').trim()]),
                ),
            );
        expect(reading.isAddressless).toBe(true);
        expect(reading.entries.map((entry) => entry.columns)).toEqual(rows.map(normal));
    });
});
