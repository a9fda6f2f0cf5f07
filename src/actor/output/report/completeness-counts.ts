import { measuredFields } from '../../../enrichment/result/profile-content.ts';
import type { Profile } from '../../../enrichment/result/profile.ts';
import type { SourceName } from '../../../enrichment/result/result.ts';
import type { Row } from '../../ledger/row.ts';

export type Share = { label: string; count: number };

/** The completeness of the profiles of one source. */
export type SourceCompleteness = {
    source: SourceName | null;
    count: number;
    /** The mean of `meta.completeness`, from 0 to 1. */
    average: number;
    /** Main parts that at least half of them lack, the rarest first. */
    oftenMissing: string[];
};

/** The completeness of the profiles found. */
export type CompletenessCounts = {
    /** Profiles by their number of main parts, the most complete first; empty groups are omitted. */
    byPartCount: Share[];
    /** Profiles per main part, whatever `fields` selects. */
    mainParts: Share[];
    /** Profiles per other part; parts that `fields` removed are omitted. */
    otherParts: Share[];
    /** The most frequent first. */
    sources: SourceCompleteness[];
};

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

const otherParts: ReadonlyArray<{ label: string; field: keyof Profile; isShown: (profile: Profile) => boolean }> = [
    { label: 'Country', field: 'location', isShown: ({ location }) => location.country !== null },
    { label: 'City', field: 'location', isShown: ({ location }) => location.city !== null },
    { label: 'Industry', field: 'industry', isShown: ({ industry }) => industry !== null },
    { label: 'Picture', field: 'picture_url', isShown: (profile) => profile.picture_url !== null },
    { label: 'Followers', field: 'followers_count', isShown: (profile) => profile.followers_count !== null },
    { label: 'Skills', field: 'skills', isShown: ({ skills }) => skills.length > 0 },
    { label: 'Languages', field: 'languages', isShown: ({ languages }) => languages.length > 0 },
    { label: 'Certifications', field: 'certifications', isShown: (profile) => profile.certifications.length > 0 },
    {
        label: 'Volunteering',
        field: 'volunteer_experiences',
        isShown: (profile) => profile.volunteer_experiences.length > 0,
    },
    { label: 'Publications', field: 'publications', isShown: ({ publications }) => publications.length > 0 },
    { label: 'Projects', field: 'projects', isShown: ({ projects }) => projects.length > 0 },
    { label: 'Courses', field: 'courses', isShown: ({ courses }) => courses.length > 0 },
    { label: 'Awards', field: 'awards', isShown: ({ awards }) => awards.length > 0 },
    { label: 'Recommendations', field: 'recommendations', isShown: (profile) => profile.recommendations.length > 0 },
    { label: 'Websites', field: 'websites', isShown: ({ websites }) => websites.length > 0 },
];

type Tally = { count: number; sum: number; missing: Map<string, number> };

/** Counts the completeness of profiles row by row. */
export function createCompletenessCounts() {
    const partCounts = new Map<number, number>();
    const others = new Map<string, number>();
    const bySource = new Map<SourceName | null, Tally>();

    return {
        add({ profile, meta }: Extract<Row, { status: 'success' }>): void {
            const { source, completeness = 0, missing = [] } = meta;
            increase(partCounts, measuredFields.length - missing.length);
            const tally = bySource.get(source) ?? { count: 0, sum: 0, missing: new Map<string, number>() };
            bySource.set(source, tally);
            tally.count += 1;
            tally.sum += completeness;
            for (const field of missing) increase(tally.missing, field);
            for (const { label, field, isShown } of otherParts) {
                if (profile[field] !== undefined) increase(others, label, isShown(profile) ? 1 : 0);
            }
        },
        read(): CompletenessCounts {
            const tallies = [...bySource].toSorted(([, one], [, other]) => other.count - one.count);
            const all = tallies.reduce((sum, [, { count }]) => sum + count, 0);
            const countMissing = (field: string) =>
                tallies.reduce((sum, [, { missing }]) => sum + (missing.get(field) ?? 0), 0);
            return {
                byPartCount: [...partCounts]
                    .toSorted(([one], [other]) => other - one)
                    .map(([parts, count]) => ({ label: `${parts} of ${measuredFields.length}`, count })),
                mainParts: measuredFields.map((field) => ({
                    label: mainPartNames[field],
                    count: all - countMissing(field),
                })),
                otherParts: [...others].map(([label, count]) => ({ label, count })),
                sources: tallies.map(([source, { count, sum, missing }]) => ({
                    source,
                    count,
                    average: sum / count,
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
