import type { InputRow, NamedList, RunLines } from './lines/run-lines.ts';
import type { InvalidLine, Worklist } from './lines/worklist.ts';

/** Lines or rows that share a problem, for `OUTPUT` and the log: the first of them by their places in their lists. */
export type ProblemGroup = {
    problem: string;
    what_to_do: string;
    count: number;
    lines: Array<{ list?: string; line: number; url?: string }>;
};

/** How many lines of a kind are named. */
const maxNamed = 5;

export const leftOutAdvice = 'Fill in the address and run it again.';

/** What a line is that cannot be fetched, without what to do about it. */
export function readProblem({ reason, advice }: Pick<InvalidLine, 'reason' | 'advice'>): string {
    return reason.endsWith(advice) ? reason.slice(0, -advice.length).trim() : reason;
}

/** The lines that are no profile URL and the rows left out, by what is wrong with them; the most frequent first. */
export function groupProblems(
    runLines: Pick<RunLines, 'lists' | 'lines' | 'leftOut'>,
    { invalid }: Worklist,
): ProblemGroup[] {
    const { lists } = runLines;
    const groups = new Map<string, ProblemGroup>();
    const listOf = new Map(runLines.lines.map(({ inputIndex, list }) => [inputIndex, list]));
    for (const line of invalid) {
        const key = line.kind === 'several' ? line.kind : line.reason;
        add(key, readProblem(line), line.advice, {
            ...nameList(lists, listOf.get(line.inputIndex)),
            line: line.line,
            url: line.url,
        });
    }
    for (const row of runLines.leftOut)
        add(`${row.list} ${row.reason}`, describeRow(row), leftOutAdvice, {
            ...nameList(lists, row.list),
            line: row.line,
        });
    return [...groups.values()].toSorted((one, other) => other.count - one.count);

    function add(key: string, problem: string, advice: string, place: ProblemGroup['lines'][number]): void {
        const group = groups.get(key) ?? { problem, what_to_do: advice, count: 0, lines: [] };
        groups.set(key, group);
        group.count += 1;
        if (group.lines.length < maxNamed) group.lines.push(place);
    }
}

/** One line of the log for each group. Only places are named: what stands there may be anything. */
export function describeGroups(groups: readonly ProblemGroup[]): string[] {
    return groups.map(({ problem, what_to_do: advice, count, lines }) => {
        const places = lines.map(({ list, line }) => (list === undefined ? line : `${list}:${line}`)).join(', ');
        const amount = count === 1 ? '1 line' : `${count.toLocaleString('en-US')} lines`;
        return `Not fetched: ${amount} (${places}${count > lines.length ? ', …' : ''}). ${problem} ${advice}`;
    });
}

function describeRow({ reason }: InputRow): string {
    return `Left out: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}

/** With several lists, the number of a line says nothing without the list's name. */
export function nameList(lists: readonly NamedList[], list: number | undefined): { list?: string } {
    return lists.length > 1 && list !== undefined ? { list: lists[list]?.name ?? '' } : {};
}
