import type { Profile } from '../../../enrichment/result/profile.ts';
import type { DateRange, Education, Organization, PositionGroup } from '../../../enrichment/result/profile-parts.ts';
import { buildBareEducation } from './educations.ts';
import { emptyPosition } from './positions.ts';
import { keepPictureUrl, readOrganizationUrl } from '../markup/links.ts';
import { cleanText, isMasked } from '../text/clean-text.ts';
import { parseDate } from '../text/dates.ts';

/** The person in a page's structured data; fields that are missing or masked are null or empty. */
export type JsonLdPerson = ReturnType<typeof describePerson>;

export type JsonNode = Record<string, unknown>;

/**
 * The person in a page's JSON-LD blocks, or null. Any key may be missing or invalid: an unreadable value is lost alone,
 * not its list or block.
 */
export function readJsonLd(blocks: readonly string[]): JsonLdPerson | null {
    const [person] = findNodes(blocks, ['Person'], ['@graph', 'mainEntity']);
    return person ? describePerson(person) : null;
}

/** The nodes of these types in JSON-LD blocks: on their own, in a list, or inside another node under one of `keys`. */
export function findNodes(blocks: readonly string[], types: string[], keys: readonly string[]): JsonNode[] {
    const find = (value: unknown, depth: number): JsonNode[] => {
        if (depth > 4) return [];
        if (Array.isArray(value)) return value.flatMap((entry) => find(entry, depth + 1));
        const node = asNode(value);
        return hasType(node, ...types) ? [node] : keys.flatMap((key) => find(node[key], depth + 1));
    };
    return blocks.flatMap((block) => find(parseBlock(block), 0));
}

/** The value of a block; null when it is not JSON. */
function parseBlock(block: string): unknown {
    try {
        return JSON.parse(block);
    } catch {
        return null;
    }
}

function describePerson(person: JsonNode) {
    // Titles match workplaces by index, so invalid ones must keep their place.
    const titles = asList(person['jobTitle']);
    const workplaces = asList(person['worksFor']);
    const alumniOf = asList(person['alumniOf']).map(asNode);
    const schools = alumniOf.filter((node) =>
        hasType(node, 'EducationalOrganization', 'CollegeOrUniversity', 'School', 'HighSchool'),
    );
    // Until 2023 past jobs are among the schools.
    const pastJobs = alumniOf.filter((node) => hasType(node, 'Organization'));
    const address = asNode(person['address']);
    const summary = readString(person['description']);
    return {
        fullName: readString(person['name']),
        /** Without masked titles. */
        titles: titles.flatMap((title) => readString(title) ?? []),
        location: readString(address['addressLocality'] ?? person['address']),
        /** As given: a code, or a name in the page's language. */
        country: readNamed(address['addressCountry']),
        picture: readPicture(person['image']),
        // A truncated text is not used.
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
        /** Whether some value of the section is starred out. */
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

/** A single value counts as a list of one. */
export const asList = (value: unknown): unknown[] =>
    Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** Whether a node has one of these types. */
const hasType = (node: JsonNode, ...types: string[]): boolean =>
    asList(node['@type']).some((type) => types.includes(String(type)));

const nameOf = (node: unknown): unknown => asNode(node)['name'];

const isStarred = (value: unknown): boolean => typeof value === 'string' && isMasked(value);

const isKnown = ({ name, linkedin_url }: Organization): boolean => name !== null || linkedin_url !== null;

/** A text, cleaned; null for anything else. */
export const readString = (value: unknown): string | null => (typeof value === 'string' ? cleanText(value) : null);

/** A name given as a string, or as the `name` of a node. */
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

/** The person's membership: dates and description. */
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
        ...emptyPosition,
        title: readString(title),
        company: company.name,
        location: readNamed(node['location']),
        description: readString(memberOf(node)['description']),
        // Masked data has no dates: without a start, a missing end means nothing.
        is_current: hasEnd ? false : date.start === null ? null : true,
        date,
    };
    return { company, date, profile_positions: [position] };
}

function describeSchool(node: JsonNode): Education {
    const description = readString(memberOf(node)['description']);
    return { ...buildBareEducation(describeOrganization(node)), date: readDates(node), description };
}

function describeMembership(node: JsonNode): Profile['organizations'] {
    const name = readString(node['name']);
    if (name === null) return [];
    const { roleName, description } = memberOf(node);
    return [{ name, title: readString(roleName), date: readDates(node), description: readString(description) }];
}
