import { describe, expect, it } from 'vitest';
import { readList } from '../../../src/actor/input/read-list.ts';

const linesOf = async (text: string) => (await readList(text)).lines;
const url = (handle: string) => `https://www.linkedin.com/in/${handle}`;

describe('a linked list', () => {
    it.each([
        ['a line each', 'ada-e\nbob-e\r\n\n', ['ada-e', 'bob-e']],
        ['old Mac line ends', `${url('ada')}\r${url('bob')}`, [url('ada'), url('bob')]],
        ['a byte order mark', '\uFEFFada-e', ['ada-e']],
        ['one comma too many', `ada-e\nbob-e\n${url('cem')},`, ['ada-e', 'bob-e', url('cem')]],
        ['a table', `name;link\nAda;${url('ada')}\nBob;linkedin.com/in/bob;x`, [url('ada'), 'linkedin.com/in/bob']],
        ['tabs', `Ada, the first\t${url('ada')}\nBob\t${url('bob')}`, [url('ada'), url('bob')]],
        ['a header alone in its line', `linkedin\n${url('ada')}`, [url('ada')]],
        ['a header in capitals', `LinkedIn\n${url('ada')}`, [url('ada')]],
        ['a header of several words', `Person LinkedIn URL\n${url('ada')}`, [url('ada')]],
        ['a header in camel case', `profileUrl\n${url('ada')}`, [url('ada')]],
        [
            'a column of companies',
            `name,company,person\nAda,https://www.linkedin.com/company/x,${url('ada')}`,
            [url('ada')],
        ],
        [
            'quoted cells',
            `name,link\n"Example, Ada","${url('ada')}"\n"Bob ""B""",${url('bob')}`,
            [url('ada'), url('bob')],
        ],
        ['a quoted cell of two lines', `"Ada\nExample",${url('ada')}\nBob,${url('bob')}`, [url('ada'), url('bob')]],
        [
            'stray quotes',
            `"Ada,${url('ada')}\nBob,${url('bob')}\nCem",${url('cem')}`,
            [url('ada'), url('bob'), url('cem')],
        ],
        ['a bare handle in the column', `name,link\nAda,${url('ada')}\nBob,bob-e`, [url('ada'), 'bob-e']],
        ['no LinkedIn column', 'ada-e,Ada\nbob-e,Bob', ['ada-e', 'bob-e']],
        ['companies only', 'https://www.linkedin.com/company/x,X', ['https://www.linkedin.com/company/x']],
        ['a JSON list', JSON.stringify([url('ada'), 'bob-e'], null, 2), [url('ada'), 'bob-e']],
        [
            'a JSON list of objects',
            JSON.stringify([{ name: 'Ada', at: url('ada') }, { at: 'bob-e' }]),
            [url('ada'), 'bob-e'],
        ],
        ['a JSON object', JSON.stringify({ note: 1, profileUrls: [url('ada')] }), [url('ada')]],
        ['a JSON object a line', `{"at":"${url('ada')}"}\n{"at":"${url('bob')}"}\n`, [url('ada'), url('bob')]],
        [
            'Markdown, which is no JSON',
            `[Ada](${url('ada')})\n[Bob](${url('bob')})`,
            [`[Ada](${url('ada')})`, `[Bob](${url('bob')})`],
        ],
    ])('with %s gives one line for each row', async (_name, text, lines) => {
        expect(await readList(text)).toEqual({ lines, leftOutCount: 0, supposedHeader: null });
    });

    it('never takes a name for a handle where there is a LinkedIn column, and counts the rows it leaves out', async () => {
        const text = `name,link\nAda,${url('ada')}\nBob,\nCem\n,,\n`;
        expect(await readList(text)).toEqual({ lines: [url('ada')], leftOutCount: 2, supposedHeader: null });
    });

    it('takes a plain word above a column of addresses for its header, and says so', async () => {
        const text = `Verweis\n${url('ada')}\n${url('bob')}`;
        expect(await readList(text)).toMatchObject({ lines: [url('ada'), url('bob')], supposedHeader: 'Verweis' });
        expect(await linesOf(`ada-e\n${url('bob')}`)).toEqual(['ada-e', url('bob')]);
        expect(await linesOf('Verweis\nada-e\nbob-e')).toEqual(['Verweis', 'ada-e', 'bob-e']);
    });
});
