import type { Clock } from '../../enrichment/clock.ts';
import { toErrorRow, writeProblems, type ErrorRow, type ProblemSources } from './exports/problems-csv.ts';
import { readRows } from './exports/read-rows.ts';
import { writeExports, type ExportSources } from './exports/write-exports.ts';
import type { OpenUpload, RecordUpload } from '../platform/open-upload.ts';
import type { ReportFacts } from './report/render-report.ts';
import { renderReport, reportKey } from './report/render-report.ts';
import { createReportProblems } from './report/report-problems.ts';
import { createStatistics } from './report/statistics.ts';
import type { DatasetClient } from '../ledger/dataset.ts';
import type { Row } from '../ledger/row.ts';

export type ClosingFilesOptions = {
    datasets: readonly Pick<DatasetClient, 'listItems'>[];
    rowCount: number;
    openUpload: OpenUpload;
    clock: Clock;
    /** Facts for the report, beside the rows. */
    facts: Omit<ReportFacts, 'statistics' | 'problems' | 'places'> & {
        /** Called after the other files are written. */
        listPlaces: () => ReportFacts['places'];
    };
    /** Sources of the files, beside the rows. */
    sources: Omit<ExportSources, 'pages' | 'onRow'> & ProblemSources;
    /** Time limit in milliseconds. */
    limitMs: number;
};

const maxAttempts = 2;

/**
 * Writes the export files, reading the dataset once. Rejects when they cannot be written; rows, totals and charges are
 * stored by then.
 */
export async function writeClosingFiles(options: ClosingFilesOptions): Promise<void> {
    const { clock, limitMs } = options;
    const uploads = new Set<RecordUpload>();
    const limit = new AbortController();
    const done = new AbortController();
    clock.sleep(limitMs, done.signal).then(
        () => {
            limit.abort(new Error('no time left'));
            for (const upload of uploads) upload.abandon();
        },
        () => {},
    );
    const openUpload: OpenUpload = (key, contentType) => {
        const upload = options.openUpload(key, contentType);
        uploads.add(upload);
        return upload;
    };
    try {
        for (let attempt = 1; ; attempt += 1) {
            try {
                return await writeAll();
            } catch (error) {
                if (attempt === maxAttempts || limit.signal.aborted) throw error;
            }
        }
    } finally {
        done.abort();
    }

    async function writeAll(): Promise<void> {
        const statistics = createStatistics();
        const problems = createReportProblems(options.sources);
        const pages = readRows({ ...options, signal: limit.signal });
        const errors: ErrorRow[] = [];
        const onRow = (row: Row) => {
            statistics.add(row);
            problems.add(row);
            const error = toErrorRow(row);
            if (error) errors.push(error);
        };
        await writeExports({ ...options.sources, pages, onRow }, openUpload);
        await writeProblems(options.sources, errors, openUpload);
        const report = openUpload(reportKey, 'text/html; charset=utf-8');
        await report.write(
            renderReport({
                ...options.facts,
                statistics: statistics.read(),
                problems: problems.read(),
                places: options.facts.listPlaces(),
            }),
        );
        await report.end();
    }
}
