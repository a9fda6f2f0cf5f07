import pLimit from 'p-limit';
import { access, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeLoss, describeWriteFailure, LocalStorageError } from './errors.ts';

/** Crawlee's names for the items of a local dataset, from 000000001 on. */
export const itemPattern = /^\d{9}\.json$/;
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
