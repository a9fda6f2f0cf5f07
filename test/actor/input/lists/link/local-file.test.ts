import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isFilePath, isListLink, readLocalFile } from '../../../../../src/actor/input/lists/link/local-file.ts';

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

describe('a file with a list', () => {
    it('is read by its path, or reported missing with the full path', async () => {
        const folder = await mkdtemp(join(tmpdir(), 'lists-'));
        const path = join(folder, 'people.csv');
        await writeFile(path, 'ada');
        const expected = { ok: true, bytes: Buffer.from('ada'), contentType: '' };
        expect(await readLocalFile(path)).toEqual(expected);
        expect(await readLocalFile(pathToFileURL(path).href)).toEqual(expected);
        expect(await readLocalFile(join(folder, 'none.csv'))).toEqual({
            ok: false,
            problem: `does not exist (${join(folder, 'none.csv')})`,
        });
        await writeFile(path, Buffer.alloc(10 * 1024 * 1024 + 1));
        expect(await readLocalFile(path)).toEqual({ ok: false, problem: 'is larger than 10 MB' });
        await rm(folder, { recursive: true });
    });
});
