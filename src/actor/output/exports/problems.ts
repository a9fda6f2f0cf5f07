import {
    addInvalidLines,
    createProblemGroups,
    describeRow,
    leftOutAdvice,
    nameList,
    readProblem,
    type ProblemGroup,
} from '../../input/describe-problems.ts';
import type { RunLines } from '../../input/lines/run-lines.ts';
import type { Worklist } from '../../input/lines/worklist.ts';
import type { Row } from '../../ledger/row.ts';
import type { OpenUpload } from '../../platform/open-upload.ts';
import { notFoundProblem, readErrorProblem, type Problem } from '../guidance.ts';
import { byteOrderMark, formatLine } from './csv.ts';

/** Lines listed per problem in the report. */
const maxNamed = 50;

export type ProblemSources = {
    runLines: Pick<RunLines, 'lists' | 'lines' | 'leftOut'>;
    worklist: Pick<Worklist, 'invalid'>;
};

/** Collects the lines without a profile row by row: grouped by reason for the report, and listed in `problems.csv`. */
export function createProblems({ runLines, worklist }: ProblemSources) {
    const { lists, lines, leftOut } = runLines;
    const listOf = new Map(lines.map(({ inputIndex, list }) => [inputIndex, list]));
    const groups = createProblemGroups(maxNamed);
    addInvalidLines(groups, runLines, worklist);
    const errors: Array<Problem & { list: number; line: number; url: string }> = [];

    return {
        add(row: Row): void {
            // The worklist describes invalid lines in more detail.
            if (row.status === 'success' || (row.status === 'error' && row.code === 'validation_failed')) return;
            const { line, url, canonical_url: profileUrl } = row;
            const problem = row.status === 'error' ? readErrorProblem(row) : notFoundProblem;
            const list = listOf.get(row.input_index);
            if (row.status === 'error') errors.push({ list: list ?? 0, line, url, ...problem });
            // A duplicate is not counted in the report.
            if (row.duplicate_of !== null) return;
            const place = { ...nameList(lists, list), line, url, ...(profileUrl === undefined ? {} : { profileUrl }) };
            groups.add({ ...problem, order: row.input_index, place });
        },
        /** The most frequent first. */
        readGroups: (): ProblemGroup[] => groups.read(),
        /**
         * Writes `problems.csv`: error rows, invalid lines and rows without an address, in list order, with what to do
         * about each. Rejects when the record cannot be written.
         */
        async writeCsv(openUpload: OpenUpload): Promise<void> {
            const problems = [
                ...worklist.invalid.map((invalid) => ({
                    ...invalid,
                    list: listOf.get(invalid.inputIndex) ?? 0,
                    problem: readProblem(invalid),
                })),
                ...leftOut.map((row) => ({ ...row, url: '', problem: describeRow(row), advice: leftOutAdvice })),
                ...errors,
            ].toSorted((one, other) => one.list - other.list || one.line - other.line);
            const header = [...(lists.length > 1 ? ['list'] : []), 'line', 'url', 'problem', 'what_to_do'];
            const rows = problems.map(({ list, line, url, problem, advice }) => [
                ...Object.values(nameList(lists, list)),
                line,
                url,
                problem,
                advice,
            ]);
            const upload = openUpload('problems.csv', 'text/csv; charset=utf-8');
            await upload.write(`${byteOrderMark}${[header, ...rows].map(formatLine).join('')}`);
            await upload.end();
        },
    };
}
