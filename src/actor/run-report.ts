import type { Ledger } from './ledger/ledger.ts';
import { totalRun, type RunEnding, type RunTotals } from './output/totals.ts';
import type { WorkItem, Worklist } from './input/lines/worklist.ts';

export type RunReport = {
    ending: RunEnding;
    /** What ended the run, in a sentence for users, where the ending alone does not say it; else empty. */
    reason: string;
    totals: RunTotals;
    /** Lines without a row, ready for `profileUrls`: another run with them completes the list. */
    remainingUrls: string[];
    /** Profiles whose lines ended in a retryable error, ready for `profileUrls`. */
    failedUrls: string[];
    /** Pages on which a section could not be read, by the section's name. */
    unreadSections: Map<string, number>;
};

/** Builds the report of a finished run from what is stored. */
export function buildRunReport(
    { ending, reason, unreadSections }: Pick<RunReport, 'ending' | 'reason' | 'unreadSections'>,
    { worklist, ledger, duplicates }: { worklist: Worklist; ledger: Ledger; duplicates: 'merge' | 'repeat' },
): RunReport {
    const remaining = dropAnswered(worklist.items, readAnswered(worklist, ledger), duplicates);
    return {
        ending,
        reason,
        totals: totalRun(worklist, ledger.getState()),
        remainingUrls: remaining
            .flatMap((item) => (duplicates === 'merge' ? [item] : [item, ...item.duplicates]))
            .map(({ url, pasteUrl = url }) => pasteUrl),
        failedUrls: listFailedUrls(worklist, ledger),
        unreadSections,
    };
}

/** Lists each profile once. Oversized profiles are left out: another attempt would end the same. */
function listFailedUrls({ items }: Worklist, ledger: Ledger): string[] {
    const failed = new Set<number>();
    for (const { input_index: inputIndex, status, code, meta } of ledger.getState().rows) {
        const isFinal = code === 'validation_failed' || meta.cause === 'too_large';
        if (status === 'error' && !isFinal) failed.add(inputIndex);
    }
    return items
        .filter((item) => [item, ...item.duplicates].some(({ inputIndex }) => failed.has(inputIndex)))
        .map(({ url, pasteUrl = url }) => pasteUrl);
}

/** Input indexes that need no more work: those with a row, and all lines of skipped profiles. */
export function readAnswered(worklist: Worklist, ledger: Ledger): Set<number> {
    const { rows, skipped } = ledger.getState();
    const skippedItems = worklist.items.filter(({ inputIndex }) => skipped.has(inputIndex));
    const lines = skippedItems.flatMap(({ inputIndex, duplicates }) => [
        inputIndex,
        ...duplicates.map((line) => line.inputIndex),
    ]);
    return new Set([...rows.map((row) => row.input_index), ...lines]);
}

/** The items with at least one line without a row; in `repeat` mode reduced to those lines. */
export function dropAnswered(
    items: WorkItem[],
    answered: ReadonlySet<number>,
    duplicates: 'merge' | 'repeat',
): WorkItem[] {
    if (duplicates === 'merge') return items.filter((item) => !answered.has(item.inputIndex));
    return items.flatMap((item) => {
        const [first, ...duplicates] = [item, ...item.duplicates].filter((line) => !answered.has(line.inputIndex));
        return first ? [{ ...item, ...first, duplicates }] : [];
    });
}
