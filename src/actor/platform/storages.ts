import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Actor, type ApifyClient } from 'apify';
import type { LocalStorageError } from './errors.ts';
import { openLocalDataset, openLocalRecords, repairLocalDataset } from './local-storage.ts';
import type { OpenUpload, StreamStore } from './open-upload.ts';
import type { DatasetClient } from '../ledger/dataset.ts';
import type { RecordStore } from './run-state.ts';
import type { NamedStore } from '../watch/watch-store.ts';

/** The storages of a run, on the platform or local. */
export type Storages = {
    records: RecordStore;
    rows: DatasetClient;
    /** A dataset whose rows cost nothing where rows of the default one do. */
    openMisses: () => Promise<DatasetClient>;
    /** The log of what would be charged. `isNew`: the log of an earlier run is removed. */
    openChargingLog: (isNew?: boolean) => Promise<DatasetClient>;
    /** Returns a function that opens a record of the run's store for streaming. */
    createUploads: () => Promise<OpenUpload>;
    /** A key-value store that outlives the run. */
    openNamedStore: (name: string) => Promise<NamedStore>;
    /** The names of all named stores, at most 1,000. Rejects where the run may not list them. */
    listNamedStores: () => Promise<string[]>;
    /** Why local storage failed or lost rows; null otherwise, and on the platform. */
    findFailure: () => Promise<LocalStorageError | null>;
};

/** The storages on the platform. `client` must not retry: the ledger has its own rules for that. */
export async function openPlatformStorages(client: ApifyClient): Promise<Storages> {
    const openDataset = async (identifier: { alias: string } | null): Promise<DatasetClient> =>
        client.dataset((await Actor.openDataset(identifier)).id);
    return {
        records: { get: (key) => Actor.getValue(key), set: (key, value) => Actor.setValue(key, value) },
        rows: await openDataset(null),
        openMisses: () => openDataset({ alias: 'misses' }),
        openChargingLog: async () => {
            throw new Error('there is no charging log on the platform');
        },
        async createUploads() {
            const { openStreamUpload } = await import('./open-upload.ts');
            const storeId = Actor.config.get('defaultKeyValueStoreId') ?? 'default';
            const store = client.keyValueStore(storeId) as unknown as StreamStore;
            return (key, contentType) => openStreamUpload(store, key, contentType);
        },
        async openNamedStore(name) {
            const store = await Actor.openKeyValueStore(name);
            return {
                get: (key) => store.getValue(key),
                set: (key, value) => store.setValue(key, value),
                delete: (key) => store.setValue(key, null),
                async listKeys() {
                    const keys: string[] = [];
                    await store.forEachKey((key) => {
                        keys.push(key);
                    });
                    return keys;
                },
            };
        },
        async listNamedStores() {
            const { items } = await client.keyValueStores().list({ unnamed: false, ownership: 'ownedByMe' });
            return items.flatMap(({ name }) => name ?? []);
        },
        findFailure: async () => null,
    };
}

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
    const opened: Array<Awaited<ReturnType<typeof openLocalDataset>>> = [];

    async function openDataset(name: string) {
        // A killed process of an earlier version or another program may have left half an item.
        await repairLocalDataset(datasetFolder(name));
        const dataset = await openLocalDataset(datasetFolder(name));
        opened.push(dataset);
        return dataset;
    }

    return {
        records: openLocalRecords(storeFolder(defaultStore)),
        rows: await openDataset(Actor.config.get('defaultDatasetId') ?? 'default'),
        openMisses: () => openDataset('misses'),
        async openChargingLog(isNew = Actor.config.get('purgeOnStart')) {
            // `apify run` purges only the default storages.
            if (isNew) await rm(datasetFolder(chargingLogName), { recursive: true, force: true });
            return openDataset(chargingLogName);
        },
        async createUploads() {
            const { openFileUpload } = await import('./open-upload.ts');
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
