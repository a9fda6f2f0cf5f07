import { describeRejection } from '../../enrichment/profile-url/profile-url-reasons.ts';
import type { InputRow, NamedList, RunLines } from './lines/run-lines.ts';
import type { InvalidLine, Worklist } from './lines/worklist.ts';

/** The position of a line with a problem, with its text and profile URL where known. */
export type ProblemPlace = { list?: string; line: number; url?: string; profileUrl?: string };

/** Lines or rows with the same problem; `lines` has the first of them. */
export type ProblemGroup = { problem: string; what_to_do: string; count: number; lines: ProblemPlace[] };

/** Groups lines by problem, added in any order, and keeps the first `maxNamed` of each group. */
export function createProblemGroups(maxNamed: number) {
    const groups = new Map<string, Omit<ProblemGroup, 'lines'> & { places: OrderedPlace[] }>();
    return {
        /** Adds a line. Lines with the same `key` form a group, sorted by `order`. */
        add({ problem, advice, key = problem, ...line }: OrderedPlace & ProblemText): void {
            const group = groups.get(key) ?? { problem, what_to_do: advice, count: 0, places: [] };
            groups.set(key, group);
            group.count += 1;
            group.places.push(line);
            group.places.sort((one, other) => one.order - other.order).splice(maxNamed);
        },
        /** Most frequent first. */
        read: (): ProblemGroup[] =>
            [...groups.values()]
                .map(({ places, ...group }) => ({ ...group, lines: places.map(({ place }) => place) }))
                .toSorted((one, other) => other.count - one.count),
    };
}

type OrderedPlace = { order: number; place: ProblemPlace };
type ProblemText = { problem: string; advice: string; key?: string };

/** Lines listed per problem. */
const maxNamed = 5;

export const leftOutAdvice = 'Fill in the address and run it again.';

/** The problem of an invalid line, without its advice. */
export function readProblem({ reason, advice }: Pick<InvalidLine, 'reason' | 'advice'>): string {
    return reason.endsWith(advice) ? reason.slice(0, -advice.length).trim() : reason;
}

type ProblemLines = Pick<RunLines, 'lists' | 'lines' | 'leftOut'>;

/** Groups invalid lines and rows without an address by problem, the most frequent first. */
export function groupProblems(runLines: ProblemLines, worklist: Pick<Worklist, 'invalid'>): ProblemGroup[] {
    const groups = createProblemGroups(maxNamed);
    addInvalidLines(groups, runLines, worklist);
    return groups.read();
}

/** Adds invalid lines and rows without an address. */
export function addInvalidLines(
    groups: Pick<ReturnType<typeof createProblemGroups>, 'add'>,
    { lists, lines, leftOut }: ProblemLines,
    { invalid }: Pick<Worklist, 'invalid'>,
): void {
    const listOf = new Map(lines.map(({ inputIndex, list }) => [inputIndex, list]));
    for (const line of invalid) {
        // Each of these lists other profiles, so the group has a general text.
        const problem = line.kind === 'several' ? describeRejection(line.kind) : readProblem(line);
        const place = { ...nameList(lists, listOf.get(line.inputIndex)), line: line.line, url: line.url };
        groups.add({ key: `${problem} ${line.advice}`, problem, advice: line.advice, order: line.inputIndex, place });
    }
    for (const row of leftOut) {
        const place = { ...nameList(lists, row.list), line: row.line };
        // Directly before the next line.
        const order = row.before - 0.5;
        const problem = describeRow(row);
        groups.add({ key: `${row.list} ${row.reason}`, problem, advice: leftOutAdvice, order, place });
    }
}

/** One log line per group. Only positions are named: the content may be anything. */
export function describeGroups(groups: readonly ProblemGroup[]): string[] {
    return groups.map(({ problem, what_to_do: advice, count, lines }) => {
        const places = lines.map(({ list, line }) => (list === undefined ? line : `${list}:${line}`)).join(', ');
        const amount = count === 1 ? '1 line' : `${count.toLocaleString('en-US')} lines`;
        return `Not fetched: ${amount} (${places}${count > lines.length ? ', …' : ''}). ${problem} ${advice}`;
    });
}

/** What is wrong with a row that was left out. */
export function describeRow({ reason }: Pick<InputRow, 'reason'>): string {
    return `Left out: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}

/** The list's name when there are several lists. */
export function nameList(lists: readonly NamedList[], list: number | undefined): { list?: string } {
    return lists.length > 1 && list !== undefined ? { list: lists[list]?.name ?? '' } : {};
}
