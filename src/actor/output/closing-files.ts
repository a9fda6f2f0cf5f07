import type { Clock } from '../../enrichment/clock.ts';
import { toErrorRow, writeProblems, type ErrorRow, type ProblemSources } from './exports/problems-csv.ts';
import { readRows } from './exports/read-rows.ts';
import { writeExports, type ExportSources } from './exports/write-exports.ts';
import type { OpenUpload, RecordUpload } from '../platform/open-upload.ts';
import type { ReportFacts } from './report/report-facts.ts';
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
    /** What the report shows beside the rows. */
    facts: Omit<ReportFacts, 'statistics' | 'problems' | 'places'> & {
        /** Called when the other files are written. */
        listPlaces: () => ReportFacts['places'];
    };
    /** What the files are made of, beside the rows. */
    sources: Omit<ExportSources, 'pages' | 'onRow'> & ProblemSources;
    /** The most time they may take, in milliseconds. */
    limitMs: number;
};

const attemptsPerFile = 2;

/**
 * Writes the files that people open after a run, reading the dataset once. Rejects when they cannot be written: the
 * rows, the totals and the charges are safe by then, so that is worth a line in the log and nothing more.
 */
export async function writeClosingFiles(options: ClosingFilesOptions): Promise<void> {
    const { clock, limitMs } = options;
    const uploads = new Set<RecordUpload>();
    const limit = new AbortController();
    const watch = new AbortController();
    clock.sleep(limitMs, watch.signal).then(
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
                if (attempt === attemptsPerFile || limit.signal.aborted) throw error;
            }
        }
    } finally {
        watch.abort();
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
