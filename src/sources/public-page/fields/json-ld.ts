import type { Profile } from '../../../enrichment/result/profile.ts';
import type { DateRange, Education, Organization, PositionGroup } from '../../../enrichment/result/profile-parts.ts';
import { keepPictureUrl, readOrganizationUrl } from '../markup/links.ts';
import { cleanText, isMasked } from '../text/clean-text.ts';
import { parseDate } from '../text/dates.ts';

/** What the structured data of a page says of a person; every field null or empty where it says nothing or is masked. */
export type JsonLdPerson = {
    fullName: string | null;
    /** What stands in `jobTitle`, masked titles left out. */
    titles: string[];
    location: string | null;
    /** As it is written: a code, or a name in the page's language. */
    country: string | null;
    picture: string | null;
    summary: string | null;
    followersCount: number | null;
    languages: string[];
    awards: string[];
    positionGroups: PositionGroup[];
    educations: Education[];
    organizations: Profile['organizations'];
    /** Whether something of the section is starred out. */
    masked: { experience: boolean; education: boolean; awards: boolean; summary: boolean };
};

export type JsonNode = Record<string, unknown>;

/**
 * The person in a page's JSON-LD blocks, or null when there is none. Every key may be missing or odd: what cannot be
 * read costs itself, not the list or the block that it stands in.
 */
export function readJsonLd(blocks: readonly string[]): JsonLdPerson | null {
    const person = blocks.flatMap((block) => findPeople(parseBlock(block), 0))[0];
    return person ? describePerson(person) : null;
}

/** The value of a block; null for what is no JSON. */
export function parseBlock(block: string): unknown {
    try {
        return JSON.parse(block);
    } catch {
        return null;
    }
}

/** The people that a value is about: itself, those of a list or a graph, the one that a page is made for. */
function findPeople(value: unknown, depth: number): JsonNode[] {
    if (depth > 4) return [];
    if (Array.isArray(value)) return value.flatMap((entry) => findPeople(entry, depth + 1));
    const node = asNode(value);
    if (hasType(node, 'Person')) return [node];
    return [node['@graph'], node['mainEntity']].flatMap((inner) => findPeople(inner, depth + 1));
}

function describePerson(person: JsonNode): JsonLdPerson {
    // Titles belong to workplaces by their place in the list: what is odd in one of them must keep its place.
    const titles = asList(person['jobTitle']);
    const workplaces = asList(person['worksFor']);
    const alumniOf = asList(person['alumniOf']).map(asNode);
    const schools = alumniOf.filter((node) =>
        hasType(node, 'EducationalOrganization', 'CollegeOrUniversity', 'School', 'HighSchool'),
    );
    // To 2023 the jobs that ended stand among the schools.
    const pastJobs = alumniOf.filter((node) => hasType(node, 'Organization'));
    const address = asNode(person['address']);
    const summary = readString(person['description']);
    return {
        fullName: readString(person['name']),
        titles: titles.flatMap((title) => readString(title) ?? []),
        location: readString(address['addressLocality'] ?? person['address']),
        country: readNamed(address['addressCountry']),
        picture: readPicture(person['image']),
        // A text that was cut is not the text.
        summary: summary !== null && /(?:…|\.\.\.)$/.test(summary) ? null : summary,
        followersCount: readFollowers(person['interactionStatistic']),
        languages: asList(person['knowsLanguage']).flatMap((language) => readNamed(language) ?? []),
        awards: asList(person['awards'] ?? person['award']).flatMap((award) => readNamed(award) ?? []),
        positionGroups: [
            ...workplaces.map((node, place) => describeJob(asNode(node), titles[place])),
            ...pastJobs.map((node) => describeJob(node, undefined)),
        ].filter(({ company, profile_positions }) => isKnown(company) || profile_positions[0]?.title !== null),
        educations: schools.map(describeSchool).filter(({ school }) => isKnown(school)),
        organizations: asList(person['memberOf']).flatMap((node) => describeMembership(asNode(node))),
        masked: {
            experience: [...titles, ...workplaces.map(nameOf), ...pastJobs.map(nameOf)].some(isStarred),
            education: schools.map(nameOf).some(isStarred),
            awards: asList(person['awards']).some(isStarred),
            summary: isStarred(person['description']),
        },
    };
}

/** The node itself; an empty one for anything else. */
export const asNode = (value: unknown): JsonNode =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonNode) : {};

/** One thing may stand for a list of one. */
export const asList = (value: unknown): unknown[] =>
    Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** Whether one of a node's types is among these. */
export const hasType = (node: JsonNode, ...types: string[]): boolean =>
    asList(node['@type']).some((type) => types.includes(String(type)));

const nameOf = (node: unknown): unknown => asNode(node)['name'];

const isStarred = (value: unknown): boolean => typeof value === 'string' && isMasked(value);

const isKnown = ({ name, linkedin_url }: Organization): boolean => name !== null || linkedin_url !== null;

/** A text, cleaned; null for anything else. */
export const readString = (value: unknown): string | null => (typeof value === 'string' ? cleanText(value) : null);

/** A name that stands alone, or in the node that it is the name of. */
const readNamed = (value: unknown): string | null => readString(typeof value === 'string' ? value : nameOf(value));

function readPicture(value: unknown): string | null {
    const [image] = asList(value);
    const node = asNode(image);
    return keepPictureUrl(readString(image) ?? readString(node['contentUrl']) ?? readString(node['url']));
}

function readFollowers(statistic: unknown): number | null {
    for (const entry of asList(statistic).map(asNode)) {
        const isFollow = JSON.stringify(entry['interactionType'] ?? '').includes('FollowAction');
        const written = String(entry['userInteractionCount']);
        if (isFollow && /^\d{1,15}$/.test(written)) return Number(written);
    }
    return null;
}

function describeOrganization(node: JsonNode): Organization {
    const address = readString(node['url']) ?? readString(node['@id']);
    return {
        name: readString(node['name']),
        linkedin_url: address === null ? null : readOrganizationUrl(address),
        logo_url: null,
    };
}

/** What is said of the person's time there. */
const memberOf = (node: JsonNode): JsonNode => asNode(asList(node['member'])[0]);

function readDates(node: JsonNode): DateRange {
    const member = memberOf(node);
    const read = (date: unknown): string | null =>
        typeof date === 'string' || typeof date === 'number' ? parseDate(String(date)) : null;
    return { start: read(member['startDate']), end: read(member['endDate']) };
}

function describeJob(node: JsonNode, title: unknown): PositionGroup {
    const company = describeOrganization(node);
    const date = readDates(node);
    const hasEnd = asList(memberOf(node)['endDate']).length > 0;
    const position = {
        title: readString(title),
        company: company.name,
        location: readNamed(node['location']),
        description: readString(memberOf(node)['description']),
        employment_type: null,
        // Masked data has no dates at all: without a start nothing is known of the end.
        is_current: hasEnd ? false : date.start === null ? null : true,
        date,
    };
    return { company, date, profile_positions: [position] };
}

function describeSchool(node: JsonNode): Education {
    return {
        school: describeOrganization(node),
        degree_name: null,
        field_of_study: null,
        date: readDates(node),
        grade: null,
        description: readString(memberOf(node)['description']),
        activities: null,
    };
}

function describeMembership(node: JsonNode): Profile['organizations'] {
    const name = readString(node['name']);
    if (name === null) return [];
    const { roleName, description } = memberOf(node);
    return [{ name, title: readString(roleName), date: readDates(node), description: readString(description) }];
}
