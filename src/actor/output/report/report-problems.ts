import { addInvalidLines, createProblemGroups, nameList, type ProblemGroup } from '../../input/describe-problems.ts';
import type { ProblemSources } from '../exports/problems-csv.ts';
import { notFoundProblem, readErrorProblem } from '../guidance.ts';
import type { Row } from '../../ledger/row.ts';

/** Lines listed per problem. */
const maxNamed = 50;

/** Groups the lines without a profile by reason, row by row; duplicates are not counted. */
export function createReportProblems({ runLines, worklist }: ProblemSources) {
    const { lists, lines } = runLines;
    const groups = createProblemGroups(maxNamed);
    addInvalidLines(groups, runLines, worklist);
    const listOf = new Map(lines.map(({ inputIndex, list }) => [inputIndex, list]));
    return {
        add(row: Row): void {
            // The worklist describes invalid lines in more detail.
            const isInvalid = row.status === 'error' && row.code === 'validation_failed';
            if (row.duplicate_of !== null || row.status === 'success' || isInvalid) return;
            groups.add({
                ...(row.status === 'error' ? readErrorProblem(row) : notFoundProblem),
                order: row.input_index,
                place: {
                    ...nameList(lists, listOf.get(row.input_index)),
                    line: row.line,
                    url: row.url,
                    ...(row.canonical_url === undefined ? {} : { profileUrl: row.canonical_url }),
                },
            });
        },
        read: (): ProblemGroup[] => groups.read(),
    };
}
