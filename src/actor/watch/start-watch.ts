import type { Clock } from '../../enrichment/clock.ts';
import { readRows, type StoredRows } from '../output/exports/read-rows.ts';
import { InputError } from '../input-error.ts';
import { isForbidden } from '../platform/errors.ts';
import type { RecordStore } from '../platform/run-state.ts';
import type { ResolvedInput } from '../input/load-input.ts';
import {
    buildWatchStoreName,
    createWatchStore,
    listFingerprints,
    watchStorePattern,
    type NamedStore,
} from './watch-store.ts';
import { openWatch, type Watch } from './watch.ts';

export type StartWatchOptions = {
    name: string;
    onlyChanged: boolean;
    resolved: Pick<ResolvedInput, 'worklist' | 'suppressed'>;
    records: RecordStore;
    openNamedStore: (name: string) => Promise<NamedStore>;
    /** The names of the account's named stores, as far as this run may list them. */
    listNamedStores: () => Promise<string[]>;
    clock: Clock;
    newId: () => string;
    /** The rows that earlier starts stored: their snapshots may not be saved yet. */
    earlier: StoredRows;
};

/** How long the end of a run waits for the purge of other watches, in milliseconds; a later run continues it. */
const purgeLimitMs = 1000;

/**
 * Opens the watch, adds what earlier starts of the run found, and purges other watches in the background. Throws
 * `InputError`.
 */
export async function startWatch(options: StartWatchOptions): Promise<Watch> {
    const watch = await openWithEarlierRows(options);
    const stop = new AbortController();
    const purging = purgeOtherWatches(options, stop.signal);
    return {
        ...watch,
        async close() {
            const isSaved = await watch.close();
            await Promise.race([purging, options.clock.sleep(purgeLimitMs, stop.signal).catch(() => {})]);
            stop.abort();
            return isSaved;
        },
    };
}

async function openWithEarlierRows(options: StartWatchOptions): Promise<Watch> {
    const { name, onlyChanged, resolved, records, clock, newId, earlier } = options;
    const storeName = buildWatchStoreName(name);
    try {
        const namedStore = await options.openNamedStore(storeName);
        const watch = await openWatch({
            storeName,
            store: createWatchStore({ records: namedStore, clock, newId }),
            records,
            clock,
            onlyChanged,
            askedUrls: resolved.worklist.items.map(({ profileUrl }) => profileUrl.canonicalUrl),
            suppressedUrls: resolved.suppressed,
        });
        if (earlier.rowCount === 0) return watch;
        for await (const rows of readRows(earlier, clock)) watch.recordStored(rows);
        return watch;
    } catch (error) {
        const message = isForbidden(error)
            ? `This run may not open the key-value store \`${storeName}\`, which holds the watch \`${name}\`, so nothing was fetched. A run with limited permissions can only open its own storages: give the Actor full permissions for this run, or remove \`watch\`.`
            : `The snapshots of the watch \`${name}\` could not be read, so nothing more was fetched. Run it again later.`;
        throw new InputError('unreadable_watch', message, { cause: error });
    }
}

/**
 * Purges the stores of other watches of people suppressed or not seen for 180 days, which a watch that is no longer run
 * would keep for ever. Starts with the store after the run's own by name, so that runs of several watches together
 * reach all. Stops before the next store when `signal` aborts; skips stores that the run may not list or open. Never
 * rejects.
 */
async function purgeOtherWatches(options: StartWatchOptions, signal: AbortSignal): Promise<void> {
    const ownName = buildWatchStoreName(options.name);
    const erased = new Set([...options.resolved.suppressed].flatMap(listFingerprints));
    const listed = await options.listNamedStores().catch(() => []);
    const others = listed.filter((name) => watchStorePattern.test(name) && name !== ownName).sort();
    const start = others.findIndex((name) => name > ownName);
    const ordered = start < 0 ? others : [...others.slice(start), ...others.slice(0, start)];
    for (const name of ordered) {
        if (signal.aborted) return;
        try {
            const records = await options.openNamedStore(name);
            await createWatchStore({ ...options, records }).load(erased);
        } catch {
            // A later run retries it.
        }
    }
}
