import type { Clock } from '../../../enrichment/clock.ts';
import type { Row } from '../../ledger/row.ts';
import type { OpenUpload, RecordUpload } from '../../platform/open-upload.ts';
import { renderReport, type ReportFacts } from '../report/render-report.ts';
import { createStatistics } from '../report/statistics.ts';
import { createProblems, type ProblemSources } from './problems.ts';
import { writeProfiles, type ProfileSources } from './profiles.ts';
import { readRows, type StoredRows } from './read-rows.ts';

export type ExportsOptions = StoredRows & {
    openUpload: OpenUpload;
    clock: Clock;
    /** Facts for the report, beside the rows. */
    facts: Omit<ReportFacts, 'statistics' | 'problems' | 'places'> & {
        /** Called after the other files are written. */
        listPlaces: () => ReportFacts['places'];
    };
    /** Sources of the files, beside the rows. */
    sources: Omit<ProfileSources, 'pages' | 'onRow'> & ProblemSources;
    /** Time limit in milliseconds. */
    limitMs: number;
};

const maxAttempts = 2;

/**
 * Writes the export files, reading the dataset once. Rejects when they cannot be written; rows, totals and charges are
 * stored by then.
 */
export async function writeExports(options: ExportsOptions): Promise<void> {
    const { clock, limitMs } = options;
    const uploads = new Set<RecordUpload>();
    const limit = new AbortController();
    clock.sleep(limitMs, limit.signal).then(
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
        limit.abort();
    }

    async function writeAll(): Promise<void> {
        const statistics = createStatistics();
        const problems = createProblems(options.sources);
        const pages = readRows(options, clock, limit.signal);
        const onRow = (row: Row) => {
            statistics.add(row);
            problems.add(row);
        };
        await writeProfiles({ ...options.sources, pages, onRow }, openUpload);
        await problems.writeCsv(openUpload);
        const report = openUpload('REPORT.html', 'text/html; charset=utf-8');
        await report.write(
            renderReport({
                ...options.facts,
                statistics: statistics.read(),
                problems: problems.readGroups(),
                places: options.facts.listPlaces(),
            }),
        );
        await report.end();
    }
}
