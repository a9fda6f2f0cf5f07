import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepPreviousResults } from '../../../src/actor/platform/previous-results.ts';

let storage: string;
beforeEach(async () => {
    storage = await mkdtemp(join(tmpdir(), 'previous-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

const write = async (path: string, text = 'x') => {
    await mkdir(dirname(join(storage, path)), { recursive: true });
    await writeFile(join(storage, path), text);
};
const listAll = async () => {
    const entries = await readdir(storage, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return paths.map((path) => path.slice(storage.length + 1)).toSorted();
};
const read = (path: string) => readFile(join(storage, path), 'utf8');

const results = [
    'datasets/charging_log/000000001.json',
    'datasets/default/000000001.json',
    'datasets/misses/000000001.json',
    'key_value_stores/default/OUTPUT.json',
    'key_value_stores/default/profiles.csv',
];
const others = [
    'accounts/PG_VERSION',
    'datasets/my-list/000000001.json',
    'key_value_stores/default/INPUT.json',
    'key_value_stores/watch-customers-12345678/people-1.json',
];
const writeRun = async (text: string) => {
    for (const path of results) await write(path, text);
};

describe('the results of the previous run', () => {
    it('are moved, and nothing else is', async () => {
        await writeRun('first');
        for (const path of others) await write(path);
        expect(await keepPreviousResults(storage)).toBe(join(storage, 'previous'));
        expect(await listAll()).toEqual([...others, ...results.map((path) => `previous/${path}`)].toSorted());
    });

    it('replace those before them', async () => {
        await writeRun('first');
        await write('key_value_stores/default/REPORT.html', 'first');
        await keepPreviousResults(storage);
        await writeRun('second');
        await keepPreviousResults(storage);
        expect(await listAll()).toEqual(results.map((path) => `previous/${path}`));
        for (const path of results) expect(await read(`previous/${path}`)).toBe('second');
    });

    it('are not moved when the previous run wrote no row', async () => {
        await writeRun('first');
        await keepPreviousResults(storage);
        await write('key_value_stores/default/OUTPUT.json', '{"error": {}}');
        await mkdir(join(storage, 'datasets', 'default'), { recursive: true });
        expect(await keepPreviousResults(storage)).toBeNull();
        expect(await read('previous/key_value_stores/default/OUTPUT.json')).toBe('first');
        await rm(storage, { recursive: true });
        expect(await keepPreviousResults(storage)).toBeNull();
    });

    it('are complete after a kill at any point of the move and another start', async () => {
        for (let moved = 0; moved <= results.length; moved += 1) {
            await rm(storage, { recursive: true });
            await writeRun('first');
            await keepPreviousResults(storage);
            await writeRun('second');
            // In the order of the move: records first, rows last, datasets as a whole.
            const [log, rows, misses, ...records] = results as [string, string, string, ...string[]];
            const order = [...records, ...[log, misses, rows].map(dirname)];
            for (const path of order.slice(0, moved)) {
                await mkdir(dirname(join(storage, 'previous.tmp', path)), { recursive: true });
                await rename(join(storage, path), join(storage, 'previous.tmp', path));
            }
            await keepPreviousResults(storage);
            expect(await listAll()).toEqual(results.map((path) => `previous/${path}`));
            for (const path of results) expect(await read(`previous/${path}`)).toBe('second');
        }
    });

    it('end the start with one sentence when they cannot be moved', async () => {
        await writeRun('first');
        await write('previous.tmp', 'in the way');
        await expect(keepPreviousResults(storage)).rejects.toThrow(/previous could not be written/);
        expect(await read('datasets/default/000000001.json')).toBe('first');
    });
});
