import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repairLocalDataset } from '../../../../src/actor/platform/local/local-storages.ts';

let folder: string;
beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dataset-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a local dataset after a kill', () => {
    it('keeps intact items in order and removes broken ones, locks and gaps', async () => {
        await writeFile(join(folder, '000000001.json'), '{"line": 1}');
        await writeFile(join(folder, '000000002.json'), '');
        await mkdir(join(folder, '000000002.json.lock'));
        await mkdir(join(folder, '000000003.json.lock'));
        await writeFile(join(folder, '000000003.json.tmp'), '{');
        await writeFile(join(folder, '000000004.json'), '{"line": 4}');
        await writeFile(join(folder, '000000005.json'), '{"line": ');
        await writeFile(join(folder, '__metadata__.json'), '{}');
        expect(await repairLocalDataset(folder)).toBe(2);
        const names = (await readdir(folder)).toSorted((one, other) => one.localeCompare(other));
        expect(names).toEqual(['__metadata__.json', '000000001.json', '000000002.json']);
        expect(await readFile(join(folder, '000000002.json'), 'utf8')).toBe('{"line": 4}');
    });

    it('may be missing', async () => {
        expect(await repairLocalDataset(join(folder, 'none'))).toBe(0);
    });
});
