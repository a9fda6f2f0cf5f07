import { Actor } from 'apify';
import { isRefusal } from './errors.ts';

/** A dataset that is not the run's own, in pages, or why it cannot be read. */
export type ForeignDataset =
    | { kind: 'dataset'; readPages: () => AsyncIterable<unknown[]> }
    | { kind: 'no_dataset' | 'no_access' };

/** A record of a key-value store that is not the run's own, or why it cannot be read. */
export type ForeignRecord = { kind: 'record'; value: unknown } | { kind: 'no_record' | 'no_store' | 'no_access' };

const pageSize = 500;

/** Opens another dataset of the user by ID or name. Rejects when the platform does not respond. */
export async function openForeignDataset(datasetId: string): Promise<ForeignDataset> {
    try {
        const dataset = await findStorage((client, id) => client.dataset(id), datasetId);
        return dataset ? { kind: 'dataset', readPages: () => readPages(dataset) } : { kind: 'no_dataset' };
    } catch (error) {
        if (isRefusal(error)) return { kind: 'no_access' };
        throw error;
    }
}

/** The dataset methods used, which the platform and the local storage have. */
type DatasetLister = {
    get(): Promise<unknown>;
    listItems(options: { offset: number; limit: number }): PromiseLike<{ items: unknown[] }>;
};

async function* readPages(dataset: DatasetLister): AsyncGenerator<unknown[]> {
    for (let offset = 0; ; offset += pageSize) {
        const { items } = await dataset.listItems({ offset, limit: pageSize });
        if (items.length > 0) yield items;
        if (items.length < pageSize) return;
    }
}

/** Reads a record of another store of the user, by the store's ID or name. Rejects when the platform does not respond. */
export async function readForeignRecord(storeId: string, key: string): Promise<ForeignRecord> {
    try {
        const store = await findStorage((client, id) => client.keyValueStore(id), storeId);
        if (!store) return { kind: 'no_store' };
        const record = await store.getRecord(key);
        return record ? { kind: 'record', value: record.value } : { kind: 'no_record' };
    } catch (error) {
        if (isRefusal(error)) return { kind: 'no_access' };
        throw error;
    }
}

type StorageClient = ReturnType<typeof Actor.config.getStorageClient> | typeof Actor.apifyClient;

/**
 * Finds a storage by ID or name; null without one. Never creates it, as `Actor.openDataset` and
 * `Actor.openKeyValueStore` would for a mistyped name.
 */
async function findStorage<Storage extends { get(): Promise<unknown> }>(
    open: (client: StorageClient, id: string) => Storage,
    id: string,
): Promise<Storage | null> {
    const isAtHome = Actor.isAtHome();
    const client = isAtHome ? Actor.apifyClient : Actor.config.getStorageClient();
    const byId = open(client, id);
    if (await byId.get()) return byId;
    if (!isAtHome) return null;
    // The API finds names only together with their owner's.
    const { username } = (await Actor.apifyClient.user('me').get()) ?? {};
    if (!username || /[~/]/.test(id)) return null;
    const byName = open(client, `${username}~${id}`);
    return (await byName.get()) ? byName : null;
}
