import { describe, expect, it } from 'vitest';
import { toDownloadAddress } from '../../../../../src/actor/input/lists/link/download-address.ts';

const sheets = 'https://docs.google.com/spreadsheets';
const hrefOf = (address: string) => {
    const target = toDownloadAddress(new URL(address));
    return target.ok ? target.url.href : target.problem;
};

describe('the address of a Google Sheet', () => {
    it.each([
        ['/d/ID/edit#gid=7', '/d/ID/export?format=csv&gid=7'],
        ['/d/ID/edit?gid=7#gid=7', '/d/ID/export?format=csv&gid=7'],
        ['/d/ID/view?usp=sharing', '/d/ID/export?format=csv'],
        ['/d/ID', '/d/ID/export?format=csv'],
        ['/d/ID/', '/d/ID/export?format=csv'],
        ['/d/ID/htmlview', '/d/ID/export?format=csv'],
        ['/u/1/d/ID/edit?usp=sharing&gid=0', '/d/ID/export?format=csv&gid=0'],
        ['/d/e/2PACX-1v_x/pubhtml', '/d/e/2PACX-1v_x/pub?output=csv'],
        ['/d/e/2PACX-1v_x/pubhtml?gid=3&single=true', '/d/e/2PACX-1v_x/pub?output=csv&gid=3&single=true'],
        ['/d/e/2PACX-1v_x/pub?output=csv', '/d/e/2PACX-1v_x/pub?output=csv'],
    ])('%s becomes %s', (path, expected) => {
        expect(hrefOf(sheets + path)).toBe(sheets + expected);
    });

    it.each([
        `${sheets}/d/ID/gviz/tq?tqx=out:csv&sheet=Second`,
        `${sheets}/d/ID/export?format=tsv`,
        'https://example.com/spreadsheets/d/ID/edit',
    ])('is not changed: %s', (address) => {
        expect(hrefOf(address)).toBe(address);
    });
});

describe('the address of a shared file', () => {
    it.each([
        [
            'https://drive.google.com/file/d/ID_1/view?usp=sharing',
            'https://drive.google.com/uc?export=download&id=ID_1',
        ],
        ['https://drive.google.com/open?id=ID_1', 'https://drive.google.com/uc?export=download&id=ID_1'],
        [
            'https://drive.google.com/file/d/ID/view?resourcekey=KEY',
            'https://drive.google.com/uc?export=download&id=ID&resourcekey=KEY',
        ],
        ['https://www.dropbox.com/s/abc/people.csv?dl=0', 'https://www.dropbox.com/s/abc/people.csv?dl=1'],
        [
            'https://www.dropbox.com/scl/fi/abc/p.csv?rlkey=k&dl=0',
            'https://www.dropbox.com/scl/fi/abc/p.csv?rlkey=k&dl=1',
        ],
        ['https://acme.sharepoint.com/:x:/s/team/ID?e=x', 'https://acme.sharepoint.com/:x:/s/team/ID?e=x&download=1'],
        [
            'https://github.com/acme/lists/blob/main/a/people.csv',
            'https://raw.githubusercontent.com/acme/lists/main/a/people.csv',
        ],
        ['https://docs.google.com/document/d/ID/edit', 'https://docs.google.com/document/d/ID/export?format=txt'],
    ])('%s becomes %s', (address, expected) => expect(hrefOf(address)).toBe(expected));

    it.each([
        'https://drive.google.com/drive/folders/ID',
        'https://drive.google.com/drive/u/0/folders/ID?usp=sharing',
        'https://www.dropbox.com/sh/abc/def?dl=0',
        'https://www.dropbox.com/scl/fo/abc/def?rlkey=k',
        'https://acme.sharepoint.com/:f:/s/team/ID',
    ])('%s is a folder', (address) => expect(hrefOf(address)).toBe('is a folder; link the file in it'));
});
