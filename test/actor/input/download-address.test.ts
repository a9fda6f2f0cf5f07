import { describe, expect, it } from 'vitest';
import { toCsvExport } from '../../../src/actor/input/download-address.ts';

const sheets = 'https://docs.google.com/spreadsheets';

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
        expect(toCsvExport(new URL(sheets + path)).href).toBe(sheets + expected);
    });

    it.each([
        `${sheets}/d/ID/gviz/tq?tqx=out:csv&sheet=Second`,
        `${sheets}/d/ID/export?format=tsv`,
        'https://docs.google.com/document/d/ID/edit',
        'https://example.com/spreadsheets/d/ID/edit',
    ])('stays %s', (address) => {
        expect(toCsvExport(new URL(address)).href).toBe(address);
    });
});
