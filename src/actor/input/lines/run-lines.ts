import { buildCanonicalUrl } from '../../../enrichment/profile-url/profile-url.ts';
import { maxLines } from '../input.ts';
import type { LeftOutRow, ListEntry, ListLine, OwnColumns } from '../lists/list-entry.ts';

/** A record of the platform holds 9 MB; the lines that this run leaves undone stand in the same one. */
const maxRestLength = 6 * 1024 * 1024;

/** A list of the input by its name, and the columns that come along with its lines, in its order. */
export type NamedList = { name: string; columns: readonly string[] };

/** A line of the input and where it stands. */
export type InputLine = Omit<ListLine, 'kind'> & {
    /** Its place among the lines of all lists, from 0. */
    inputIndex: number;
    /** Which of the lists it is in, from 0. */
    list: number;
    /** What to paste into `profileUrls` for it, where that is not as given: a word alone is no address there. */
    pasteUrl?: string;
};

/** A row of a table that is no line. `before` is the `inputIndex` of the line it stands before. */
export type InputRow = { list: number; line: number; before: number; reason: string; columns: OwnColumns };

/** What a run works on: everything that a restart needs of the lists. */
export type RunLines = {
    lists: NamedList[];
    lines: InputLine[];
    leftOut: InputRow[];
    /** How many lines remain after those of this run; 0 where `firstLine` says that other runs take them. */
    restCount: number;
    /** These lines, ready for `profileUrls`: as many as one record holds. */
    rest: string[];
    /** How many records hold these lines with their columns; see `saved-lines.ts`. */
    restParts: number;
    /** How many lines stand after those of this run; null without `firstLine`. */
    beyond: number | null;
    /** What a user should know of how the lists were read. */
    warnings: string[];
};

/** A line that remains after those of this run, as its list has it. */
export type RestLine = Pick<InputLine, 'list' | 'line' | 'url' | 'columns'>;

/** A list of the input that was read. */
export type ReadListOfInput = NamedList & { entries: readonly ListEntry[] };

/**
 * The lines that this run takes: 5,000 from `firstLine` on. Without `firstLine` the others remain; with it they are left
 * to the runs that begin there. Null when there are fewer lines than `firstLine` says.
 */
export function takeRunLines(lists: readonly ReadListOfInput[], firstLine: number | undefined): RunLines | null {
    const start = (firstLine ?? 1) - 1;
    const end = start + maxLines;
    const total = countLines(lists);
    if (start >= total) return null;
    const isOthers = firstLine !== undefined;
    const mayPasteWords = !lists.some(({ entries }) =>
        entries.some((entry) => entry.kind === 'line' && isAddress(entry)),
    );
    const runLines: Omit<RunLines, 'warnings'> = {
        lists: lists.map(({ name, columns }) => ({ name, columns })),
        lines: [],
        leftOut: [],
        restCount: isOthers ? 0 : Math.max(0, total - end),
        rest: [],
        restParts: 0,
        beyond: isOthers ? Math.max(0, total - end) : null,
    };
    let inputIndex = 0;
    let restLength = 0;
    for (const [list, { entries }] of lists.entries()) {
        for (const entry of entries) {
            const isTaken = inputIndex >= start && inputIndex < end;
            if (entry.kind === 'left_out') {
                const isLast = inputIndex === total && total <= end;
                // Where no other run takes what follows, its rows left out are told of here.
                if (isTaken || isLast || (inputIndex >= end && !isOthers))
                    runLines.leftOut.push(toRow(entry, list, inputIndex));
                continue;
            }
            if (isTaken) runLines.lines.push(toLine(entry, { list, inputIndex, mayPasteWords }));
            else if (inputIndex >= end && !isOthers) addRest(toPasteUrl(entry, mayPasteWords));
            inputIndex += 1;
        }
    }
    const isCut = runLines.rest.length < runLines.restCount;
    return { ...runLines, warnings: describeOthers({ start, end, total, isPart: isOthers, isCut }) };

    function addRest(url: string): void {
        restLength += Buffer.byteLength(url) + 3;
        if (restLength <= maxRestLength) runLines.rest.push(url);
    }
}

/** The lines that remain after the first 5,000, in order, with their columns. */
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

/** How many lines the lists have together. */
export function countLines(lists: ReadonlyArray<Pick<ReadListOfInput, 'entries'>>): number {
    let count = 0;
    for (const { entries } of lists) for (const { kind } of entries) if (kind === 'line') count += 1;
    return count;
}

function toLine(
    entry: ListLine,
    { list, inputIndex, mayPasteWords }: { list: number; inputIndex: number; mayPasteWords: boolean },
): InputLine {
    const { line, url, handle, rejection, columns } = entry;
    const pasteUrl = toPasteUrl(entry, mayPasteWords);
    return { inputIndex, list, line, url, ...(pasteUrl === url ? {} : { pasteUrl }), handle, rejection, columns };
}

function toRow({ line, reason, columns }: LeftOutRow, list: number, before: number): InputRow {
    return { list, line, before, reason, columns };
}

function toPasteUrl({ url, handle }: ListLine, mayPasteWords: boolean): string {
    return handle !== null && !mayPasteWords && isWord(url) ? buildCanonicalUrl(handle) : url;
}

function isAddress({ url, handle }: ListLine): boolean {
    return handle !== null && !isWord(url);
}

function isWord(url: string): boolean {
    return !/[./]/.test(url);
}

function describeOthers({
    start,
    end,
    total,
    isPart,
    isCut,
}: {
    start: number;
    end: number;
    total: number;
    isPart: boolean;
    isCut: boolean;
}): string[] {
    const count = (amount: number) => amount.toLocaleString('en-US');
    if (total <= end && !isPart) return [];
    if (!isPart) {
        const taken = `The input has ${count(total)} lines, and one run takes ${count(maxLines)}`;
        const next = `the same list and \`firstLine\`: ${end + 1}`;
        if (isCut) return [`${taken}. The others are more than REMAINING_URLS holds: give the next run ${next}.`];
        return [`${taken}: the others are in REMAINING_URLS. Paste them into the next run, or give that one ${next}.`];
    }
    const part = `This run takes the lines ${count(start + 1)} to ${count(Math.min(end, total))} of ${count(total)}`;
    return total > end
        ? [`${part}; the next one begins with \`firstLine\`: ${end + 1}.`]
        : start > 0
          ? [`${part}.`]
          : [];
}
