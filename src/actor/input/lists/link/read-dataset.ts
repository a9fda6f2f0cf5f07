import type { ForeignDataset } from '../../../platform/foreign-storages.ts';
import { hasProfileAddress } from '../read-addresses.ts';
import { readElements } from '../read-list.ts';
import type { ListResult, ReadOptions } from '../list-entry.ts';

/** The most characters of JSON kept of a dataset, without lists of objects that hold no address. */
const maxKept = 20 * 1024 * 1024;

const problems = {
    no_dataset: 'cannot be read: there is no such dataset. Check `datasetId`',
    no_access: 'is not accessible to this run. Select it in the field `datasetId`, which grants the run access',
} as const;

/** Reads another Actor's dataset as a list, page by page. Rejects with the signal's reason when it aborts. */
export async function readDataset(
    dataset: ForeignDataset,
    options: ReadOptions,
    signal: AbortSignal,
): Promise<ListResult> {
    if (dataset.kind !== 'dataset') return { ok: false, problem: problems[dataset.kind] };
    const items: unknown[] = [];
    let kept = 0;
    for await (const page of dataset.readPages()) {
        signal.throwIfAborted();
        for (const item of page) {
            const needed = dropLists(item);
            items.push(needed);
            kept += JSON.stringify(needed)?.length ?? 0;
        }
        if (kept > maxKept) {
            return {
                ok: false,
                problem:
                    'is larger than 20 MB. Link its items with the fields you need in `startUrls`, as in …/items?fields=profileUrl',
            };
        }
    }
    return readElements(items, options);
}

/** Removes lists of objects without a profile address. */
function dropLists(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(dropLists);
    const kept = Object.entries(value).filter(([, inner]) => !isUseless(inner));
    return Object.fromEntries(kept.map(([key, inner]) => [key, dropLists(inner)]));
}

function isUseless(value: unknown): boolean {
    return (
        Array.isArray(value) &&
        value.some((item) => typeof item === 'object') &&
        !hasProfileAddress(JSON.stringify(value))
    );
}
