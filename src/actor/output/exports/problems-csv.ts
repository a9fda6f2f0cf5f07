import { describeRow, leftOutAdvice, nameList, readProblem } from '../../input/describe-problems.ts';
import type { RunLines } from '../../input/lines/run-lines.ts';
import type { Worklist } from '../../input/lines/worklist.ts';
import { readErrorProblem } from '../guidance.ts';
import type { Row } from '../../ledger/row.ts';
import { formatLine } from './csv-cell.ts';
import { byteOrderMark } from './write-exports.ts';
import type { OpenUpload } from '../../platform/open-upload.ts';

/** The record that lists every line without a result, with what to do about it. */
export const problemsKey = 'problems.csv';

export type ProblemSources = {
    runLines: Pick<RunLines, 'lists' | 'lines' | 'leftOut'>;
    worklist: Pick<Worklist, 'invalid'>;
};

/** The part of an error row kept until the file is written. */
export type ErrorRow = { inputIndex: number; url: string; code: string; message: string };

/** Null for other rows, and for invalid lines, which the worklist describes in more detail. */
export function toErrorRow(row: Row): ErrorRow | null {
    if (row.status !== 'error' || row.code === 'validation_failed') return null;
    return { inputIndex: row.input_index, url: row.url, code: row.code, message: row.message };
}

/**
 * Writes `problems.csv`: error rows, invalid lines and rows without an address, in list order. Rejects when the record
 * cannot be written.
 */
export async function writeProblems(
    sources: ProblemSources,
    errors: readonly ErrorRow[],
    openUpload: OpenUpload,
): Promise<void> {
    const upload = openUpload(problemsKey, 'text/csv; charset=utf-8');
    await upload.write(`${byteOrderMark}${formatProblems(sources, errors)}`);
    await upload.end();
}

function formatProblems({ runLines, worklist }: ProblemSources, errors: readonly ErrorRow[]): string {
    const { lists, lines, leftOut } = runLines;
    const places = new Map(lines.map(({ inputIndex, list, line }) => [inputIndex, { list, line }]));
    const placeOf = (inputIndex: number) => places.get(inputIndex) ?? { list: 0, line: inputIndex + 1 };
    const problems = [
        ...worklist.invalid.map((invalid) => ({
            ...placeOf(invalid.inputIndex),
            url: invalid.url,
            problem: readProblem(invalid),
            advice: invalid.advice,
        })),
        ...leftOut.map((row) => ({
            list: row.list,
            line: row.line,
            url: '',
            problem: describeRow(row),
            advice: leftOutAdvice,
        })),
        ...errors.map((row) => ({ ...placeOf(row.inputIndex), url: row.url, ...readErrorProblem(row) })),
    ].toSorted((one, other) => one.list - other.list || one.line - other.line);
    const header = [...(lists.length > 1 ? ['list'] : []), 'line', 'url', 'problem', 'what_to_do'];
    const rows = problems.map(({ list, line, url, problem, advice }) => [
        ...Object.values(nameList(lists, list)),
        line,
        url,
        problem,
        advice,
    ]);
    return [header, ...rows].map(formatLine).join('');
}
