import * as z from 'zod';
import type { Profile } from '../../enrichment/result/profile.ts';
import type { Education, Organization } from '../../enrichment/result/profile-parts.ts';
import type { Source } from '../../enrichment/source.ts';
import { groupJobs, type Job, type SectionKeys } from './build-profile.ts';
import { createProviderSource, type PersonRecord, type ProviderOptions } from './provider-source.ts';
import * as r from './record.ts';

const responseSchema = z.object({ data: z.record(z.string(), z.unknown()) });

const period = { start_date: r.month, end_date: r.month };
const toRange = (shown: { start_date: string | null; end_date: string | null }) => ({
    start: shown.start_date,
    end: shown.end_date,
});

/** All values are in lower case, except `raw`, which has the original spelling. */
const spelled = { name: r.line, raw: r.list(r.line) };
const organization = r
    .part({ ...spelled, linkedin_url: r.linkedInUrl })
    .transform(({ name, raw, linkedin_url }): Organization => ({ name: raw[0] ?? name, linkedin_url, logo_url: null }));

const experience = r
    .part({
        ...period,
        company: organization,
        title: r.part(spelled).transform(({ name, raw }) => raw[0] ?? name),
        is_primary: z.boolean().catch(false),
        location_names: r.list(r.line),
        summary: r.text,
    })
    .transform((shown): (Job & { isPrimary: boolean }) | null => {
        const { title, company } = shown;
        if (title === null && company.name === null) return null;
        return {
            company,
            position: {
                title,
                location: shown.location_names[0] ?? null,
                description: shown.summary,
                is_current: shown.is_primary ? true : null,
                date: toRange(shown),
            },
            isPrimary: shown.is_primary,
        };
    });

const education = r
    .part({
        school: organization,
        degrees: r.list(r.line),
        majors: r.list(r.line),
        start_date: r.year,
        end_date: r.year,
        gpa: r.line,
        summary: r.text,
    })
    .transform(({ school, degrees, majors, gpa, summary, ...shown }): Education | null => {
        if (school.name === null) return null;
        return {
            school,
            degree_name: degrees[0] ?? null,
            field_of_study: majors[0] ?? null,
            date: toRange(shown),
            grade: gpa,
            description: summary,
            activities: null,
        };
    });

const certification = r.entry(
    'name',
    { ...period, name: r.line, organization: r.line },
    ({ name, organization, ...shown }): Profile['certifications'][number] => ({
        name,
        authority: organization,
        authority_url: null,
        license_number: null,
        url: null,
        date: toRange(shown),
    }),
);

/** The only fields requested and read: no e-mail address, phone number, birth date or salary. */
const personShape = {
    full_name: r.line,
    first_name: r.line,
    last_name: r.line,
    headline: r.line,
    summary: r.text,
    industry: r.line,
    job_title: r.line,
    job_company_name: r.line,
    job_company_linkedin_url: r.linkedInUrl,
    job_title_levels: r.list(r.line),
    job_last_verified: r.asOf,
    linkedin_url: r.handle,
    linkedin_username: r.handle,
    linkedin_connections: r.count,
    location_name: r.line,
    location_locality: r.line,
    location_region: r.line,
    location_country: r.country,
    skills: r.list(r.line),
    experience: r.list(experience),
    education: r.list(education),
    // The proficiency is a number from 1 to 5, which does not match LinkedIn's wording.
    languages: r.list(r.languageName),
    certifications: r.list(certification),
    profiles: r.list(r.part({ network: r.line, url: r.handle, username: r.handle })),
};
const personSchema = r.part(personShape);

const sections: SectionKeys = {
    summary: ['summary'],
    experience: ['experience'],
    education: ['education'],
    skills: ['skills'],
    languages: ['languages'],
    certifications: ['certifications'],
};

/** People Data Labs. The free plan replaces the fields it does not include by true or false. */
export function createPeopleDataLabsSource(options: ProviderOptions): Source {
    return createProviderSource(
        {
            name: 'people-data-labs',
            title: 'People Data Labs',
            origin: 'https://api.peopledatalabs.com',
            keyField: 'peopleDataLabsApiKey',
            // The limit is 1,000 per minute; keys of the free plan have 100 lookups per month.
            maxRequestsPerSecond: 16,
            timeoutMs: 10_000,
            statuses: { 404: 'not_found' },
            creditsHeader: 'x-call-credits-spent',
            sections,
            buildRequest(profileUrl, key) {
                const query = new URLSearchParams({
                    profile: profileUrl,
                    min_likelihood: '6',
                    required: 'linkedin_url',
                    data_include: Object.keys(personShape).join(','),
                });
                return { path: `/v5/person/enrich?${query.toString()}`, headers: { 'X-Api-Key': key } };
            },
            readResponse(json) {
                const { data: response } = responseSchema.safeParse(json);
                return response ? { records: [response.data], total: 1 } : null;
            },
            readRecord: (record) => readPerson(personSchema.parse(record)),
        },
        options,
    );
}

function readPerson(person: z.infer<typeof personSchema>): PersonRecord {
    const { location_locality: city, location_region: state, job_title_levels: levels } = person;
    const primary = person.experience.find(({ isPrimary }) => isPrimary);
    const linkedIn = person.profiles.filter(({ network }) => network === 'linkedin');
    return {
        handles: [
            person.linkedin_username,
            person.linkedin_url,
            ...linkedIn.flatMap(({ url, username }) => [url, username]),
        ],
        dataAsOf: person.job_last_verified,
        parts: {
            full_name: person.full_name,
            first_name: person.first_name,
            last_name: person.last_name,
            title: respell(person.job_title, primary?.position.title),
            headline: person.headline,
            summary: person.summary,
            company: {
                name: respell(person.job_company_name, primary?.company.name),
                linkedin_url: person.job_company_linkedin_url,
            },
            location: {
                country: person.location_country,
                state,
                city,
                default: person.location_name,
                short: r.joinLine(city, state),
            },
            industry: person.industry,
            connections_count: person.linkedin_connections,
            skills: [...new Set(person.skills)],
            position_groups: groupJobs(person.experience),
            educations: person.education,
            languages: person.languages,
            certifications: person.certifications,
            department: levels.length === 0 ? null : { departments: [], functions: [], seniority: levels.join(', ') },
        },
    };
}

/** Restores the original spelling of a lower-cased text if `spelled` is the same text. */
function respell(lowered: string | null, spelled: string | null | undefined): string | null {
    return lowered !== null && spelled?.toLowerCase() === lowered ? spelled : lowered;
}
