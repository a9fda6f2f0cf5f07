import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describeWriteFailure } from './local-storage.ts';

/** Where the results of the run before go, in the folder of the storages. */
export const previousFolder = 'previous';

const itemPattern = /^\d{9}\.json$/;
const recordsFolder = join('key_value_stores', 'default');
/** The last one is moved last: as long as it is there, there is something to move. */
const datasetFolders = ['charging_log', 'misses', 'default'].map((name) => join('datasets', name));

/**
 * Moves what the last local run left (rows, records, charging log) to `previous`, in place of what is there; its input,
 * stores with a name and accounts stay. A run without rows, such as one that could not start, is not worth the one that
 * `previous` holds: it is left to be cleared away. Returns the folder, or null when nothing was moved. Rejects with
 * `LocalStorageError`. A process that is killed meanwhile loses nothing: the next start goes on.
 */
export async function keepPreviousResults(storageDir: string): Promise<string | null> {
    const staged = join(storageDir, `${previousFolder}.tmp`);
    const target = join(storageDir, previousFolder);
    const isUnderWay = (await list(staged)).length > 0;
    if (!isUnderWay && !(await hasRows(storageDir))) return null;
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

/** Puts a file or folder in place of another one; does nothing when it is not there. */
async function move(from: string, to: string): Promise<void> {
    if (!(await list(dirname(from))).includes(from.slice(dirname(from).length + 1))) return;
    await mkdir(dirname(to), { recursive: true });
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
}

const list = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
