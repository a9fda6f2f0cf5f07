import { existsSync } from 'node:fs';
import { access, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { describeLoss, describeWriteFailure, LocalStorageError } from './errors.ts';

/** Crawlee's names for the items of a local dataset, from 000000001 on. */
const itemPattern = /^\d{9}\.json$/;
const itemName = (number: number) => `${String(number).padStart(9, '0')}.json`;

/** Opens a local key-value store: one JSON file per record, named as Crawlee and `apify run` name it. */
export function openLocalRecords(folder: string) {
    const sequentially = pLimit(1);
    const pathOf = (key: string) => join(folder, `${key}.json`);
    return {
        /**
         * Null without a record. Throws `LocalStorageError` for invalid JSON: a run must not start over because of it.
         */
        async get(key: string): Promise<unknown> {
            const text = await readFile(pathOf(key), 'utf8').catch(() => null);
            if (text === null) return null;
            try {
                return JSON.parse(text);
            } catch (cause) {
                const message = `The file ${pathOf(key)} cannot be read as JSON. Remove it, and the rows of its run, to start over.`;
                throw new LocalStorageError(message, { cause });
            }
        },
        set: (key: string, value: unknown) =>
            sequentially(async () => {
                await mkdir(folder, { recursive: true });
                await replaceFile(pathOf(key), JSON.stringify(value, null, 2));
            }),
        delete: (key: string) => rm(pathOf(key), { force: true }),
        async listKeys(): Promise<string[]> {
            const names = await readdir(folder).catch(() => []);
            return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
        },
    };
}

/**
 * Opens a local dataset: one numbered file per item, as Crawlee has it. Existing items must be intact; see
 * `repairLocalDataset`.
 */
export async function openLocalDataset(folder: string) {
    await mkdir(folder, { recursive: true });
    const names = (await readdir(folder)).filter((name) => itemPattern.test(name)).toSorted();
    const sequentially = pLimit(1);
    let failure: LocalStorageError | null = null;

    async function assertNotLost(): Promise<void> {
        const last = names.at(-1);
        await access(last === undefined ? folder : join(folder, last)).catch(() => {
            throw describeLoss(folder);
        });
    }

    async function push(items: object[]): Promise<void> {
        await assertNotLost();
        const next = Number.parseInt(names.at(-1) ?? '0', 10) + 1;
        const added = items.map((_, place) => itemName(next + place));
        try {
            for (const [place, item] of items.entries()) {
                await replaceFile(join(folder, added[place] ?? ''), JSON.stringify(item, null, '\t'));
            }
        } catch (error) {
            // All or nothing: a batch is recognised by any one of its rows.
            await Promise.all(added.map((name) => rm(join(folder, name), { force: true }))).catch(() => {});
            throw error;
        }
        names.push(...added);
    }

    return {
        /** Stores all items, or none and throws `LocalStorageError`. */
        pushItems: (items: object[]) =>
            sequentially(push, items).catch((error: unknown) => {
                if (error instanceof LocalStorageError) failure = error;
                throw error;
            }),
        async listItems({ offset = 0, limit = Number.POSITIVE_INFINITY, desc = false }: ListOptions = {}) {
            const ordered = desc ? names.toReversed() : names;
            const items: Array<Record<string, unknown>> = [];
            for (const name of ordered.slice(offset, offset + limit)) {
                const text = await readFile(join(folder, name), 'utf8').catch(() => {
                    throw describeLoss(folder);
                });
                items.push(JSON.parse(text) as Record<string, unknown>);
            }
            return { items };
        },
        /** Why a write failed, or that stored items are gone; null otherwise. */
        findFailure: async (): Promise<LocalStorageError | null> =>
            failure ??
            assertNotLost().then(
                () => null,
                (error: LocalStorageError) => error,
            ),
    };
}

type ListOptions = { offset?: number; limit?: number; desc?: boolean };

/**
 * Repairs a local dataset after a killed process: removes half-written items, locks and temporary files, and closes
 * gaps in the numbering, by which Crawlee counts. Nothing removed was ever reported as stored. Returns the number of
 * items removed; 0 for a missing folder.
 */
export async function repairLocalDataset(folder: string): Promise<number> {
    const names = (await readdir(folder).catch(() => [])).toSorted((one, other) => one.localeCompare(other));
    let removed = 0;
    let place = 0;
    for (const name of names) {
        const path = join(folder, name);
        if (/\.(?:lock|tmp)$/.test(name)) await rm(path, { recursive: true, force: true });
        if (!itemPattern.test(name)) continue;
        if (!(await isWhole(path))) {
            await rm(path, { force: true });
            removed += 1;
            continue;
        }
        place += 1;
        if (name !== itemName(place)) await rename(path, join(folder, itemName(place)));
    }
    return removed;
}

async function isWhole(path: string): Promise<boolean> {
    try {
        JSON.parse(await readFile(path, 'utf8'));
        return true;
    } catch {
        return false;
    }
}

/** The folder for the previous run's results, inside the storage directory. */
const previousFolder = 'previous';

const recordsFolder = join('key_value_stores', 'default');
/** `default` is moved last: as long as it exists, there is something to move. */
const datasetFolders = ['charging_log', 'misses', 'default'].map((name) => join('datasets', name));

/**
 * Moves the results of the last local run (rows, records, charging log) to `previous`, replacing what is there; its
 * input, named stores and accounts stay. A run without rows does not replace an earlier one; its results are left to be
 * purged. Returns the folder, or null when nothing was moved. Rejects with `LocalStorageError`. A kill in between loses
 * nothing: the next start continues.
 */
export async function keepPreviousResults(storageDir: string): Promise<string | null> {
    const staged = join(storageDir, `${previousFolder}.tmp`);
    const target = join(storageDir, previousFolder);
    const isInterrupted = (await list(staged)).length > 0;
    if (!isInterrupted && !(await hasRows(storageDir))) return null;
    try {
        const records = (await list(join(storageDir, recordsFolder))).filter(
            (name) => !/^(?:CRAWLEE_)?INPUT\b/.test(name),
        );
        const parts = [...records.map((name) => join(recordsFolder, name)), ...datasetFolders];
        for (const part of parts) await move(join(storageDir, part), join(staged, part));
        await rm(target, { recursive: true, force: true });
        await rename(staged, target);
        return target;
    } catch (error) {
        throw describeWriteFailure(target, error);
    }
}

async function hasRows(storageDir: string): Promise<boolean> {
    const names = await Promise.all(datasetFolders.slice(1).map((folder) => list(join(storageDir, folder))));
    return names.flat().some((name) => itemPattern.test(name));
}

/** Moves a file or folder, replacing the target; does nothing when it does not exist. */
async function move(from: string, to: string): Promise<void> {
    if (!existsSync(from)) return;
    await mkdir(dirname(to), { recursive: true });
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
}

const list = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/**
 * Writes a file atomically, through a temporary file and a rename, so that a full disk or a kill leaves the previous
 * version. Crawlee's local storage writes in place.
 */
async function replaceFile(path: string, text: string): Promise<void> {
    const temporary = `${path}.tmp`;
    try {
        await writeFile(temporary, text);
        await rename(temporary, path);
    } catch (error) {
        await rm(temporary, { force: true }).catch(() => {});
        throw describeWriteFailure(path, error);
    }
}
