import * as z from 'zod';
import type { RejectionKind } from '../../../enrichment/profile-url/profile-url-reasons.ts';
import { buildCanonicalUrl } from '../../../enrichment/profile-url/profile-url.ts';
import { maxLines } from '../input.ts';
import type { ListEntry, ListLine } from '../lists/list-entry.ts';

/** A record on the platform holds 9 MB, which include the remaining lines. */
const maxRestLength = 6 * 1024 * 1024;

const columnsSchema = z.record(z.string(), z.string());

/** A line of the input and its position. */
const inputLineSchema = z.object({
    /** Position among the lines of all lists, from 0. */
    inputIndex: z.int(),
    /** Index of its list, from 0. */
    list: z.int(),
    /** Position in its list, from 1. */
    line: z.int(),
    url: z.string(),
    /** The text for `profileUrls`, if different: a bare handle is not an address there. */
    pasteUrl: z.string().optional(),
    columns: columnsSchema,
    /** Null for an invalid line. */
    handle: z.string().nullable(),
    /** Null for a valid line. */
    rejection: z
        .object({ kind: z.custom<RejectionKind>((kind) => typeof kind === 'string'), reason: z.string() })
        .nullable(),
});
export type InputLine = z.infer<typeof inputLineSchema>;

/** A table row without an address. `before` is the `inputIndex` of the next line. */
const inputRowSchema = z.object({
    list: z.int(),
    line: z.int(),
    before: z.int(),
    reason: z.string(),
    columns: columnsSchema,
});
export type InputRow = z.infer<typeof inputRowSchema>;

/** A list of the input: its name, and its columns in order. */
const namedListSchema = z.object({ name: z.string(), columns: z.array(z.string()) });
export type NamedList = z.infer<typeof namedListSchema>;

/** The lines of a run: everything that a restart needs of the lists. */
export const runLinesSchema = z.object({
    lists: z.array(namedListSchema),
    lines: z.array(inputLineSchema),
    leftOut: z.array(inputRowSchema),
    /** Lines that remain after those of this run; 0 with `firstLine`, where other runs take them. */
    restCount: z.int(),
    /** These lines, ready for `profileUrls`, as many as one record holds. */
    rest: z.array(z.string()),
    /** Number of records with these lines and their columns; see `saved-lines.ts`. */
    restParts: z.int().default(0),
    /** Lines after those of this run; null without `firstLine`. */
    beyond: z.int().nullable(),
    /** Warnings about how the lists were read. */
    warnings: z.array(z.string()),
});
export type RunLines = z.infer<typeof runLinesSchema>;

/** A line that remains after those of this run. */
export const restLineSchema = inputLineSchema.pick({ list: true, line: true, url: true, columns: true });
export type RestLine = z.infer<typeof restLineSchema>;

/** A list that was read. */
export type ReadListOfInput = NamedList & { entries: readonly ListEntry[] };

/**
 * Selects the lines of this run: 5,000 from `firstLine` on. Without `firstLine` the rest remain; with it they are left
 * to other runs. Null when there are fewer lines than `firstLine`.
 */
export function takeRunLines(lists: readonly ReadListOfInput[], firstLine: number | undefined): RunLines | null {
    const start = (firstLine ?? 1) - 1;
    const end = start + maxLines;
    const total = countLines(lists);
    if (start >= total) return null;
    const hasRest = firstLine === undefined;
    const later = Math.max(0, total - end);
    const allowsBareHandles = !lists.some(({ entries }) =>
        entries.some((entry) => entry.kind === 'line' && entry.handle !== null && !isWord(entry.url)),
    );
    const lines: InputLine[] = [];
    const leftOut: InputRow[] = [];
    const rest: string[] = [];
    let inputIndex = 0;
    let restLength = 0;
    for (const [list, { entries }] of lists.entries()) {
        for (const entry of entries) {
            const isTaken = inputIndex >= start && inputIndex < end;
            if (entry.kind === 'left_out') {
                const isLast = inputIndex === total && total <= end;
                // Where no other run takes the following lines, their rows without an address are reported here.
                if (isTaken || isLast || (inputIndex >= end && hasRest)) {
                    const { line, reason, columns } = entry;
                    leftOut.push({ list, line, before: inputIndex, reason, columns });
                }
                continue;
            }
            if (isTaken) lines.push(toInputLine(entry, list));
            else if (inputIndex >= end && hasRest) {
                const url = toPasteUrl(entry);
                restLength += Buffer.byteLength(url) + 3;
                if (restLength <= maxRestLength) rest.push(url);
            }
            inputIndex += 1;
        }
    }
    return {
        lists: lists.map(({ name, columns }) => ({ name, columns })),
        lines,
        leftOut,
        restCount: hasRest ? later : 0,
        rest,
        restParts: 0,
        beyond: hasRest ? null : later,
        warnings: describeOthers(total, firstLine, rest.length < later),
    };

    function toInputLine(entry: ListLine, list: number): InputLine {
        const { line, url, handle, rejection, columns } = entry;
        const pasteUrl = toPasteUrl(entry);
        return { inputIndex, list, line, url, ...(pasteUrl === url ? {} : { pasteUrl }), handle, rejection, columns };
    }

    function toPasteUrl({ url, handle }: ListLine): string {
        return handle !== null && !allowsBareHandles && isWord(url) ? buildCanonicalUrl(handle) : url;
    }
}

function isWord(url: string): boolean {
    return !/[./]/.test(url);
}

/** Says which lines other runs take; `isCut` when not all that remain fit into one record. */
function describeOthers(total: number, firstLine: number | undefined, isCut: boolean): string[] {
    const count = (amount: number) => amount.toLocaleString('en-US');
    const end = (firstLine ?? 1) - 1 + maxLines;
    if (firstLine === undefined) {
        if (total <= end) return [];
        const taken = `The input has ${count(total)} lines, and one run takes ${count(maxLines)}`;
        const next = `the same list and \`firstLine\`: ${end + 1}`;
        return [
            isCut
                ? `${taken}. The remaining lines exceed the size of REMAINING_URLS: give the next run ${next}.`
                : `${taken}: the remaining lines are in REMAINING_URLS. Paste them into the next run, or give it ${next}.`,
        ];
    }
    const part = `This run takes the lines ${count(firstLine)} to ${count(Math.min(end, total))} of ${count(total)}`;
    if (total > end) return [`${part}; the next one starts with \`firstLine\`: ${end + 1}.`];
    return firstLine > 1 ? [`${part}.`] : [];
}

/** The lines after the first 5,000, in order, with their columns. */
export function* listRest(lists: readonly ReadListOfInput[]): Generator<RestLine> {
    let inputIndex = 0;
    for (const [list, { entries }] of lists.entries()) {
        for (const entry of entries) {
            if (entry.kind === 'left_out') continue;
            const { line, url, columns } = entry;
            if (inputIndex >= maxLines) yield { list, line, url, columns };
            inputIndex += 1;
        }
    }
}

/** Number of lines in all lists together. */
export function countLines(lists: readonly ReadListOfInput[]): number {
    let count = 0;
    for (const { entries } of lists) for (const { kind } of entries) if (kind === 'line') count += 1;
    return count;
}
