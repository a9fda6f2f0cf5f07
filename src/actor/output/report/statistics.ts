import type { Profile } from '../../../enrichment/result/profile.ts';
import { createCompletenessCounts, type CompletenessCounts, type Share } from './completeness-counts.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../metrics/latency-histogram.ts';
import type { Row } from '../../ledger/row.ts';

/** How many companies are named, and how many examples of each kind of problem. */
const companyCount = 10;
const exampleCount = 50;

export type ProblemGroup = {
    /** An error code of the results, or `not_found`. */
    code: string;
    count: number;
    /** The first of them, by line. */
    examples: Array<{ line: number; url: string; message: string | null }>;
};

/** What the rows of a run come to, taken together. */
export type Statistics = {
    foundCount: number;
    /** ISO 3166-1 codes, most frequent first. */
    countries: Share[];
    companies: Share[];
    completeness: CompletenessCounts;
    latency: LatencyHistogram;
    /** Most frequent first. */
    problems: ProblemGroup[];
};

/** Takes rows as they pass and keeps numbers and a few examples, not the rows. A repeated person counts once. */
export function createStatistics() {
    let foundCount = 0;
    const countries = new Map<string, number>();
    const companies = new Map<string, number>();
    const completeness = createCompletenessCounts();
    const latency = createLatencyHistogram();
    const problems = new Map<string, ProblemGroup>();

    function addProfile(row: Extract<Row, { status: 'success' }>): void {
        const { profile } = row;
        foundCount += 1;
        completeness.add(row);
        // `fields` may have left either of them out.
        increase(countries, (profile.location as Profile['location'] | undefined)?.country);
        increase(companies, (profile.company as Profile['company'] | undefined)?.name);
    }

    function addProblem(code: string, row: Row): void {
        const group = problems.get(code) ?? { code, count: 0, examples: [] };
        problems.set(code, group);
        group.count += 1;
        if (group.examples.length === exampleCount) return;
        const message = row.status === 'error' ? row.message : null;
        group.examples.push({ line: row.line, url: row.url, message });
    }

    return {
        add(row: Row): void {
            if (row.duplicate_of !== null) return;
            if (row.meta.attempts > 0) latency.add(row.meta.duration_ms);
            if (row.status === 'success') addProfile(row);
            else addProblem(row.status === 'error' ? row.code : row.status, row);
        },
        read(): Statistics {
            const groups = [...problems.values()].sort((one, other) => other.count - one.count);
            for (const { examples } of groups) examples.sort((one, other) => one.line - other.line);
            return {
                foundCount,
                countries: rank(countries),
                companies: rank(companies).slice(0, companyCount),
                completeness: completeness.read(),
                latency: latency.read(),
                problems: groups,
            };
        },
    };
}

function increase(counts: Map<string, number>, key: string | null | undefined): void {
    if (key !== null && key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The most frequent first; equal ones by name, so that the same rows make the same report. */
function rank(counts: Map<string, number>): Share[] {
    return [...counts]
        .map(([label, count]) => ({ label, count }))
        .sort((one, other) => other.count - one.count || one.label.localeCompare(other.label, 'en'));
}
