import { Actor } from 'apify';
import { isRefusal } from './errors.ts';

/** A dataset that is not the run's own, in pages, or why it cannot be read. */
export type ForeignDataset =
    | { kind: 'dataset'; readPages: () => AsyncIterable<unknown[]> }
    | { kind: 'no_dataset' | 'no_access' };

/** The dataset methods used, which the platform and the local storage have. */
type DatasetLister = {
    get(): Promise<unknown>;
    listItems(options: { offset: number; limit: number }): Promise<{ items: unknown[] }>;
};

const pageSize = 500;

/**
 * Opens another dataset of the user by ID or name. Never creates one, as `Actor.openDataset` would for a mistyped name.
 * Rejects when the platform does not respond.
 */
export async function openForeignDataset(datasetId: string): Promise<ForeignDataset> {
    try {
        const dataset = await findDataset(datasetId);
        return dataset ? { kind: 'dataset', readPages: () => readPages(dataset) } : { kind: 'no_dataset' };
    } catch (error) {
        if (isRefusal(error)) return { kind: 'no_access' };
        throw error;
    }
}

async function* readPages(dataset: DatasetLister): AsyncGenerator<unknown[]> {
    for (let offset = 0; ; offset += pageSize) {
        const { items } = await dataset.listItems({ offset, limit: pageSize });
        if (items.length > 0) yield items;
        if (items.length < pageSize) return;
    }
}

async function findDataset(datasetId: string): Promise<DatasetLister | null> {
    if (!Actor.isAtHome()) {
        const dataset = Actor.config.getStorageClient().dataset(datasetId) as unknown as DatasetLister;
        return (await dataset.get()) ? dataset : null;
    }
    const byId = Actor.apifyClient.dataset(datasetId) as unknown as DatasetLister;
    if (await byId.get()) return byId;
    // The API finds names only together with their owner's.
    const { username } = (await Actor.apifyClient.user('me').get()) ?? {};
    if (!username || /[~/]/.test(datasetId)) return null;
    const byName = Actor.apifyClient.dataset(`${username}~${datasetId}`) as unknown as DatasetLister;
    return (await byName.get()) ? byName : null;
}
