import pLimit from 'p-limit';
import { access, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is wrong, by the code of the system's error. */
const problems: Record<string, string> = {
    ENOSPC: 'The disk is full',
    EDQUOT: 'The disk quota is used up',
    EROFS: 'The disk can only be read',
    EACCES: 'There is no permission to write',
    EPERM: 'There is no permission to write',
};

/** The local storage does not take or give what it should; nothing of it was written. The message is for the user. */
export class LocalStorageError extends Error {
    override name = 'LocalStorageError';
    /** Whether what was stored before is gone. */
    readonly isLost: boolean;

    constructor(message: string, { isLost = false, ...options }: ErrorOptions & { isLost?: boolean } = {}) {
        super(message, options);
        this.isLost = isLost;
    }
}

/** A folder that somebody emptied, moved or removed while the run was using it. */
export function describeLoss(folder: string): LocalStorageError {
    const message = `The folder ${folder} was emptied or moved while the run was going on, so the run stopped: what it had stored there is gone. Start it again, and let it have the folder to itself.`;
    return new LocalStorageError(message, { isLost: true });
}

/** A file that could not be written. */
export function describeWriteFailure(path: string, cause: unknown): LocalStorageError {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const message = `${problems[code] ?? `A file cannot be written (${code})`}: ${path} could not be written.`;
    return new LocalStorageError(message, { cause });
}

/** How Crawlee's local storage names the items of a dataset, from 000000001 on. */
const itemPattern = /^\d{9}\.json$/;
const itemName = (number: number) => `${String(number).padStart(9, '0')}.json`;

/**
 * Writes a file whole or not at all: it is written beside and renamed, so that on a full disk, or in a process that is
 * killed, the last good state stays. Crawlee's local storage writes in place.
 */
async function replaceFile(path: string, text: string): Promise<void> {
    const beside = `${path}.tmp`;
    try {
        await writeFile(beside, text);
        await rename(beside, path);
    } catch (error) {
        await rm(beside, { force: true }).catch(() => {});
        throw describeWriteFailure(path, error);
    }
}

/** The records of a local key-value store, each a JSON file of the name that Crawlee and `apify run` give it. */
export function openLocalRecords(folder: string) {
    const inTurn = pLimit(1);
    const pathOf = (key: string) => join(folder, `${key}.json`);
    return {
        /** Null when there is none. Throws `LocalStorageError` when it is no JSON: a run must not go on as if it were new. */
        async get(key: string): Promise<unknown> {
            const text = await readFile(pathOf(key), 'utf8').catch(() => null);
            if (text === null) return null;
            try {
                return JSON.parse(text);
            } catch (cause) {
                const message = `The file ${pathOf(key)} cannot be read as JSON. Remove it, and the rows of its run, to start anew.`;
                throw new LocalStorageError(message, { cause });
            }
        },
        set: (key: string, value: unknown) =>
            inTurn(async () => {
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
 * Opens a dataset of local storage: a file an item, numbered, as Crawlee has it. Items that are there must be whole; see
 * `repairLocalDataset`.
 */
export async function openLocalDataset(folder: string) {
    await mkdir(folder, { recursive: true });
    const names = (await readdir(folder)).filter((name) => itemPattern.test(name)).toSorted();
    const inTurn = pLimit(1);
    let failure: LocalStorageError | null = null;

    async function checkItsThere(): Promise<void> {
        const last = names.at(-1);
        await access(last === undefined ? folder : join(folder, last)).catch(() => {
            throw describeLoss(folder);
        });
    }

    async function push(items: object[]): Promise<void> {
        await checkItsThere();
        const next = Number.parseInt(names.at(-1) ?? '0', 10) + 1;
        const added = items.map((_, place) => itemName(next + place));
        try {
            for (const [place, item] of items.entries()) {
                await replaceFile(join(folder, added[place] ?? ''), JSON.stringify(item, null, '\t'));
            }
        } catch (error) {
            // All of a push or nothing: a batch is known by any one of its rows.
            await Promise.all(added.map((name) => rm(join(folder, name), { force: true }))).catch(() => {});
            throw error;
        }
        names.push(...added);
    }

    return {
        /** Stores all the items or none. Throws `LocalStorageError` when it stores none. */
        pushItems: (items: object[]) =>
            inTurn(push, items).catch((error: unknown) => {
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
        /** Why it took no more, or that what it took is gone; null while all is well. */
        findFailure: (): Promise<LocalStorageError | null> =>
            failure ? Promise.resolve(failure) : checkItsThere().then(() => null, toFailure),
    };
}

type ListOptions = { offset?: number; limit?: number; desc?: boolean };

const toFailure = (error: unknown) => error as LocalStorageError;
