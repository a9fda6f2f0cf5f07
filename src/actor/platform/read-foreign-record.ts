import { Actor } from 'apify';
import { isRefusal } from './errors.ts';

/** A record of a key-value store that is not the run's own, or why there is none to read. */
export type ForeignRecord = { kind: 'record'; value: unknown } | { kind: 'no_record' | 'no_store' | 'no_access' };

/**
 * Reads a record of another store of the user's, by the store's id or name. Never makes a store, as
 * `Actor.openKeyValueStore` does for a mistyped name. Rejects when the platform does not answer.
 */
export async function readForeignRecord(storeId: string, key: string): Promise<ForeignRecord> {
    try {
        const store = await findStore(storeId);
        if (!store) return { kind: 'no_store' };
        const record = await store.getRecord(key);
        return record ? { kind: 'record', value: record.value } : { kind: 'no_record' };
    } catch (error) {
        if (isRefusal(error)) return { kind: 'no_access' };
        throw error;
    }
}

async function findStore(storeId: string) {
    if (!Actor.isAtHome()) {
        const store = Actor.config.getStorageClient().keyValueStore(storeId);
        return (await store.get()) ? store : null;
    }
    const byId = Actor.apifyClient.keyValueStore(storeId);
    if (await byId.get()) return byId;
    // The API knows a name only together with its owner's.
    const { username } = (await Actor.apifyClient.user('me').get()) ?? {};
    if (!username || /[~/]/.test(storeId)) return null;
    const byName = Actor.apifyClient.keyValueStore(`${username}~${storeId}`);
    return (await byName.get()) ? byName : null;
}
