import { Actor } from 'apify';
import { isRefusal } from './errors.ts';

/** A record of a key-value store that is not the run's own, or why it cannot be read. */
export type ForeignRecord = { kind: 'record'; value: unknown } | { kind: 'no_record' | 'no_store' | 'no_access' };

/**
 * Reads a record of another store of the user, by the store's ID or name. Never creates a store, as
 * `Actor.openKeyValueStore` would for a mistyped name. Rejects when the platform does not respond.
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
    // The API finds names only together with their owner's.
    const { username } = (await Actor.apifyClient.user('me').get()) ?? {};
    if (!username || /[~/]/.test(storeId)) return null;
    const byName = Actor.apifyClient.keyValueStore(`${username}~${storeId}`);
    return (await byName.get()) ? byName : null;
}
