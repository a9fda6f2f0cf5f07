import type { RestLine, RunLines } from '../../input/lines/run-lines.ts';
import type { Worklist } from '../../input/lines/worklist.ts';
import type { LedgerState } from '../../ledger/ledger.ts';
import type { Row } from '../../ledger/row.ts';

/** The outcome of a line, or of a row without an address. The counts of each status are the totals of `OUTPUT`. */
export type LineOutcome = {
    status: Row['status'] | 'duplicate' | 'left_out' | 'remaining';
    /** For a duplicate, the list and line that has its row; else null. */
    sameAs: { list: string; line: number } | null;
    /** A note where there is no row with one. */
    message: string | null;
    /** The result of the watch where there is no row. */
    change: 'same' | 'gone' | null;
};

/** A line or a row of a list, with its other columns. */
export type ListedLine = RestLine & {
    /** Null for a row without an address, whose `url` is empty. */
    inputIndex: number | null;
};

export type OutcomeSources = {
    runLines: Pick<RunLines, 'lists' | 'lines' | 'leftOut'>;
    worklist: Pick<Worklist, 'items'>;
    ledger: Pick<LedgerState, 'rows' | 'skipped'>;
};

const lateMessage = 'The row is stored, but was not yet readable when this file was written.';
const skipOutcomes = {
    unchanged: { status: 'success', message: 'Unchanged since the last run, so not stored again.', change: 'same' },
    gone: { status: 'not_found', message: 'Gone; an earlier run has the row.', change: 'gone' },
} as const;

/** Finds the outcome of every line of a run. */
export function createLineOutcomes({ runLines, worklist, ledger }: OutcomeSources) {
    const { lists, lines, leftOut } = runLines;
    const firstIndex = lines[0]?.inputIndex ?? 0;
    const stored = new Map(ledger.rows.map((row) => [row.input_index, row]));
    const firstOf = new Map<number, number>();
    for (const { inputIndex, duplicates } of worklist.items)
        for (const repeat of duplicates) firstOf.set(repeat.inputIndex, inputIndex);

    const build = (
        status: LineOutcome['status'],
        sameAs: number | null,
        message: string | null = null,
    ): LineOutcome => ({
        status: sameAs === null ? status : 'duplicate',
        // A line may duplicate one that turned out to be a duplicate itself.
        sameAs: sameAs === null ? null : placeOf(stored.get(sameAs)?.duplicate_of ?? sameAs),
        message,
        change: null,
    });

    function placeOf(inputIndex: number): LineOutcome['sameAs'] {
        const { list, line } = lines[inputIndex - firstIndex] ?? { list: 0, line: inputIndex + 1 };
        return { list: lists[list]?.name ?? '', line };
    }

    return {
        /** The outcome of a line with its row available. */
        ofRow: (row: Pick<Row, 'status' | 'input_index' | 'duplicate_of'>): LineOutcome =>
            build(row.status, firstOf.get(row.input_index) ?? row.duplicate_of),

        /** The outcome of a line without its row available. */
        ofLine({ inputIndex }: Pick<ListedLine, 'inputIndex'>, whyLeftOut: string | null = null): LineOutcome {
            if (inputIndex === null) return build('left_out', null, whyLeftOut);
            const row = stored.get(inputIndex);
            const first = firstOf.get(inputIndex);
            if (row) return build(row.status, first ?? row.duplicate_of, lateMessage);
            if (first !== undefined) return build('duplicate', first);
            const reason = ledger.skipped.get(inputIndex);
            return reason === undefined ? build('remaining', null) : { ...skipOutcomes[reason], sameAs: null };
        },

        /** All lines and rows without an address in list order; the latter with the reason. */
        async *inListOrder(
            rest: AsyncIterable<RestLine[]>,
        ): AsyncGenerator<{ line: ListedLine; reason: string | null }> {
            let next = 0;
            function* leaveOut(before: number) {
                for (let row = leftOut[next]; row && row.before <= before; row = leftOut[(next += 1)]) {
                    const { list, line, columns, reason } = row;
                    yield { line: { list, line, columns, url: '', inputIndex: null }, reason };
                }
            }
            for (const line of lines) {
                yield* leaveOut(line.inputIndex);
                yield { line, reason: null };
            }
            let inputIndex = firstIndex + lines.length;
            for await (const page of rest) {
                for (const line of page) {
                    yield* leaveOut(inputIndex);
                    yield { line: { ...line, inputIndex }, reason: null };
                    inputIndex += 1;
                }
            }
            yield* leaveOut(Number.POSITIVE_INFINITY);
        },
    };
}
