import * as z from 'zod';
import type { CompanyDetails } from '../../enrichment/result/company.ts';
import type { Profile } from '../../enrichment/result/profile.ts';
import { resolveLocation } from '../public-page/text/places.ts';
import { readRegistrableDomain } from '../registrable-domain.ts';
import { isSameCompany } from './build-profile.ts';
import * as r from './record.ts';

const anything = z.unknown().optional();

/** The company in the record of a person. */
export const companySchema = r.part({
    summary: r.part({
        name: r.line,
        description: r.text,
        founded_year: r.count,
        type: r.line,
        industry: r.line,
        staff: r.part({ total: r.count, range: anything }),
        logo: r.picture,
    }),
    link: r.part({ website: r.webUrl, domain: r.line, linkedin: r.linkedInUrl }),
    location: r.part({ headquarter: anything, locations: r.list(z.unknown()) }),
});
export type AiArkCompany = z.infer<typeof companySchema>;

/** The details of the company; null unless it is the profile's current company. */
export function describeCompany(
    { summary, link, location }: AiArkCompany,
    current: Profile['company'],
): CompanyDetails | null {
    if (!isSameCompany({ name: summary.name, linkedin_url: link.linkedin }, current)) return null;
    const headquarters = readPlace(location.headquarter);
    return {
        organization_id: null,
        name: summary.name,
        linkedin_url: link.linkedin,
        tagline: null,
        description: summary.description,
        website: link.website,
        domain: readRegistrableDomain(link.domain ?? link.website),
        industry: summary.industry,
        company_type: summary.type,
        company_size: readSize(summary.staff.range),
        employees_on_linkedin: summary.staff.total,
        followers_count: null,
        founded_year: readFoundedYear(summary.founded_year),
        headquarters,
        locations: location.locations.flatMap((raw) => {
            const place = readPlace(raw);
            if (place?.default == null) return [];
            const { default: address, country } = place;
            return [{ address, country, is_headquarters: address === headquarters?.default }];
        }),
        specialties: [],
        logo_url: summary.logo,
        cover_url: null,
        funding: null,
    };
}

/** A location given as text or as an object; null when empty. */
function readPlace(raw: unknown): CompanyDetails['headquarters'] {
    const place = typeof raw === 'string' ? resolveLocation(r.line.parse(raw)) : r.place.parse(raw);
    return Object.values(place).some((shown) => shown !== null) ? place : null;
}

/** "51-200", "10,001+" or `{start, end}`. */
function readSize(raw: unknown): CompanyDetails['company_size'] {
    const [min, max] =
        typeof raw === 'string'
            ? (raw.replace(/(?<=\d)[,.](?=\d{3})/g, '').match(/\d+/g) ?? []).map(Number)
            : Object.values(r.part({ start: r.count, end: r.count }).parse(raw));
    return min === undefined || min === null ? null : { min, max: max ?? null };
}

/** Some records use 1600 for an unknown year. */
function readFoundedYear(year: number | null): number | null {
    return year !== null && year > 1000 && year < 2200 && year !== 1600 ? year : null;
}
