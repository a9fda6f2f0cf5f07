import { describe, expect, it } from 'vitest';
import { readElements, readList } from '../../../../src/actor/input/lists/read-list.ts';
import { readingOf, summarise } from '../../../helpers/read-result.ts';

const url = (handle: string) => `https://www.linkedin.com/in/${handle}`;
const [ada, bob, cem, zoe] = [url('ada'), url('bob'), url('cem'), url('zoe')];
const read = (text: string, urlColumn?: string) => readList(Buffer.from(text), '', urlColumn);
const linesOf = async (text: string, urlColumn?: string) => summarise(await read(text, urlColumn));

describe('a linked file', () => {
    it.each([
        ['one address per line and blank lines', `${ada}\n\n${bob}\r\n\n`, ['1 ada', '3 bob']],
        ['old Mac line ends', `${ada}\r${bob}`, ['1 ada', '2 bob']],
        ['a byte order mark', `\uFEFF${ada}`, ['1 ada']],
        ['a header', `LinkedIn\n${ada}`, ['2 ada']],
        ['a header in camel case', `profileUrl\n${ada}`, ['2 ada']],
        ['a header of several words', `Person LinkedIn URL\n${ada}`, ['2 ada']],
        ['a header in another language', `Perfil de LinkedIn\n${ada}`, ['2 ada']],
        ['an example in its header', `LinkedIn URL, e.g. ${zoe}\n${ada}\n${bob}`, ['2 ada', '3 bob']],
        ['a label at every address', `LinkedIn: ${ada}\nLinkedIn: ${bob}`, ['1 ada', '2 bob']],
        ['a comment above it', `# exported in March\n${ada}`, ['2 ada']],
        ['an address that is a comment', `${ada}\n# ${bob}\n${cem}`, ['1 ada', '2 left out', '3 cem']],
        ['names beside the addresses', `Ada, PhD - ${ada}\nBob - ${bob}\nCem - ${cem}`, ['1 ada', '2 bob', '3 cem']],
        ['a comma in an address', `${url('ada-sample,-mba')}\n${bob}`, ['1 ada-sample,-mba', '2 bob']],
        ['a comma in every address', `${url('ada-x,-mba')}\n${url('bob-x,-phd')}`, ['1 ada-x,-mba', '2 bob-x,-phd']],
        ['one comma too many', `${ada}\n${bob}\n${cem},`, ['1 ada', '2 bob', '3 cem']],
        ['all addresses in one line', `${ada}, ${bob}, ${cem}`, ['1 ada', '1 bob', '1 cem']],
        ['two addresses per line', `${ada}; ${bob}\n${cem}; ${zoe}`, ['1 ada', '1 bob', '2 cem', '2 zoe']],
        ['a greeting', `Hey, here they are:\n${ada}\n${bob}`, ['1 no: notAUrl', '2 ada', '3 bob']],
        ['Markdown links', `- [Ada](${ada})\n- [Bob](${bob}), CEO`, ['1 ada', '2 bob']],
        ['HTML links', `<a href="${ada}">Ada</a><br>\n<a href="${bob}">Bob</a>`, ['1 ada', '2 bob']],
        ['words, which are no people', 'CEO\nTBD\nLondon', ['1 no: bareWord', '2 no: notAHandle', '3 no: bareWord']],
        ['words among addresses', `ada-e\n${bob}\n${cem}`, ['1 no: bareWord', '2 bob', '3 cem']],
        ['words below a header for handles', 'username\nada-e\nbob-e', ['2 ada-e', '3 bob-e']],
        ['companies only', 'https://www.linkedin.com/company/x,X', ['1 no: company']],
    ])('with %s', async (_name, text, lines) => expect(await linesOf(text)).toEqual(lines));

    it.each([
        ['commas', ','],
        ['semicolons', ';'],
        ['tabs', '\t'],
        ['bars', '|'],
    ])('is a table with %s', async (_name, mark) => {
        const text = `name${mark}link${mark}x\nAda${mark}${ada}${mark}1\nBob${mark}linkedin.com/in/bob`;
        expect(readingOf(await read(text))).toMatchObject({
            columns: ['name', 'x'],
            entries: [
                { line: 2, url: ada, columns: { name: 'Ada', x: '1' } },
                { line: 3, url: 'linkedin.com/in/bob', columns: { name: 'Bob' } },
            ],
        });
    });

    it.each([
        ['quoted cells', `name,link\n"Example, Ada","${ada}"\n"Bob ""B""",${bob}`, ['2 ada', '3 bob']],
        ['a delimiter inside quotes', `Ada,${ada},"red;blue"\nBob,${bob},"green;blue"`, ['1 ada', '2 bob']],
        [
            'a note of several lines',
            `name,link,note\nAda,${ada},"by\n${zoe}\nin May"\nBob,${bob},x`,
            ['2 ada', '3 bob'],
        ],
        [
            'a note of several lines before the address',
            `link;note\n${ada};"met, with\n${zoe}; thanks\nbye"\n${bob};x`,
            ['2 ada', '3 bob'],
        ],
        ['stray quotes', `"Ada,${ada}\nBob,${bob}\nCem",${cem}`, ['1 ada', '2 bob', '3 cem']],
        ['a quote that is never closed', `name,link\n"Ada,${ada}\nBob,${bob}`, ['2 ada', '3 bob']],
        ['inches', `size,link\n5" pipe,${ada}\n6" pipe,${bob}`, ['2 ada', '3 bob']],
        ['Excel’s line for the delimiter', `sep=;\nname;linkedinUrl\nAda;${ada}`, ['2 ada']],
        ['an unusual delimiter that it names', `sep=^\nname^linkedinUrl\nAda^${ada}`, ['2 ada']],
        ['blank rows', `name,link\n\nAda,${ada}\n,\nBob,${bob}`, ['3 ada', '5 bob']],
        ['a preamble', `Notes:\n"See, all of it"\n\nFirst Name,URL,Company\nAda,${ada},X`, ['5 ada']],
        ['an example in its header', `Name,LinkedIn (e.g. ${zoe})\nAda,${ada}\nBob,${bob}`, ['2 ada', '3 bob']],
        ['a preamble with an address', `Exported by ${zoe}\n\nFirst Name,Last Name,URL\nAda,S,${ada}`, ['4 ada']],
        ['lines drawn between its rows', `+---+---+\n| Name | URL |\n+---+---+\n| Ada | ${ada} |`, ['4 ada']],
        ['paths for addresses', `Name,LinkedIn\nAda,/in/ada\nBob,in/bob`, ['2 ada', '3 bob']],
        [
            'statements for rows',
            `INSERT INTO p VALUES (1,'Ada','${ada}');\nINSERT INTO p VALUES (2,'B','${bob}');`,
            ['1 ada', '2 bob'],
        ],
        ['a repeated header', `name,link\nAda,${ada}\nName,Link\nBob,${bob}`, ['2 ada', '4 bob']],
        ['a Markdown table', `| Name | Link |\n|---|:-:|\n| Ada | ${ada} |\n| Bob | [B](${bob}) |`, ['3 ada', '4 bob']],
        ['formulas', `n,link\nA,"=HYPERLINK(""${ada}"",""A"")"\nB,"=HYPERLINK(""${bob}"";""B"")"`, ['2 ada', '3 bob']],
        ['a comma in an address', `name,link\nAda,${url('ada-x,-mba')}\nBob,${bob}`, ['2 ada-x,-mba', '3 bob']],
        ['several addresses in a cell', `name,link\nBoth,"${ada}, ${bob}"`, ['2 ada', '2 bob']],
        ['a handle in the column of the addresses', `name,link\nAda,${ada}\nBob,bob-e`, ['2 ada', '3 no: bareWord']],
        ['dashes in empty cells', `name,link\nAda,${ada}\nBob,-\nCem,—`, ['2 ada', '3 left out', '4 left out']],
        ['no header', `Ada,${ada}\nBob,${bob}`, ['1 ada', '2 bob']],
        ['row names without a header', `link,x\n1,${ada},x\n2,${bob},x`, ['2 ada', '3 bob']],
        ['a column of handles', 'username,company\nada-e,Acme\nbob-e,X', ['2 ada-e', '3 bob-e']],
        ['handles of another network', 'GitHub username,company\nada-e,Acme', ['2 left out']],
    ])('is a table with %s', async (_name, text, lines) => expect(await linesOf(text)).toEqual(lines));

    it.each([
        ['the header names it', `Referred by,LinkedIn\n${zoe},${ada}\n,${bob}`],
        ['the header names it, in few rows', `Manager URL,Profile\n${zoe},${ada}\n${zoe},${bob}\n${zoe},\n${zoe},`],
        ['the header names it better', `Website,LinkedIn URL\n${zoe},${ada}\n,${bob}`],
        ['it has the most addresses', `a;b;c\n${zoe};x;${ada}\n;y;${bob}`],
        ['the other one holds companies', `url,b\nhttps://www.linkedin.com/company/x,${ada}\n,${bob}`],
        ['the other one holds member ids', `profileUrl,other\n${url('ACwAAA1')},${ada}\n${url('ACwAAA2')},${bob}`],
        ['the other one is an interviewer’s', `Interviewer,Candidate\n${zoe},${ada}\n${zoe},${bob}`],
        ['the other one is of the person who added them', `LinkedIn added by,Person\n${zoe},${ada}\n${zoe},${bob}`],
        ['the better named one holds a member id', `LinkedIn,Public URL\n${url('ACwAAA1')},${ada}\n${bob},${bob}`],
        ['the other one is the company’s', `Company LinkedIn URL,Person\n${zoe},${ada}\n${zoe},${bob}`],
    ])('has one column of addresses: %s', async (_name, text) => {
        const lines = (await linesOf(text)) as string[];
        expect(lines.filter((line) => !line.endsWith('left out'))).toEqual(['2 ada', '3 bob']);
    });

    it('never uses the address of another person in a row', async () => {
        expect(await linesOf(`name,linkedin,manager\nAda,${ada},${zoe}\nBob,,${zoe}`)).toEqual(['2 ada', '3 left out']);
        expect(await linesOf(`linkedin,manager\n,${zoe}\n,${zoe}`)).toEqual(['2 left out', '3 left out']);
        expect(await linesOf(`linkedin,notes\n,see ${zoe}`)).toEqual(['2 left out']);
        expect(await linesOf(`name,manager\nAda,${zoe}`)).toEqual(['2 zoe']);
        expect(await linesOf(`linkedin,manager\nada-e,${zoe}\nbob-e,${zoe}`)).toEqual([
            '2 no: bareWord',
            '3 no: bareWord',
        ]);
    });

    it('never chooses between two equally likely addresses of a row', async () => {
        expect(await linesOf(`Ada (${ada}), Acme, and Bob (${bob})`)).toEqual(['1 no: several']);
        expect(await linesOf(`x,${ada},${bob}\ny,${cem},${zoe}`)).toEqual(['1 no: several', '2 no: several']);
        expect(await linesOf(`x,${ada},${zoe}\ny,${bob},`)).toEqual(['1 ada', '2 bob']);
    });

    it('never uses a cell shifted by an unquoted delimiter', async () => {
        const text = `name,manager,linkedin\nExample, Ada,${zoe},${ada}\nBob,${zoe},${bob}`;
        expect(await linesOf(text)).toEqual(['2 no: shiftedRow', '3 bob']);
        expect(await linesOf(`name,linkedin\nExample, Ada,${ada}\nBob,${bob}`)).toEqual(['2 ada', '3 bob']);
    });

    it('uses the column named by the user', async () => {
        const text = `Name,LinkedIn,Boss of\nAda,${ada},${zoe}`;
        expect(await linesOf(text, 'boss_of')).toEqual(['2 zoe']);
        expect(readingOf(await read(text, 'Person')).hasNamedColumn).toBe(false);
        expect(readingOf(await read(text, 'Name')).hasNamedColumn).toBe(true);
        expect(await linesOf(`Kontakt;x\nada-e;1`, 'Kontakt')).toEqual(['2 no: bareWord']);
    });

    it('says which column was used when there was a choice, and what was read as the header', async () => {
        const notesOf = async (text: string) => readingOf(await read(text)).notes;
        expect(await notesOf(`Referred by,LinkedIn\n${zoe},${ada}`)).toEqual([
            ': the addresses are taken from `LinkedIn`; `Referred by` holds some too. To use another one, name it in `urlColumn`.',
        ]);
        expect(await notesOf(`Verweis\n${ada}\n${bob}`)).toEqual([
            ' starts with `Verweis`, which was read as its header.',
        ]);
        expect(await notesOf(`Verweis;x\n${ada};x\n${bob};x`)).toEqual([
            ' starts with `Verweis`, which was read as its header.',
        ]);
        expect(await notesOf(`name,link\nAda,${ada}`)).toEqual([]);
    });

    it('numbers unnamed and repeated columns', async () => {
        const { columns, entries } = readingOf(await read(`name,link,name,,x\nAda,${ada},Example,7,\n`));
        expect(columns).toEqual(['name', 'name 2', 'Column 4', 'x']);
        expect(entries[0]?.columns).toEqual({ name: 'Ada', 'name 2': 'Example', 'Column 4': '7' });
    });

    it('is a table without addresses when no cell can be one', async () => {
        const reading = readingOf(await read('First Name,Email\nJane,jane@example.com\n\nJohn,john@example.com'));
        expect(reading).toMatchObject({ isAddressless: true, names: ['First Name', 'Email'] });
        expect(reading.entries.map(({ line, kind }) => [line, kind])).toEqual([
            [2, 'left_out'],
            [4, 'left_out'],
        ]);
        expect(readingOf(await read('first_name,company\nJane,Acme')).isAddressless).toBe(true);
    });

    it('is read in the charset of the Content-Type header', async () => {
        const bytes = Buffer.from('Name,LinkedIn\n\xA3ukasz,linkedin.com/in/\xB3ukasz-example', 'latin1');
        expect(summarise(await readList(bytes, 'text/csv; charset=windows-1250'))).toEqual(['2 łukasz-example']);
        const { notes } = readingOf(await readList(bytes, 'text/csv'));
        expect(notes).toEqual([expect.stringContaining('was read as Windows-1252: save it as UTF-8')]);
        expect(readingOf(await readList(Buffer.from('Zo\xEB\tlinkedin.com/in/zoe', 'latin1'), '')).notes).toEqual([]);
    });

    it.each([
        [
            '<!doctype html><p>Sign in',
            'is a web page, not a text or CSV file; share it so that anyone with the link can read it',
        ],
        ['<?xml version="1.0"?><a/>', 'is an XML file; save it as CSV and link that'],
        ['PK\x03\x04\0', 'is not a text, CSV or JSON file; save it as CSV and link that'],
        ['[{"url": "x"', 'starts like JSON but is not valid JSON; look for a missing quote, comma or bracket'],
    ])('%j %s', async (text, problem) => expect(await read(text)).toEqual({ ok: false, problem }));

    it('is read in linear time, whatever is missing between its addresses', async () => {
        expect(await linesOf(ada.repeat(100_000))).toEqual(['1 no: tooLong']);
        expect(await linesOf('https://www.linkedin.com/company/acme/'.repeat(30_000))).toEqual(['1 no: tooLong']);
        expect(await linesOf(`x\t${ada}${'>'.repeat(400_000)} x\n`)).toEqual(['1 ada']);
    });
});

describe('a JSON list', () => {
    const json = (value: unknown) => linesOf(JSON.stringify(value));

    it.each([
        ['of texts', [ada, bob], ['1 ada', '2 bob']],
        ['of objects', [{ name: 'A', at: ada }, { at: bob }], ['1 ada', '2 bob']],
        [
            'of texts, objects and other values',
            [ada, null, 42, { url: bob }],
            ['1 ada', '2 no: notAUrl', '3 no: notAUrl', '4 bob'],
        ],
        ['in an object', { note: 1, profileUrls: [ada, bob] }, ['1 ada', '2 bob']],
        [
            'with nested addresses',
            [
                { name: 'Ann', social: { linkedin: ada } },
                { name: 'Ben', social: {} },
            ],
            ['1 ada', '2 left out'],
        ],
        [
            'with lists in its objects',
            [
                {
                    q: 'x',
                    results: [
                        { t: 'A', url: ada },
                        { t: 'B', url: bob },
                    ],
                },
                { q: 'y', results: [] },
            ],
            ['1 ada', '2 bob', '3 left out'],
        ],
        [
            'deep inside an object',
            { data: { people: { edges: [{ node: { profile: { url: ada } } }, { node: { profile: { url: bob } } }] } } },
            ['1 ada', '2 bob'],
        ],
        [
            'of people, keyed by name',
            { 'p-1': { name: 'A', link: ada }, 'p-2': { name: 'B', link: bob } },
            ['1 ada', '2 bob'],
        ],
        ['of addresses, keyed by name', { Ann: ada, Ben: bob }, ['1 ada', '2 bob']],
        [
            'of cells, as spreadsheet APIs return',
            {
                range: 'A1',
                values: [
                    ['Name', 'Link'],
                    ['A', ada],
                    ['B', ''],
                ],
            },
            ['2 ada', '3 left out'],
        ],
        ['of lists', [[ada, bob], [cem]], ['1 ada', '1 bob', '2 cem']],
        [
            'with all the addresses of each person',
            [
                { n: 1, links: ['https://example.com/ada', ada] },
                { n: 2, links: [bob] },
                { n: 3, links: [] },
            ],
            ['1 ada', '2 bob', '3 left out'],
        ],
        [
            'with the kinds of addresses of each person',
            [
                {
                    links: [
                        { type: 'x', url: 'https://example.com/a' },
                        { type: 'li', url: ada },
                    ],
                },
                { links: [{ type: 'li', url: bob }] },
            ],
            ['1 ada', '2 bob'],
        ],
        ['of handles', [{ publicIdentifier: 'ada-e' }, { publicIdentifier: 'bob-e' }], ['1 ada-e', '2 bob-e']],
        ['that is one person', { linkedin: ada, manager: bob }, ['1 ada']],
        ['whose objects use different field names', [{ url: ada }, { profileUrl: bob }], ['1 ada', '2 bob']],
        [
            'with nested lists of similar people only',
            [{ public_identifier: 'ada-e', people_also_viewed: [{ link: bob }] }],
            ['1 ada-e'],
        ],
        ['with addresses of other people only', [{ name: 'A', people_also_viewed: [{ link: bob }] }], ['1 left out']],
        [
            'of a company’s people',
            { company: { url: 'linkedin.com/company/x', employees: [{ profile: ada }, { profile: bob }] } },
            ['1 ada', '2 bob'],
        ],
        ['with lists of similar people', [{ url: ada, similar: [{ url: bob }, { url: cem }] }], ['1 ada']],
        ['with an empty address', [{ url: ada }, { url: '', manager: bob }], ['1 ada', '2 left out']],
    ])('%s', async (_name, value, lines) => expect(await json(value)).toEqual(lines));

    it.each([
        ['one object per line', `{"at":"${ada}"}\n\n{"at":"${bob}"}\n`],
        ['commas too many', `[{"at": "${ada}",}, {"at": "${bob}"},]`],
        ['more commas too many', `[{"at": "${ada}", "note": "a,]",,},, {"at": "${bob}"},,\n],`],
        [
            'non-standard numbers as Python writes them',
            `[{"at": "${ada}", "x": NaN}, {"at": "${bob}", "x": -Infinity}]`,
        ],
        ['a comma after each line', `{"at":"${ada}"},\n{"at":"${bob}"},`],
        ['a byte order mark and Windows line ends', `\uFEFF[\r\n"${ada}",\r\n"${bob}"\r\n]\r\n`],
    ])('is read with %s', async (_name, text) => expect(await linesOf(text)).toEqual(['1 ada', '2 bob']));

    it('keeps the values beside an address by path', async () => {
        const value = [{ id: 7, person: { url: ada, name: 'Ada' }, tags: ['a', 'b'], jobs: [{ at: 'X' }], gone: null }];
        expect(readingOf(await read(JSON.stringify(value)))).toMatchObject({
            columns: ['id', 'tags', 'person.name'],
            entries: [{ columns: { id: '7', tags: 'a | b', 'person.name': 'Ada' } }],
        });
    });

    it('uses the path named by the user', async () => {
        const text = JSON.stringify([{ url: ada, boss: { link: bob } }]);
        expect(await linesOf(text, 'boss.link')).toEqual(['1 bob']);
        expect(readingOf(await read(text, 'boss.url')).hasNamedColumn).toBe(false);
    });

    it('of objects without common fields is refused, in linear time', async () => {
        const each = (value: (n: number) => string) =>
            Array.from({ length: 20_000 }, (_, n) => ({ [`key-${n}`]: value(n) }));
        expect(await json(each((n) => url(`person-${n}`)))).toMatch(
            /^has different fields in nearly every entry, so it is not a table/,
        );
        const reading = readingOf(await read(JSON.stringify(each(String))));
        expect(reading).toMatchObject({ isAddressless: true, columns: [] });
        expect(reading.entries).toHaveLength(20_000);
    });

    it('that is invalid is refused in linear time', async () => {
        expect(await linesOf(`["${ada}",${' '.repeat(1_000_000)}x]`)).toMatch(
            /^starts like JSON but is not valid JSON/,
        );
    });

    it('may be nested to any depth', async () => {
        const depth = 200_000;
        expect(await linesOf(`${'['.repeat(depth)}"${ada}"${']'.repeat(depth)}`)).toBeDefined();
        expect(await linesOf(`${'{"a":'.repeat(2000)}"${ada}"${'}'.repeat(2000)}`)).toEqual(['1 left out']);
    });
});

describe('the elements of a list in the input', () => {
    const elements = async (...values: unknown[]) => summarise(await readElements(values));

    it('may be texts, objects or anything else', async () => {
        expect(await elements(ada, { url: bob }, null, 42, true, ' ', 'CEO')).toEqual([
            '1 ada',
            '2 bob',
            '3 no: notAUrl',
            '4 no: notAUrl',
            '5 no: notAUrl',
            '7 no: bareWord',
        ]);
        const { entries } = readingOf(await readElements([null, 42]));
        expect(entries).toMatchObject([{ url: 'null' }, { url: '42' }]);
    });

    it('may each contain a list', async () => {
        expect(await elements(`${ada}\n${bob}`, JSON.stringify([cem]), `name,url\nZoe,${zoe}`)).toEqual([
            '1 ada',
            '1 bob',
            '2 cem',
            '3 zoe',
        ]);
        expect(await elements(`${ada}\n\n${bob}`)).toEqual(['1 ada', '3 bob']);
    });

    it('have no header', async () => {
        expect(await elements('linkedinUrl', ada)).toEqual(['2 ada']);
        expect(await elements('Name', ada, bob)).toEqual(['2 ada', '3 bob']);
        expect(await elements('handle', 'ada-e')).toEqual(['2 ada-e']);
        expect(await elements('- name: Ada', ada)).toEqual(['1 no: notAUrl', '2 ada']);
        expect(await elements('linkedinUrl')).toEqual(['1 no: bareWord']);
        expect(await elements('https://lnkd.in/eXaMple', ada)).toEqual(['1 no: shortLink', '2 ada']);
    });

    it('are a table when they are rows of a spreadsheet', async () => {
        const rows = ['Name\tManager\tLinkedIn', `Ada\t${zoe}\t${ada}`, `Bob\t${zoe}\t`];
        expect(await elements(...rows)).toEqual(['2 ada', '3 left out']);
        expect(await elements(...rows.slice(1))).toEqual(['1 no: several', '2 zoe']);
    });
});
