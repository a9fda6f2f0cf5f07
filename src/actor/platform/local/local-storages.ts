import { readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Actor } from 'apify';
import { openLocalDataset, openLocalRecords } from './local-storage.ts';
import type { Storages } from '../storage.ts';

/** The local dataset that logs what would be charged. */
const chargingLogName = 'charging_log';

/**
 * The storages of a local run, in the folders and under the names that Crawlee and the Apify CLI use. Not written by
 * Crawlee's own storage, which does not write atomically: a resumed run relies on intact files.
 */
export async function openLocalStorages(storageDir: string): Promise<Storages> {
    const storeFolder = (name: string) => join(storageDir, 'key_value_stores', name);
    const datasetFolder = (name: string) => join(storageDir, 'datasets', name);
    const defaultStore = Actor.config.get('defaultKeyValueStoreId') ?? 'default';
    const opened = [await openRepaired(Actor.config.get('defaultDatasetId') ?? 'default')];

    /** A killed process of an earlier version or another program may have left half an item. */
    async function openRepaired(name: string) {
        await repairLocalDataset(datasetFolder(name));
        return openLocalDataset(datasetFolder(name));
    }

    async function openAnother(name: string) {
        const dataset = await openRepaired(name);
        opened.push(dataset);
        return dataset;
    }

    return {
        records: openLocalRecords(storeFolder(defaultStore)),
        rows: opened[0] as NonNullable<(typeof opened)[0]>,
        openMisses: () => openAnother('misses'),
        async openChargingLog(isNew = Actor.config.get('purgeOnStart')) {
            // `apify run` purges only the default storages.
            if (isNew) await rm(datasetFolder(chargingLogName), { recursive: true, force: true });
            return openAnother(chargingLogName);
        },
        async createUploads() {
            const { openFileUpload } = await import('../open-upload.ts');
            return (key) => openFileUpload(join(storeFolder(defaultStore), key));
        },
        openNamedStore: async (name) => openLocalRecords(storeFolder(name)),
        listNamedStores: () => readdir(storeFolder('.')),
        async findFailure() {
            for (const dataset of opened) {
                const failure = await dataset.findFailure();
                if (failure) return failure;
            }
            return null;
        },
    };
}

const itemPattern = /^\d{9}\.json$/;

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
        const expectedName = `${String(place).padStart(9, '0')}.json`;
        if (name !== expectedName) await rename(path, join(folder, expectedName));
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
