import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MemoryStorage } from 'crawlee';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
    keepPreviousResults,
    openLocalDataset,
    openLocalRecords,
    repairLocalDataset,
} from '../../../src/actor/platform/local-storage.ts';

let storage: string;
let folder: string;
beforeEach(async () => {
    storage = await mkdtemp(join(tmpdir(), 'local-storage-'));
    folder = join(storage, 'datasets', 'default');
});
afterEach(() => rm(storage, { recursive: true, force: true }));

/** Simulates a full disk for the next write: the temporary file's name links to `/dev/full`. */
const fillDiskFor = (path: string) => symlink('/dev/full', `${path}.tmp`);
const items = (count: number, from = 0) => Array.from({ length: count }, (_, place) => ({ line: from + place }));

describe('a local record', () => {
    it('keeps its previous version on a full disk, and can be written later', async () => {
        const store = join(storage, 'key_value_stores', 'default');
        const records = openLocalRecords(store);
        await records.set('RUN_STATE', { lines: ['ada'] });
        await fillDiskFor(join(store, 'RUN_STATE.json'));
        await expect(records.set('RUN_STATE', { lines: ['bob'] })).rejects.toThrow(
            /^The disk is full: .*RUN_STATE.json/,
        );
        expect(await records.get('RUN_STATE')).toEqual({ lines: ['ada'] });
        expect(await readdir(store)).toEqual(['RUN_STATE.json']);
        await records.set('RUN_STATE', { lines: ['cem'] });
        expect(await records.get('RUN_STATE')).toEqual({ lines: ['cem'] });
    });

    it('is intact after concurrent writes', async () => {
        const records = openLocalRecords(storage);
        await Promise.all(Array.from({ length: 50 }, (_, n) => records.set('KEY', { n, text: 'x'.repeat(n * 1000) })));
        expect(await records.get('KEY')).toMatchObject({ n: 49 });
    });

    it('with invalid JSON throws instead of counting as missing', async () => {
        await writeFile(join(storage, 'RUN_STATE.json'), '{"lines": [');
        await expect(openLocalRecords(storage).get('RUN_STATE')).rejects.toThrow('cannot be read as JSON');
        expect(await openLocalRecords(storage).get('OTHER')).toBeNull();
    });
});

describe('a local dataset', () => {
    it('stores all of a push or nothing on a full disk', async () => {
        const dataset = await openLocalDataset(folder);
        await dataset.pushItems(items(5));
        await fillDiskFor(join(folder, '000000008.json'));
        await expect(dataset.pushItems(items(5, 5))).rejects.toThrow(/^The disk is full/);
        expect((await dataset.listItems()).items).toEqual(items(5));
        expect(await readdir(folder)).toHaveLength(5);
        expect(await dataset.findFailure()).toMatchObject({ isLost: false });
    });

    it('lists in both directions, from any offset', async () => {
        const dataset = await openLocalDataset(folder);
        await Promise.all([0, 4, 8].map((from) => dataset.pushItems(items(4, from))));
        const list = async (options: object) => (await dataset.listItems(options)).items.map(({ line }) => line);
        expect(await list({ offset: 3, limit: 4 })).toEqual([3, 4, 5, 6]);
        expect(await list({ desc: true, limit: 3 })).toEqual([11, 10, 9]);
        expect(await list({ offset: 11 })).toEqual([11]);
        expect(await list({ offset: 12, limit: 5 })).toEqual([]);
    });

    it('appends to existing items', async () => {
        await (await openLocalDataset(folder)).pushItems(items(3));
        const dataset = await openLocalDataset(folder);
        await dataset.pushItems(items(2, 3));
        expect((await dataset.listItems()).items).toEqual(items(5));
    });

    it.each([
        ['emptied', () => rm(join(folder, '000000002.json'))],
        ['removed', () => rm(storage, { recursive: true })],
    ])('that is %s during a run says so and accepts no more', async (_, destroy) => {
        const dataset = await openLocalDataset(folder);
        await dataset.pushItems(items(2));
        expect(await dataset.findFailure()).toBeNull();
        await destroy();
        const sentence = `The folder ${folder} was emptied or moved during the run`;
        expect(await dataset.findFailure()).toMatchObject({ isLost: true, message: expect.stringContaining(sentence) });
        await expect(dataset.pushItems(items(1))).rejects.toThrow(sentence);
        expect(existsSync(join(folder, '000000003.json'))).toBe(false);
    });

    it('is readable by Crawlee, and reads what Crawlee wrote', async () => {
        const crawlee = () => new MemoryStorage({ localDataDirectory: storage });
        await (await openLocalDataset(folder)).pushItems(items(3));
        const theirs = crawlee().dataset('default');
        expect((await theirs.listItems()).items).toEqual(items(3));
        await theirs.pushItems(items(2, 3));
        expect((await (await openLocalDataset(folder)).listItems()).items).toEqual(items(5));

        await openLocalRecords(join(storage, 'key_value_stores', 'default')).set('OUTPUT', { found: 1 });
        const record = await crawlee().keyValueStore('default').getRecord('OUTPUT');
        expect(record?.value).toEqual({ found: 1 });
        expect(await readFile(join(storage, 'key_value_stores', 'default', 'OUTPUT.json'), 'utf8')).toContain(
            '"found"',
        );
    });
});

describe('a local dataset after a kill', () => {
    beforeEach(() => mkdir(folder, { recursive: true }));

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
