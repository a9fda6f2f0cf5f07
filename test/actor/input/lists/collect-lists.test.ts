import { describe, expect, it } from 'vitest';
import { isFilePath, isListLink, readDataset } from '../../../../src/actor/input/lists/collect-lists.ts';
import { readingOf, summarise } from '../../../helpers/read-result.ts';

describe('a path', () => {
    it.each([
        'people.csv',
        '../People.CSV',
        '/home/ada/my list.txt',
        'C:\\lists\\people.tsv',
        'file:///tmp/p.jsonl',
        '../../../a.json',
    ])('is %s', (text) => expect(isFilePath(text)).toBe(true));
    it.each([
        'https://example.com/people.csv',
        'example.com/people.csv',
        'www.linkedin.com/in/ada',
        'linkedin.com/in/ada.csv',
        'ada-example',
        'people.csv\nmore.csv',
        '',
    ])('is not %j', (text) => expect(isFilePath(text)).toBe(false));
});

describe('a link to a list', () => {
    it.each([
        'https://example.com/people.csv?token=x',
        'https://docs.google.com/spreadsheets/d/ID/edit#gid=0',
        ' https://example.com/a/b.jsonl ',
        'https://drive.google.com/file/d/ID/view?usp=sharing',
        'https://www.dropbox.com/scl/fi/abc/people?rlkey=k',
        'https://api.apify.com/v2/datasets/ID/items?format=json',
    ])('is %s', (text) => expect(isListLink(text)).toBe(true));
    it.each([
        'https://www.linkedin.com/in/ada.csv',
        'https://example.com/ada',
        'people.csv',
        'https://example.com/a.csv b',
    ])('is not %s', (text) => expect(isListLink(text)).toBe(false));
});

const { signal } = new AbortController();
const url = (handle: string) => `https://www.linkedin.com/in/${handle}`;

/** A dataset of the given pages. */
function datasetOf(...pages: unknown[][]) {
    let read = 0;
    async function* readPages() {
        for (const page of pages) {
            read += 1;
            yield page;
        }
    }
    return { dataset: { kind: 'dataset' as const, readPages }, pagesRead: () => read };
}

describe('the rows of another Actor', () => {
    it('are read as a list, page by page, with their numbers and columns', async () => {
        const { dataset } = datasetOf(
            [{ id: 1, person: { link: url('ada') } }, { id: 2 }],
            [{ id: 3, person: { link: url('bob') } }],
        );
        const result = await readDataset(dataset, undefined, signal);
        expect(summarise(result)).toEqual(['1 ada', '2 left out', '3 bob']);
        expect(readingOf(result).columns).toEqual(['id']);
    });

    it('are reduced to what a list needs, so that large datasets fit', async () => {
        const posts = Array.from({ length: 100 }, () => ({ text: 'x'.repeat(10_000) }));
        const { dataset } = datasetOf(
            ...Array.from({ length: 30 }, (_, n) => [{ url: url(`person-${n}`), posts, likes: [{ by: url('zoe') }] }]),
        );
        const reading = readingOf(await readDataset(dataset, undefined, signal));
        expect(reading.entries).toHaveLength(30);
        expect(reading.notes).toEqual([expect.stringContaining('`likes.by` holds some too')]);
    });

    it('are refused when they are too large, without reading further', async () => {
        const page = [{ url: url('ada'), about: 'x'.repeat(11 * 1024 * 1024) }];
        const { dataset, pagesRead } = datasetOf(page, page, page);
        expect(await readDataset(dataset, undefined, signal)).toMatchObject({
            ok: false,
            problem: expect.stringMatching(/^is larger than 20 MB\. Link its items/),
        });
        expect(pagesRead()).toBe(2);
    });

    it('are reported when they cannot be accessed', async () => {
        expect(await readDataset({ kind: 'no_access' }, undefined, signal)).toEqual({
            ok: false,
            problem: 'is not accessible to this run. Select it in the field `datasetId`, which grants the run access',
        });
    });

    it('are abandoned when the run stops', async () => {
        const reading = readDataset(
            datasetOf([{}]).dataset,
            undefined,
            AbortSignal.abort(new Error('the run is ending')),
        );
        await expect(reading).rejects.toThrow('the run is ending');
    });
});
