import { asList, asNode, findNodes, readString, type JsonNode } from '../fields/json-ld.ts';
import { keepPictureUrl, readOrganizationUrl, readOutsideUrl } from '../markup/links.ts';
import { isCountryCode } from '../text/countries.ts';

export type StatedAddress = { locality: string | null; region: string | null; country: string | null };

const organizationTypes = ['Organization', 'Corporation', 'EducationalOrganization', 'CollegeOrUniversity', 'School'];

/**
 * The company in a page's JSON-LD blocks, or null: on its own, or the last in a graph of posts, whose authors are
 * organizations too. Any key may be missing or invalid.
 */
export function readOrganizationJsonLd(blocks: readonly string[]) {
    const organization = findNodes(blocks, organizationTypes, ['@graph']).at(-1);
    return organization ? describeOrganization(organization) : null;
}

function describeOrganization(node: JsonNode) {
    const address = readString(node['url']);
    return {
        name: readString(node['name']),
        address: readAddress(node['address']),
        linkedinUrl: address === null ? null : readOrganizationUrl(address),
        description: readString(node['description']),
        tagline: readString(node['slogan']),
        website:
            asList(node['sameAs']).flatMap((url) => (typeof url === 'string' ? (readOutsideUrl(url) ?? []) : []))[0] ??
            null,
        employees: readCount(asNode(node['numberOfEmployees'])['value']),
        logo: keepPictureUrl(readString(asNode(node['logo'])['contentUrl'])),
    };
}

function readAddress(value: unknown): StatedAddress | null {
    const address = asNode(asList(value)[0]);
    const country = readString(address['addressCountry'])?.toUpperCase() ?? null;
    const stated = {
        locality: readString(address['addressLocality']),
        region: readString(address['addressRegion']),
        country: country !== null && isCountryCode(country) ? country : null,
    };
    return Object.values(stated).some((part) => part !== null) ? stated : null;
}

function readCount(value: unknown): number | null {
    const written = String(value);
    return /^\d{1,9}$/.test(written) ? Number(written) : null;
}
