import * as z from 'zod';
import type { Source } from '../../enrichment/source.ts';
import { groupJobs, type SectionKeys } from './build-profile.ts';
import * as entries from './enrich-layer-entries.ts';
import { createProviderSource, type PersonRecord, type ProviderOptions } from './provider-source.ts';
import * as r from './record.ts';

/** A profile has at least one of these keys; any other response with status 200 is not a profile. */
const responseSchema = z
    .record(z.string(), z.unknown())
    .refine((record) => 'public_identifier' in record || 'full_name' in record);

const personSchema = r.part({
    public_identifier: r.handle,
    profile_pic_url: r.picture,
    background_cover_image_url: r.picture,
    first_name: r.line,
    last_name: r.line,
    full_name: r.line,
    follower_count: r.count,
    connections: r.count,
    headline: r.line,
    summary: r.text,
    country: r.line,
    country_full_name: r.line,
    city: r.line,
    state: r.line,
    experiences: r.list(entries.experience),
    education: r.list(entries.education),
    languages_and_proficiencies: r.list(entries.language),
    languages: r.list(r.languageName),
    certifications: r.list(entries.certification),
    volunteer_work: r.list(entries.volunteering),
    accomplishment_organisations: r.list(entries.organization),
    accomplishment_publications: r.list(entries.publication),
    accomplishment_honors_awards: r.list(entries.award),
    accomplishment_patents: r.list(entries.patent),
    accomplishment_courses: r.list(entries.course),
    accomplishment_projects: r.list(entries.project),
    accomplishment_test_scores: r.list(entries.testScore),
    people_also_viewed: r.list(entries.relatedProfile),
    recommendations: r.list(r.text),
    articles: r.list(entries.article),
    skills: r.list(r.line),
    meta: r.part({ last_updated: r.asOf, thin_profile: z.boolean().catch(false) }),
});

const sections: SectionKeys = {
    summary: ['summary'],
    experience: ['experiences'],
    education: ['education'],
    skills: ['skills'],
    languages: ['languages_and_proficiencies', 'languages'],
    certifications: ['certifications'],
    volunteering: ['volunteer_work'],
    publications: ['accomplishment_publications'],
    projects: ['accomplishment_projects'],
    courses: ['accomplishment_courses'],
    awards: ['accomplishment_honors_awards'],
    recommendations: ['recommendations'],
    articles: ['articles'],
    patents: ['accomplishment_patents'],
    organizations: ['accomplishment_organisations'],
    test_scores: ['accomplishment_test_scores'],
    related_profiles: ['people_also_viewed'],
};

/** Enrich Layer, version 2. Responds with 403, not 402, when the account has no credits left. */
export function createEnrichLayerSource(options: ProviderOptions): Source {
    return createProviderSource(
        {
            name: 'enrich-layer',
            title: 'Enrich Layer',
            origin: 'https://enrichlayer.com',
            keyField: 'enrichLayerApiKey',
            maxRequestsPerSecond: 5,
            timeoutMs: 10_000,
            statuses: { 403: 'no_credits', 404: 'not_found', 503: 'busy' },
            sections,
            buildRequest: (profileUrl, key) => ({
                path: `/api/v2/profile?${new URLSearchParams({ profile_url: profileUrl }).toString()}`,
                headers: { Authorization: `Bearer ${key}` },
            }),
            readResponse(json) {
                const { data: record } = responseSchema.safeParse(json);
                return record ? { records: [record], total: 1 } : null;
            },
            readRecord: (record) => readPerson(personSchema.parse(record)),
        },
        options,
    );
}

function readPerson(person: z.infer<typeof personSchema>): PersonRecord {
    const { city, state, country, country_full_name: countryName } = person;
    const current = person.experiences.find(({ position }) => position.date.end === null);
    const languages = person.languages_and_proficiencies;
    return {
        handles: [person.public_identifier],
        isThin: person.meta.thin_profile,
        dataAsOf: person.meta.last_updated,
        parts: {
            full_name: person.full_name,
            first_name: person.first_name,
            last_name: person.last_name,
            title: current?.position.title ?? null,
            headline: person.headline,
            summary: person.summary,
            company: {
                name: current?.company.name ?? null,
                linkedin_url: current?.company.linkedin_url ?? null,
            },
            location: {
                country: r.country.parse(country) ?? r.country.parse(countryName),
                state,
                city,
                default: r.joinLine(city, state, countryName),
                short: r.joinLine(city, state),
            },
            picture_url: person.profile_pic_url,
            background_url: person.background_cover_image_url,
            followers_count: person.follower_count,
            connections_count: person.connections,
            skills: [...new Set(person.skills)],
            position_groups: groupJobs(person.experiences),
            educations: person.education,
            languages: languages.length > 0 ? languages : person.languages,
            certifications: person.certifications,
            volunteer_experiences: person.volunteer_work,
            publications: person.accomplishment_publications,
            projects: person.accomplishment_projects,
            courses: person.accomplishment_courses,
            awards: person.accomplishment_honors_awards,
            recommendations: person.recommendations.map((text) => ({ author: null, author_url: null, text })),
            articles: person.articles,
            patents: person.accomplishment_patents,
            organizations: person.accomplishment_organisations,
            test_scores: person.accomplishment_test_scores,
            related_profiles: person.people_also_viewed,
        },
    };
}
