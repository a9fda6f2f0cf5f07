import type { Profile } from '../../../enrichment/result/profile.ts';
import { createLatencyHistogram, type LatencyHistogram } from '../metrics/latency-histogram.ts';
import type { Row } from '../../ledger/row.ts';

/** How many companies are named, and how many examples of each kind of problem. */
const companyCount = 10;
const exampleCount = 50;

export type Share = { label: string; count: number };

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
    /** How many of the profiles found show each part, in reading order; parts that were not kept are left out. */
    completeness: Share[];
    latency: LatencyHistogram;
    /** Most frequent first. */
    problems: ProblemGroup[];
};

const parts: ReadonlyArray<{ label: string; field: keyof Profile; isShown: (profile: Profile) => boolean }> = [
    { label: 'Headline', field: 'headline', isShown: ({ headline }) => headline !== null },
    { label: 'Title', field: 'title', isShown: ({ title }) => title !== null },
    { label: 'Company', field: 'company', isShown: ({ company }) => company.name !== null },
    { label: 'Location', field: 'location', isShown: ({ location }) => location.default !== null },
    { label: 'Country', field: 'location', isShown: ({ location }) => location.country !== null },
    { label: 'City', field: 'location', isShown: ({ location }) => location.city !== null },
    { label: 'Industry', field: 'industry', isShown: ({ industry }) => industry !== null },
    { label: 'Picture', field: 'picture_url', isShown: (profile) => profile.picture_url !== null },
    { label: 'Followers', field: 'followers_count', isShown: (profile) => profile.followers_count !== null },
    { label: 'Summary', field: 'summary', isShown: ({ summary }) => summary !== null },
    { label: 'Experience', field: 'position_groups', isShown: (profile) => profile.position_groups.length > 0 },
    { label: 'Education', field: 'educations', isShown: ({ educations }) => educations.length > 0 },
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

/** Takes rows as they pass and keeps numbers and a few examples, not the rows. A repeated person counts once. */
export function createStatistics() {
    let foundCount = 0;
    const countries = new Map<string, number>();
    const companies = new Map<string, number>();
    const completeness = new Map<string, number>();
    const latency = createLatencyHistogram();
    const problems = new Map<string, ProblemGroup>();

    function addProfile(profile: Profile): void {
        foundCount += 1;
        for (const { label, field, isShown } of parts) {
            if (profile[field] === undefined) continue;
            completeness.set(label, (completeness.get(label) ?? 0) + (isShown(profile) ? 1 : 0));
        }
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
        group.examples.push({ line: row.input_index + 1, url: row.url, message });
    }

    return {
        add(row: Row): void {
            if (row.duplicate_of !== null) return;
            if (row.meta.attempts > 0) latency.add(row.meta.duration_ms);
            if (row.status === 'success') addProfile(row.profile);
            else addProblem(row.status === 'error' ? row.code : row.status, row);
        },
        read(): Statistics {
            const groups = [...problems.values()].sort((one, other) => other.count - one.count);
            for (const { examples } of groups) examples.sort((one, other) => one.line - other.line);
            return {
                foundCount,
                countries: rank(countries),
                companies: rank(companies).slice(0, companyCount),
                completeness: [...completeness].map(([label, count]) => ({ label, count })),
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
