import * as z from 'zod';
import { parseDate } from './text/dates.ts';
import type { Education, PositionGroup } from '../../enrichment/profile.ts';
import { keepPictureUrl } from './links.ts';
import { cleanText } from './text/clean-text.ts';

const organizationSchema = z.looseObject({
    '@type': z.unknown(),
    name: z.string().optional().catch(undefined),
    location: z.string().optional().catch(undefined),
    member: z
        .looseObject({
            startDate: z.union([z.string(), z.number()]).optional().catch(undefined),
            endDate: z.union([z.string(), z.number()]).optional().catch(undefined),
            description: z.string().optional().catch(undefined),
        })
        .optional()
        .catch(undefined),
});
type LdOrganization = z.infer<typeof organizationSchema>;

const personSchema = z.looseObject({
    '@type': z.literal('Person'),
    name: z.string().optional().catch(undefined),
    jobTitle: z.array(z.string().catch('')).catch([]),
    address: z
        .looseObject({ addressLocality: z.string().optional(), addressCountry: z.string().optional() })
        .optional()
        .catch(undefined),
    image: z.looseObject({ contentUrl: z.string().optional() }).optional().catch(undefined),
    description: z.string().optional().catch(undefined),
    knowsLanguage: z.array(z.looseObject({ name: z.string().optional() })).catch([]),
    awards: z.array(z.string().catch('')).catch([]),
    interactionStatistic: z.unknown(),
    worksFor: z.array(organizationSchema).catch([]),
    alumniOf: z.array(organizationSchema).catch([]),
});

/** What the structured data of a page says of a person; every field null or empty where it says nothing or is masked. */
export type JsonLdPerson = {
    fullName: string | null;
    title: string | null;
    location: string | null;
    countryCode: string | null;
    picture: string | null;
    summary: string | null;
    followersCount: number | null;
    languages: string[];
    awards: string[];
    positionGroups: PositionGroup[];
    educations: Education[];
};

/** The person in a page's JSON-LD blocks, or null when there is none that can be read. */
export function readJsonLd(blocks: readonly string[]): JsonLdPerson | null {
    for (const node of blocks.flatMap(parseNodes)) {
        const person = personSchema.safeParse(node).data;
        if (person) return describePerson(person);
    }
    return null;
}

function parseNodes(block: string): unknown[] {
    try {
        const parsed: unknown = JSON.parse(block);
        const graph = (parsed as { '@graph'?: unknown } | null)?.['@graph'];
        return Array.isArray(graph) ? graph : [parsed];
    } catch {
        return [];
    }
}

function describePerson(person: z.infer<typeof personSchema>): JsonLdPerson {
    const isPresent = (text: string | null): text is string => text !== null;
    const summary = cleanText(person.description);
    const schools = person.alumniOf.filter((node) => node['@type'] === 'EducationalOrganization');
    // To 2023 the jobs that ended stand among the schools.
    const pastJobs = person.alumniOf.filter((node) => node['@type'] === 'Organization');
    const country = cleanText(person.address?.addressCountry);
    return {
        fullName: cleanText(person.name),
        title: cleanText(person.jobTitle[0]),
        location: cleanText(person.address?.addressLocality),
        countryCode: country !== null && /^[A-Z]{2}$/.test(country) ? country : null,
        picture: keepPictureUrl(person.image?.contentUrl),
        // A text that was cut is not the text.
        summary: summary !== null && /(?:…|\.\.\.)$/.test(summary) ? null : summary,
        followersCount: readFollowers(person.interactionStatistic),
        languages: person.knowsLanguage.map(({ name }) => cleanText(name)).filter(isPresent),
        awards: person.awards.map(cleanText).filter(isPresent),
        positionGroups: [
            ...person.worksFor.map((node, place) => describeJob(node, person.jobTitle[place])),
            ...pastJobs.map((node) => describeJob(node, undefined)),
        ].filter(({ company }) => company.name !== null),
        educations: schools.map(describeSchool).filter(({ school }) => school.name !== null),
    };
}

function readFollowers(statistic: unknown): number | null {
    const list = Array.isArray(statistic) ? statistic : [statistic];
    for (const entry of list as Array<{ interactionType?: unknown; userInteractionCount?: unknown } | null>) {
        const isFollow = JSON.stringify(entry?.interactionType ?? '').includes('FollowAction');
        const count = entry?.userInteractionCount;
        if (isFollow && typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
    }
    return null;
}

function readDates({ member }: LdOrganization) {
    return {
        start: parseDate(member?.startDate === undefined ? null : String(member.startDate)),
        end: parseDate(member?.endDate === undefined ? null : String(member.endDate)),
    };
}

function describeJob(node: LdOrganization, jobTitle: string | undefined): PositionGroup {
    const name = cleanText(node.name);
    const date = readDates(node);
    const position = {
        title: cleanText(jobTitle),
        company: name,
        location: cleanText(node.location),
        description: cleanText(node.member?.description),
        employment_type: null,
        is_current: null,
        date,
    };
    return { company: { name, linkedin_url: null, logo_url: null }, date, profile_positions: [position] };
}

function describeSchool(node: LdOrganization): Education {
    return {
        school: { name: cleanText(node.name), linkedin_url: null, logo_url: null },
        degree_name: null,
        field_of_study: null,
        date: readDates(node),
        grade: null,
        description: cleanText(node.member?.description),
        activities: null,
    };
}
