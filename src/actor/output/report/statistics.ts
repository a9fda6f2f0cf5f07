import type { Profile } from '../../../enrichment/result/profile.ts';
import { createCompletenessCounts, type CompletenessCounts, type Share } from './completeness-counts.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../metrics/latency-histogram.ts';
import type { Row } from '../../ledger/row.ts';

const companyCount = 10;

/** Statistics of a run's rows. */
export type Statistics = {
    foundCount: number;
    /** ISO 3166-1 codes, most frequent first. */
    countries: Share[];
    companies: Share[];
    completeness: CompletenessCounts;
    latency: LatencyHistogram;
};

/** Collects statistics row by row without keeping rows. Duplicates are not counted. */
export function createStatistics() {
    let foundCount = 0;
    const countries = new Map<string, number>();
    const companies = new Map<string, number>();
    const completeness = createCompletenessCounts();
    const latency = createLatencyHistogram();

    function addProfile(row: Extract<Row, { status: 'success' }>): void {
        const { profile } = row;
        foundCount += 1;
        completeness.add(row);
        // `fields` may have removed either.
        increase(countries, (profile.location as Profile['location'] | undefined)?.country);
        increase(companies, (profile.company as Profile['company'] | undefined)?.name);
    }

    return {
        add(row: Row): void {
            if (row.duplicate_of !== null) return;
            if (row.meta.attempts > 0) latency.add(row.meta.duration_ms);
            if (row.status === 'success') addProfile(row);
        },
        read(): Statistics {
            return {
                foundCount,
                countries: rank(countries),
                companies: rank(companies).slice(0, companyCount),
                completeness: completeness.read(),
                latency: latency.read(),
            };
        },
    };
}

function increase(counts: Map<string, number>, key: string | null | undefined): void {
    if (key !== null && key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The most frequent first, ties by name, so that the same rows give the same report. */
function rank(counts: Map<string, number>): Share[] {
    return [...counts]
        .map(([label, count]) => ({ label, count }))
        .sort((one, other) => other.count - one.count || one.label.localeCompare(other.label, 'en'));
}
