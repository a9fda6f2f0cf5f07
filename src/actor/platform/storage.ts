import { Actor } from 'apify';
import type { ApifyClient } from 'apify';
import type { ChargingLog } from '../ledger/charger.ts';
import type { StreamStore } from '../output/exports/open-upload.ts';
import type { OpenUpload } from '../output/exports/write-exports.ts';
import type { DatasetClient } from '../ledger/dataset.ts';
import type { RecordStore } from './run-state.ts';
import type { NamedStore } from '../watch/watch-store.ts';
import type { LocalStorageError } from './local/local-storage.ts';

/** The storages of a run, on the platform or in a folder. */
export type Storages = {
    records: RecordStore;
    rows: DatasetClient;
    /** The dataset whose rows cost nothing where those of the default one do. */
    openMisses: () => Promise<DatasetClient>;
    /** What would be charged, of this run alone. `isNew`: what an earlier run left is removed. */
    openChargingLog: (isNew?: boolean) => Promise<ChargingLog>;
    /** What opens a record of the run's store for writing piece by piece. */
    createUploads: () => Promise<OpenUpload>;
    /** A key-value store that outlives the run. */
    openNamedStore: (name: string) => Promise<NamedStore>;
    /** The names of the stores that outlive runs, a thousand at most. Rejects where the run may not list them. */
    listNamedStores: () => Promise<string[]>;
    /** Why a folder took no more rows, or that what it took is gone; null while all is well, and on the platform. */
    findFailure: () => Promise<LocalStorageError | null>;
};

/** The storages on the platform. `client` does not try again by itself: the ledger has rules of its own for that. */
export async function openPlatformStorages(client: ApifyClient): Promise<Storages> {
    const openDataset = async (identifier: { alias: string } | null): Promise<DatasetClient> =>
        client.dataset((await Actor.openDataset(identifier)).id);
    return {
        records: { get: (key) => Actor.getValue(key), set: (key, value) => Actor.setValue(key, value) },
        rows: await openDataset(null),
        openMisses: () => openDataset({ alias: 'misses' }),
        openChargingLog: async () => {
            throw new Error('the platform charges by itself, and not in a log');
        },
        async createUploads() {
            const { openStreamUpload } = await import('../output/exports/open-upload.ts');
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
