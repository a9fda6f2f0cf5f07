import { createWatchStore, watchStorePattern, type NamedStore } from './watch-store.ts';

export type PurgeOptions = {
    /** The run's own store, which is purged when it is loaded. */
    ownName: string;
    listNamedStores: () => Promise<string[]>;
    openNamedStore: (name: string) => Promise<NamedStore>;
    erased: ReadonlySet<string>;
    clock: { now(): number };
    newId: () => string;
    /** Stops before the next store. */
    signal: AbortSignal;
};

/**
 * Purges the stores of other watches of people suppressed or not seen for 180 days, which a watch that is no longer run
 * would keep for ever. Starts with the store after the run's own by name, so that runs of several watches together
 * reach all. Returns the number of stores purged; 0 when the run may not list or open them. Never rejects.
 */
export async function purgeOtherWatches(options: PurgeOptions): Promise<number> {
    const { ownName, openNamedStore, erased, clock, newId, signal } = options;
    const listed = await options.listNamedStores().catch(() => []);
    const others = listed.filter((name) => watchStorePattern.test(name) && name !== ownName).sort();
    const start = others.findIndex((name) => name > ownName);
    const ordered = start < 0 ? others : [...others.slice(start), ...others.slice(0, start)];
    let purged = 0;
    for (const name of ordered) {
        if (signal.aborted) break;
        try {
            const records = await openNamedStore(name);
            await createWatchStore({ records, clock, newId }).load(erased);
            purged += 1;
        } catch {
            // A later run retries it.
        }
    }
    return purged;
}
