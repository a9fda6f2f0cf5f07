import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const itemPattern = /^\d{9}\.json$/;

/**
 * Makes a dataset of local storage readable again after a process that wrote into it was killed: removes half-written
 * items, locks and temporary files, and closes the gaps in the numbering, by which Crawlee counts. What is removed was
 * never reported as stored. Returns how many items were removed. A folder that is not there is nothing to repair.
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
        const rightName = `${String(place).padStart(9, '0')}.json`;
        if (name !== rightName) await rename(path, join(folder, rightName));
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
