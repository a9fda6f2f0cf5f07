import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeWriteFailure } from './errors.ts';
import { itemPattern } from './local-storage.ts';

/** The folder for the previous run's results, inside the storage directory. */
export const previousFolder = 'previous';

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
