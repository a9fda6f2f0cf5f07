import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/actor/input-error.ts';
import { parseInput } from '../../../../src/actor/input/input.ts';
import type { ListPorts } from '../../../../src/actor/input/lists/collect-lists.ts';
import { readLists } from '../../../../src/actor/input/lists/read-lists.ts';
import type { RunLines } from '../../../../src/actor/input/lines/run-lines.ts';

const url = (handle: string) => `https://www.linkedin.com/in/${handle}`;
const [ada, bob, cem, zoe] = [url('ada'), url('bob'), url('cem'), url('zoe')];
const link = 'https://example.com/lists/people.csv?token=secret';
const linked = { startUrls: [{ requestsFromUrl: link }] };

/** Reads an input with the given linked files and datasets. */
function read(
    raw: object,
    {
        files = {},
        datasets = {},
        isAtHome = false,
    }: { files?: Record<string, string>; datasets?: Record<string, unknown[]>; isAtHome?: boolean } = {},
) {
    const parsing = parseInput(raw);
    if (!parsing.ok) throw new Error(parsing.message);
    const open = async (address: string) => {
        const text = files[address];
        if (text === undefined) return { ok: false as const, problem: 'could not be downloaded' };
        return { ok: true as const, bytes: Buffer.from(text), contentType: 'text/csv' };
    };
    const ports: ListPorts = {
        download: open,
        readFile: isAtHome ? null : open,
        async openDataset(id) {
            const items = datasets[id];
            if (!items) return { kind: 'no_dataset' };
            return {
                kind: 'dataset',
                async *readPages() {
                    yield items;
                },
            };
        },
        signal: new AbortController().signal,
    };
    return readLists(parsing.input, ports);
}

async function linesOf(...args: Parameters<typeof read>): Promise<RunLines> {
    return (await read(...args)).runLines;
}

async function messageOf(...args: Parameters<typeof read>): Promise<string> {
    return read(...args).then(
        () => 'read',
        (error: unknown) => (error instanceof InputError ? `${error.code}: ${error.message}` : String(error)),
    );
}

const handlesOf = ({ lines }: RunLines) => lines.map(({ handle, rejection }) => handle ?? `no: ${rejection?.kind}`);

describe('the lists of the input', () => {
    it('are read in field order, with lines counted over all lists', async () => {
        const { lists, lines } = await linesOf(
            {
                startUrls: ['', url('dee'), { url: url('eve') }, linked.startUrls[0]],
                urls: [bob, ' '],
                profileUrls: ['', ada],
                usernames: 'cem-e\nfay-e',
                datasetId: 'ds1',
            },
            {
                files: { [link]: `Name,URL\nGus,${url('gus')}` },
                datasets: { ds1: [{ profileUrl: url('hal'), id: 1 }] },
            },
        );
        expect(lists).toEqual([
            { name: 'profileUrls', columns: [] },
            { name: 'urls', columns: [] },
            { name: 'usernames', columns: [] },
            { name: 'startUrls', columns: [] },
            { name: 'https://example.com/lists/people.csv', columns: ['Name'] },
            { name: 'dataset ds1', columns: ['id'] },
        ]);
        expect(lines.map(({ inputIndex, list, line, handle }) => [inputIndex, list, line, handle])).toEqual([
            [0, 0, 2, 'ada'],
            [1, 1, 1, 'bob'],
            [2, 2, 1, 'cem-e'],
            [3, 2, 2, 'fay-e'],
            [4, 3, 2, 'dee'],
            [5, 3, 3, 'eve'],
            [6, 4, 2, 'gus'],
            [7, 5, 1, 'hal'],
        ]);
        expect(lines[6]?.columns).toEqual({ Name: 'Gus' });
    });

    it.each(['profileUrls', 'urls', 'linkedinUrls', 'profiles', 'queries', 'startUrls'])(
        'take texts, objects and nothing, as people write them: %s',
        async (field) => {
            expect(handlesOf(await linesOf({ [field]: [ada, { url: bob }, { profileUrl: cem }, null, 42] }))).toEqual([
                'ada',
                'bob',
                'cem',
                'no: notAUrl',
                'no: notAUrl',
            ]);
            expect(handlesOf(await linesOf({ [field]: `${ada}\n${bob}` }))).toEqual(['ada', 'bob']);
        },
    );

    it('may be one text that contains a table', async () => {
        const { lists, lines } = await linesOf({ profileUrls: `Name,URL\nAda,${ada}\nBob,${bob}` });
        expect(lists).toEqual([{ name: 'profileUrls', columns: ['Name'] }]);
        expect(lines.map(({ line, columns }) => [line, columns])).toEqual([
            [2, { Name: 'Ada' }],
            [3, { Name: 'Bob' }],
        ]);
        expect(await messageOf({ profileUrls: ['First Name,Email\nJane,j@example.com'] })).toContain('no_addresses: ');
        expect(handlesOf(await linesOf({ profileUrls: 'First Name\nJane' }))).toEqual(['no: notAUrl', 'no: bareWord']);
    });

    it.each(['usernames', 'publicIdentifiers'])('read words as handles in `%s`', async (field) => {
        const { lines, warnings } = await linesOf({
            [field]: ['ada-e', '@bob-e', cem, 'None', 'dee-e, eve-e', 'Example, Ada'],
            profileUrls: [zoe, 'CEO'],
        });
        expect(lines.map(({ handle, rejection }) => handle ?? rejection?.kind)).toEqual([
            'zoe',
            'bareWord',
            'ada-e',
            'bob-e',
            'cem',
            'notAHandle',
            'dee-e',
            'eve-e',
            'notAUrl',
        ]);
        expect(warnings).toEqual([]);
    });

    it('read words in `profileUrls` as handles when no line is an address, and say how many', async () => {
        const { lines, warnings } = await linesOf({ profileUrls: ['ada-e', 'Ada Example'], urls: ['bob-e'] });
        expect(lines.map(({ handle }) => handle !== null)).toEqual([true, false, true]);
        expect(warnings).toEqual([
            'No line of `profileUrls` is an address, so 2 words were read as handles (linkedin.com/in/<word>).',
        ]);
    });

    it.each([
        ['an address is among them', { profileUrls: ['CEO', ada] }, ['no: bareWord', 'ada']],
        ['an address is in another name of the field', { profileUrls: ['CEO'], urls: [ada] }, ['no: bareWord', 'ada']],
        [
            'an address of a company is among them',
            { profileUrls: ['CEO', 'linkedin.com/company/x'] },
            ['no: bareWord', 'no: company'],
        ],
        [
            'they are below a heading for something else',
            { profileUrls: ['First Name', 'Jane'] },
            ['no: notAUrl', 'no: bareWord'],
        ],
        ['they are the words of a linked file', { startUrls: linked.startUrls }, ['no: bareWord', 'no: bareWord']],
    ])('never read words as handles where %s', async (_name, raw, handles) => {
        expect(handlesOf(await linesOf(raw, { files: { [link]: 'Jane\nAcme' } }))).toEqual(handles);
    });

    it('read links and files among addresses in place', async () => {
        const blanks = [{ url: '', requestsFromUrl: link }, { url: zoe, requestsFromUrl: ' ' }, { url: ' ' }];
        expect(handlesOf(await linesOf({ startUrls: blanks }, { files: { [link]: ada } }))).toEqual(['ada', 'zoe']);
        const sheet = 'https://docs.google.com/spreadsheets/d/ID/edit#gid=0';
        const files = { [sheet]: ada, 'people.csv': bob, 'https://example.com/more.txt': cem };
        expect(
            handlesOf(
                await linesOf(
                    { startUrls: [sheet, 'people.csv', { url: 'https://example.com/more.txt' }, zoe] },
                    { files },
                ),
            ),
        ).toEqual(['ada', 'bob', 'cem', 'zoe']);
        expect(handlesOf(await linesOf({ profileUrls: ['people.csv'] }, { files }))).toEqual(['bob']);
        expect(handlesOf(await linesOf({ profileUrls: ['people.csv', zoe] }, { files }))).toEqual([
            'no: otherHost',
            'zoe',
        ]);
        expect(handlesOf(await linesOf({ profileUrls: ['people.csv'] }, { files, isAtHome: true }))).toEqual([
            'no: otherHost',
        ]);
    });

    it('include the dataset named by another Actor’s integration', async () => {
        const payload = { eventType: 'ACTOR.RUN.SUCCEEDED', resource: { id: 'r1', defaultDatasetId: 'ds1' } };
        const datasets = { ds1: [{ url: ada }], ds2: [{ url: bob }] };
        expect(handlesOf(await linesOf({ payload }, { datasets }))).toEqual(['ada']);
        expect(handlesOf(await linesOf({ payload, datasetId: 'ds2' }, { datasets }))).toEqual(['bob']);
        expect(await messageOf({ payload })).toBe(
            'unreadable_list: The dataset `ds1` cannot be read: there is no such dataset. Check `datasetId`.',
        );
        expect(await messageOf({ payload: { resource: { defaultDatasetId: '' } } })).toContain('names no dataset');
        expect(await messageOf({ payload: { resource: {} } })).toContain('`payload` names no dataset');
    });

    it('report the rows of a table that were left out', async () => {
        const { leftOut, warnings } = await linesOf(linked, {
            files: { [link]: `Name,LinkedIn\nAda,${ada}\nBob,\nCem,\nZoe,${zoe}\nDee,` },
        });
        expect(leftOut.map(({ line, before, columns }) => [line, before, columns])).toEqual([
            [3, 1, { Name: 'Bob' }],
            [4, 1, { Name: 'Cem' }],
            [6, 2, { Name: 'Dee' }],
        ]);
        expect(warnings).toEqual([
            'The linked list https://example.com/lists/people.csv: 3 rows hold no LinkedIn address and were left out.',
        ]);
    });

    const table = 'First Name,Email\nJane,jane@example.com\nJohn,john@example.com';
    it('without any address are an error, or a warning beside another list', async () => {
        expect(await messageOf(linked, { files: { [link]: table } })).toBe(
            'no_addresses: The linked list https://example.com/lists/people.csv is a table without a LinkedIn profile URL: its columns are `First Name`, `Email`. Use a table that has them, or name their column in `urlColumn`.',
        );
        expect(await messageOf({ profileUrls: [{ name: 'Jane', id: 1 }] })).toContain('its columns are `name`, `id`.');
        const { lines, leftOut, warnings } = await linesOf(
            { ...linked, profileUrls: [ada] },
            { files: { [link]: table } },
        );
        expect([lines.length, leftOut.length]).toEqual([1, 2]);
        expect(warnings).toEqual([
            'The linked list https://example.com/lists/people.csv: 2 rows hold no LinkedIn address in any column (`First Name`, `Email`) and were left out.',
        ]);
    });

    it('must have the column named in `urlColumn` at least once', async () => {
        const files = { [link]: `Name,LinkedIn,Boss\nAda,${ada},${zoe}` };
        expect(handlesOf(await linesOf({ ...linked, urlColumn: 'Boss', profileUrls: [bob] }, { files }))).toEqual([
            'bob',
            'zoe',
        ]);
        expect(await messageOf({ ...linked, urlColumn: 'Person' }, { files })).toBe(
            'no_such_column: No list has the column `Person` that `urlColumn` names. The columns are `Name`, `LinkedIn`, `Boss`.',
        );
        expect(await messageOf({ profileUrls: [ada], urlColumn: 'Person' })).toContain('The lists have no columns.');
        expect(handlesOf(await linesOf({ profileUrls: [{ a: { b: zoe }, url: ada }], urlColumn: 'a.b' }))).toEqual([
            'zoe',
        ]);
    });

    it('are named in messages without possible secrets', async () => {
        const address = 'https://user:word@example.com/list.csv?token=secret#x';
        expect(await messageOf({ startUrls: [{ requestsFromUrl: address }] })).toBe(
            'unreadable_list: The linked list https://example.com/list.csv could not be downloaded.',
        );
    });

    it('must have at least one line', async () => {
        expect(await messageOf({})).toBe(
            'no_lines: There is no profile URL in the input. Put at least one into `profileUrls`.',
        );
        expect(await messageOf({ profileUrls: [' '] })).toContain('no_lines: ');
        expect(await messageOf(linked, { files: { [link]: '\n' } })).toMatch(
            /^no_lines: The linked list https:\/\/example\.com\/lists\/people\.csv is empty\. There is no/,
        );
        expect(await linesOf({ ...linked, urls: [ada] }, { files: { [link]: '' } })).toMatchObject({
            warnings: ['The linked list https://example.com/lists/people.csv is empty.'],
        });
        expect(await messageOf({ profileUrls: [ada], firstLine: 2 })).toBe(
            'no_lines: `firstLine` is 2, and there is only 1 line: no lines are left.',
        );
    });
});
