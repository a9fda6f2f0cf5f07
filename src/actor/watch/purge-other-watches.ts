import { createWatchStore, watchStorePattern, type NamedStore } from './watch-store.ts';

export type PurgeOptions = {
    /** The store of the run's own watch, which is purged when it is loaded. */
    ownName: string;
    listNamedStores: () => Promise<string[]>;
    openNamedStore: (name: string) => Promise<NamedStore>;
    /** Fingerprints of suppressed people. */
    erased: ReadonlySet<string>;
    clock: { now(): number };
    newId: () => string;
    /** Begins no further store once it aborts. */
    signal: AbortSignal;
};

/**
 * Removes from the other watches' stores who was not seen for 180 days or is suppressed: a watch that nobody runs any
 * more would keep them for ever. It begins with the store after the run's own by name, so that the runs of several
 * watches together reach all. Returns how many stores were looked through. A run that may not list or open the stores
 * reaches none; never rejects.
 */
export async function purgeOtherWatches(options: PurgeOptions): Promise<number> {
    const { ownName, openNamedStore, erased, clock, newId, signal } = options;
    const listed = await options.listNamedStores().catch(() => []);
    const others = listed.filter((name) => watchStorePattern.test(name) && name !== ownName).sort();
    const start = others.findIndex((name) => name > ownName);
    const inTurn = start < 0 ? others : [...others.slice(start), ...others.slice(0, start)];
    let purged = 0;
    for (const name of inTurn) {
        if (signal.aborted) break;
        try {
            const records = await openNamedStore(name);
            await createWatchStore({ records, clock, newId }).load(erased);
            purged += 1;
        } catch {
            // The next run comes by again.
        }
    }
    return purged;
}
