import type { ListResult } from '../../src/actor/input/lists/list-entry.ts';

/** The entries of a list as text: `3 ada`, `4 no: company`, `5 left out`. */
export function summarise(result: ListResult): string[] | string {
    if (!result.ok) return result.problem;
    return result.entries.map((entry) => {
        if (entry.kind === 'left_out') return `${entry.line} left out`;
        return `${entry.line} ${entry.handle ?? `no: ${entry.rejection?.kind}`}`;
    });
}

/** The reading of a readable list. */
export function readingOf(result: ListResult) {
    if (!result.ok) throw new Error(result.problem);
    return result;
}
