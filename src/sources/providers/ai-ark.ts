import * as z from 'zod';
import type { Profile } from '../../enrichment/result/profile.ts';
import type { Organization, PositionGroup } from '../../enrichment/result/profile-parts.ts';
import type { Source } from '../../enrichment/source.ts';
import { companySchema, describeCompany } from './ai-ark-company.ts';
import type { SectionKeys } from './build-profile.ts';
import { createProviderSource, type PersonRecord, type ProviderOptions } from './provider-source.ts';
import * as r from './record.ts';

/** An ignored filter returns the whole database: `totalElements` shows that, whatever the page size. */
const pageSchema = z.object({ content: z.array(z.unknown()), totalElements: r.count });

const period = r.part({ start: r.month, end: r.month });

const organization = r
    .part({ name: r.line, url: r.linkedInUrl, logo: r.picture })
    .transform(({ name, url, logo }): Organization => ({ name, linkedin_url: url, logo_url: logo }));

const position = r.part({
    title: r.line,
    company: r.named('name'),
    location: r.named('default', 'short'),
    description: r.text,
    employment_type: r.line,
    date: period,
});

const group = r
    .part({ company: organization, date: period, profile_positions: r.list(position) })
    .transform(({ company, date, profile_positions: shown }): PositionGroup | null => {
        const positions = shown
            .filter(({ title, company: name, date: { start } }) => title !== null || name !== null || start !== null)
            .map((one) => ({ ...one, company: one.company ?? company.name, is_current: null }));
        return company.name === null && positions.length === 0 ? null : { company, date, profile_positions: positions };
    });

const education = r
    .part({
        school: organization,
        degree_name: r.line,
        field_of_study: r.line,
        grade: r.line,
        date: r.part({ start: r.year, end: r.year }),
    })
    .transform((shown) => (shown.school.name === null ? null : { ...shown, description: null, activities: null }));

const certification = r.entry(
    'name',
    { name: r.line, authority: r.line, url: r.webUrl, license_number: r.line, company: organization, date: period },
    ({ authority, company, ...shown }) => ({
        ...shown,
        authority: authority ?? company.name,
        authority_url: company.linkedin_url,
    }),
);

const volunteering = r
    .part({ role: r.line, company: organization })
    .transform(({ role, company }) =>
        role === null && company.name === null
            ? null
            : { title: role, company, cause: null, date: { start: null, end: null }, description: null },
    );

const badge = z.boolean().catch(false);
const badgeSchema = z.object({
    premium: badge,
    creator: badge,
    open_to_work: badge,
    hiring: badge,
    verified: badge,
    influencer: badge,
});

/** A badge that is missing is false; without any, they are unknown. */
const badges = r.anyObject.transform((raw): Profile['badges'] =>
    Object.values(raw).some((value) => typeof value === 'boolean') ? badgeSchema.parse(raw) : null,
);

const department = r
    .part({ departments: r.list(r.line), functions: r.list(r.line), seniority: r.line })
    .transform((shown): Profile['department'] => {
        const isEmpty = shown.departments.length === 0 && shown.functions.length === 0 && shown.seniority === null;
        return isEmpty ? null : shown;
    });

const personSchema = r.part({
    identifier: r.handle,
    profile: r.part({
        first_name: r.line,
        last_name: r.line,
        full_name: r.line,
        headline: r.line,
        title: r.line,
        summary: r.text,
        picture: r.picture,
        background: r.picture,
    }),
    link: r.part({ linkedin: r.handle }),
    location: r.place,
    languages: r.part({ profile_languages: r.list(r.languageName) }),
    industry: r.line,
    educations: r.list(education),
    certifications: r.list(certification),
    position_groups: r.list(group),
    skills: r.list(r.named('name')),
    member_badges: badges,
    company: companySchema,
    department,
    statistics: r.part({ network: r.part({ followers_count: r.count, connections_count: r.count }) }),
    awards: r.list(r.named('title')),
    volunteer_experiences: r.list(volunteering),
    last_updated: r.asOf,
});
type Person = z.infer<typeof personSchema>;

const sections: SectionKeys = {
    summary: ['profile.summary'],
    experience: ['position_groups'],
    education: ['educations'],
    skills: ['skills'],
    languages: ['languages.profile_languages'],
    certifications: ['certifications'],
    volunteering: ['volunteer_experiences'],
    awards: ['awards'],
};

/** AI Ark. Its field names match this project's. Lookups without a result are free. */
export function createAiArkSource(options: ProviderOptions): Source {
    return createProviderSource(
        {
            name: 'ai-ark',
            title: 'AI Ark',
            origin: 'https://api.ai-ark.com',
            keyField: 'aiArkApiKey',
            maxRequestsPerSecond: 5,
            timeoutMs: 15_000,
            creditsHeader: 'x-credit',
            sections,
            buildRequest: (profileUrl, key) => ({
                path: '/api/developer-portal/v1/people',
                headers: { 'X-TOKEN': key },
                body: { page: 0, size: 1, contact: { linkedin: { any: { include: [profileUrl] } } } },
            }),
            readResponse(json) {
                const { data: page } = pageSchema.safeParse(json);
                return page ? { records: page.content, total: page.totalElements ?? page.content.length } : null;
            },
            readRecord: (record) => readPerson(personSchema.parse(record)),
        },
        options,
    );
}

function readPerson(person: Person): PersonRecord {
    const { picture, background, ...named } = person.profile;
    const current = readCurrentCompany(person);
    return {
        handles: [person.link.linkedin ?? person.identifier],
        dataAsOf: person.last_updated,
        companyDetails: describeCompany(person.company, current),
        parts: {
            ...named,
            company: current,
            location: person.location,
            industry: person.industry,
            picture_url: picture,
            background_url: background,
            ...person.statistics.network,
            skills: [...new Set(person.skills)],
            position_groups: person.position_groups,
            educations: person.educations,
            languages: person.languages.profile_languages,
            certifications: person.certifications,
            volunteer_experiences: person.volunteer_experiences,
            awards: person.awards.map((title) => ({ title, issuer: null, date: null, description: null })),
            badges: person.member_badges,
            department: person.department,
        },
    };
}

/** The company of the latest group without an end, else the one in the record. */
function readCurrentCompany({ position_groups: groups, company }: Person): Profile['company'] {
    const open = groups.filter(
        ({ company, date }) => company.name !== null && date.start !== null && date.end === null,
    );
    const [newest] = open.sort((one, other) => String(other.date.start).localeCompare(String(one.date.start)));
    return {
        name: newest ? newest.company.name : company.summary.name,
        linkedin_url: newest ? newest.company.linkedin_url : company.link.linkedin,
    };
}
