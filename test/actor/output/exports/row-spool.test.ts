import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRowSpool } from '../../../../src/actor/output/exports/row-spool.ts';

describe('a spool', () => {
    it('returns every text by number, in any order and script, and leaves no files', () => {
        const parent = mkdtempSync(join(tmpdir(), 'spool-'));
        const spool = openRowSpool(parent);
        const texts = ['', 'ada', '山田 花子 🚀', 'x'.repeat(200_000), 'é'];
        for (const [number, text] of texts.entries()) spool.add(number * 7, text);
        spool.add(0, 'again');
        expect(texts.map((_, number) => spool.read(number * 7))).toEqual(['again', ...texts.slice(1)]);
        expect(spool.read(1)).toBeNull();
        spool.close();
        expect(readdirSync(parent)).toEqual([]);
        rmSync(parent, { recursive: true });
    });
});
