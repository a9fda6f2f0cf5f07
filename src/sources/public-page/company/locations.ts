import type { CompanyDetails } from '../../../enrichment/result/company.ts';
import type { Location } from '../../../enrichment/result/profile-parts.ts';
import { readLine } from '../markup/node-text.ts';
import { findAll, findFirst, hasClass, hasName, type PageNode } from '../markup/page-tree.ts';
import { findCountry, isCountryCode } from '../text/countries.ts';
import { isSharedName, resolveLocation } from '../text/places.ts';
import type { StatedAddress } from './organization-json-ld.ts';

/** The offices of a company, including those initially hidden. A tag marks the primary one, in any language. */
export function readLocations(page: PageNode, language: string): CompanyDetails['locations'] {
    const section = findFirst(page, (node) => node.name === 'section' && hasClass('locations')(node));
    return findAll(section, hasName('li')).flatMap((entry) => {
        const lines = findAll(entry, hasName('p')).flatMap((line) => readLine(line) ?? []);
        const country = readCountry(lines.at(-1) ?? '', language);
        const is_headquarters = findFirst(entry, hasClass('tag-sm')) !== null;
        return lines.length === 0 ? [] : [{ address: lines.join(', '), country, is_headquarters }];
    });
}

/** Country codes that are also codes of US states. */
const stateCodes = new Set('AL AR AZ CA CO DE GA ID IL IN KY LA MA MD ME MN MO MS MT NC NE PA SC SD TN VA'.split(' '));

/** The country at the end of an address: a code, or a name that no region shares. Null for "San Francisco, CA". */
function readCountry(lastLine: string, language: string): string | null {
    const parts = lastLine.split(',').map((part) => part.trim());
    const last = parts.at(-1) ?? '';
    if (/^[A-Z]{2}$/.test(last)) {
        const isState = stateCodes.has(last) && parts.length === 2 && !/\d/.test(parts[0] ?? '');
        return isCountryCode(last) && !isState ? last : null;
    }
    return parts.length < 2 || isSharedName(['', last]) ? null : findCountry(last, language);
}

/**
 * The location of the headquarters: as shown, else from the structured data. The country is that of the data's address
 * or of the primary office, if it is in the place shown.
 */
export function readHeadquarters(
    shown: string | null,
    stated: StatedAddress | null,
    { locations, language }: { locations: CompanyDetails['locations']; language: string },
): CompanyDetails['headquarters'] {
    if (shown === null) {
        const parts = [stated?.locality, stated?.region].filter((part) => part != null);
        if (parts.length === 0 && !stated?.country) return null;
        const text = parts.length === 0 ? null : parts.join(', ');
        return resolveLocation(text, { language, countryCode: stated?.country ?? null });
    }
    const first = locations.find((one) => one.is_headquarters);
    const office = first && contains(first.address, shown.split(',')[0] ?? '') ? first.country : null;
    return resolveLocation(shown, { language, countryCode: isStatedOf(shown, stated) ? stated.country : office });
}

/** Adds city and region from the data's address if it is in the place shown and the text did not determine them. */
export function addStatedParts(place: Location, stated: StatedAddress | null): Location {
    if (place.default === null || !isStatedOf(place.default, stated)) return place;
    if (place.country !== null && stated.country !== null && place.country !== stated.country) return place;
    const city = place.city ?? stated.locality;
    return { ...place, city, state: place.state ?? (city === stated.locality ? stated.region : null) };
}

/** Whether the data's address is in the place shown. */
function isStatedOf(shown: string, stated: StatedAddress | null): stated is StatedAddress & { locality: string } {
    return stated !== null && stated.locality !== null && contains(shown, stated.locality);
}

const contains = (text: string, part: string): boolean =>
    part.trim() !== '' && text.toLowerCase().includes(part.trim().toLowerCase());
