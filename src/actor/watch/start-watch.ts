import type { Clock } from '../../enrichment/clock.ts';
import { readRows } from '../output/exports/read-rows.ts';
import { InputError } from '../input-error.ts';
import { isForbidden } from '../platform/errors.ts';
import type { DatasetClient } from '../ledger/dataset.ts';
import type { RecordStore } from '../platform/run-state.ts';
import type { ResolvedInput } from '../input/resolve-input.ts';
import { purgeOtherWatches } from './purge-other-watches.ts';
import { buildWatchStoreName, createWatchStore, listFingerprints, type NamedStore } from './watch-store.ts';
import { openWatch, type Watch } from './watch.ts';

export type StartWatchOptions = {
    name: string;
    onlyChanged: boolean;
    resolved: Pick<ResolvedInput, 'worklist' | 'suppressed'>;
    records: RecordStore;
    openNamedStore: (name: string) => Promise<NamedStore>;
    /** The names of all stores that outlive runs, as far as this run may know them. */
    listNamedStores: () => Promise<string[]>;
    clock: Clock;
    newId: () => string;
    /** The rows that earlier starts of this run stored, and how many: what they say may not be saved yet. */
    earlier: { datasets: readonly Pick<DatasetClient, 'listItems'>[]; rowCount: number };
};

/** How much longer the end of a run waits for other watches to be purged, in milliseconds; the next run goes on. */
const purgeLimitMs = 1000;

/**
 * Opens the watch of this name and catches up with what earlier starts of the run found. While the run works, the other
 * watches are purged of what is over. Throws `InputError`.
 */
export async function startWatch(options: StartWatchOptions): Promise<Watch> {
    const watch = await openCaughtUp(options);
    const { clock } = options;
    const stop = new AbortController();
    const purging = purgeOtherWatches({
        ...options,
        ownName: buildWatchStoreName(options.name),
        erased: new Set([...options.resolved.suppressed].flatMap(listFingerprints)),
        signal: stop.signal,
    });
    return {
        ...watch,
        async close() {
            const isSaved = await watch.close();
            const over = new AbortController();
            await Promise.race([purging, clock.sleep(purgeLimitMs, over.signal).catch(() => {})]);
            over.abort();
            stop.abort();
            return isSaved;
        },
    };
}

async function openCaughtUp(options: StartWatchOptions): Promise<Watch> {
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
        const { signal } = new AbortController();
        const pages = readRows({ ...earlier, clock, signal });
        for await (const rows of pages) watch.recordStored(rows);
        return watch;
    } catch (error) {
        if (isForbidden(error)) {
            throw new InputError(
                'unreadable_watch',
                `This run may not open the key-value store \`${storeName}\`, where the watch \`${name}\` is kept, so nothing was fetched. A run with limited permissions opens its own storages only: give the Actor full permissions for this run, or leave \`watch\` out.`,
                { cause: error },
            );
        }
        throw new InputError(
            'unreadable_watch',
            `What the watch \`${name}\` knows cannot be read from the storage, so nothing more was fetched. Run it again later.`,
            { cause: error },
        );
    }
}
