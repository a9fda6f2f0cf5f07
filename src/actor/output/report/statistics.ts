import { measuredFields } from '../../../enrichment/result/profile-content.ts';
import type { Profile } from '../../../enrichment/result/profile.ts';
import type { SourceName } from '../../../enrichment/result/result.ts';
import type { Row } from '../../ledger/row.ts';
import { createLatencyHistogram } from '../run-metrics.ts';

const companyCount = 10;

/** Collects statistics row by row without keeping rows. Duplicates are not counted. */
export function createStatistics() {
    let foundCount = 0;
    const countries = new Map<string, number>();
    const companies = new Map<string, number>();
    const completeness = createCompletenessCounts();
    const latency = createLatencyHistogram();

    return {
        add(row: Row): void {
            if (row.duplicate_of !== null) return;
            if (row.meta.attempts > 0) latency.add(row.meta.duration_ms);
            if (row.status !== 'success') return;
            foundCount += 1;
            completeness.add(row);
            // `fields` may have removed either.
            const { location, company }: Partial<Profile> = row.profile;
            if (location?.country) increase(countries, location.country);
            if (company?.name) increase(companies, company.name);
        },
        read: () => ({
            foundCount,
            /** By ISO 3166-1 code, most frequent first. */
            countries: rank(countries),
            companies: rank(companies).slice(0, companyCount),
            completeness: completeness.read(),
            latency: latency.read(),
        }),
    };
}

export type Statistics = ReturnType<ReturnType<typeof createStatistics>['read']>;

/** The most frequent first, ties by name, so that the same rows give the same report. */
function rank(counts: Map<string, number>) {
    return [...counts]
        .map(([label, count]) => ({ label, count }))
        .sort((one, other) => other.count - one.count || one.label.localeCompare(other.label, 'en'));
}

const mainPartNames: Record<(typeof measuredFields)[number], string> = {
    full_name: 'Name',
    headline: 'Headline',
    title: 'Title',
    company: 'Company',
    location: 'Location',
    summary: 'Summary',
    position_groups: 'Positions',
    educations: 'Educations',
};

/** Null or an empty list where a profile lacks the part, undefined where `fields` removed it. */
const otherParts: ReadonlyArray<[label: string, read: (profile: Partial<Profile>) => unknown]> = [
    ['Country', ({ location }) => location?.country],
    ['City', ({ location }) => location?.city],
    ['Industry', ({ industry }) => industry],
    ['Picture', (profile) => profile.picture_url],
    ['Followers', (profile) => profile.followers_count],
    ['Skills', ({ skills }) => skills],
    ['Languages', ({ languages }) => languages],
    ['Certifications', ({ certifications }) => certifications],
    ['Volunteering', (profile) => profile.volunteer_experiences],
    ['Publications', ({ publications }) => publications],
    ['Projects', ({ projects }) => projects],
    ['Courses', ({ courses }) => courses],
    ['Awards', ({ awards }) => awards],
    ['Recommendations', ({ recommendations }) => recommendations],
    ['Websites', ({ websites }) => websites],
];

/** Counts the completeness of profiles row by row. */
function createCompletenessCounts() {
    const partCounts = new Map<number, number>();
    const others = new Map<string, number>();
    const bySource = new Map<SourceName | null, { count: number; sum: number; missing: Map<string, number> }>();

    return {
        add({ profile, meta }: Extract<Row, { status: 'success' }>): void {
            const { source, completeness = 0, missing = [] } = meta;
            increase(partCounts, measuredFields.length - missing.length);
            const tally = bySource.get(source) ?? { count: 0, sum: 0, missing: new Map<string, number>() };
            bySource.set(source, tally);
            tally.count += 1;
            tally.sum += completeness;
            for (const field of missing) increase(tally.missing, field);
            for (const [label, read] of otherParts) {
                const part = read(profile);
                const isShown = Array.isArray(part) ? part.length > 0 : part !== null;
                if (part !== undefined) increase(others, label, isShown ? 1 : 0);
            }
        },
        read() {
            const tallies = [...bySource].toSorted(([, one], [, other]) => other.count - one.count);
            const all = tallies.reduce((sum, [, { count }]) => sum + count, 0);
            const countMissing = (field: string) =>
                tallies.reduce((sum, [, { missing }]) => sum + (missing.get(field) ?? 0), 0);
            return {
                /** Profiles by their number of main parts, the most complete first; empty groups are omitted. */
                byPartCount: [...partCounts]
                    .toSorted(([one], [other]) => other - one)
                    .map(([parts, count]) => ({ label: `${parts} of ${measuredFields.length}`, count })),
                /** Profiles per main part, whatever `fields` selects. */
                mainParts: measuredFields.map((field) => ({
                    label: mainPartNames[field],
                    count: all - countMissing(field),
                })),
                /** Profiles per other part; parts that `fields` removed are omitted. */
                otherParts: [...others].map(([label, count]) => ({ label, count })),
                /** The completeness of the profiles of each source, the most frequent first. */
                sources: tallies.map(([source, { count, sum, missing }]) => ({
                    source,
                    count,
                    /** The mean of `meta.completeness`, from 0 to 1. */
                    average: sum / count,
                    /** Main parts that at least half of them lack, the rarest first. */
                    oftenMissing: measuredFields
                        .filter((field) => (missing.get(field) ?? 0) >= count / 2)
                        .toSorted((one, other) => (missing.get(other) ?? 0) - (missing.get(one) ?? 0))
                        .map((field) => mainPartNames[field]),
                })),
            };
        },
    };
}

function increase<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
    counts.set(key, (counts.get(key) ?? 0) + by);
}
