import * as z from 'zod';
import { count, field, text } from './field.ts';
import { locationSchema } from './profile-parts.ts';

const sizeSchema = z.object({
    min: field(z.int().nonnegative(), 'The lower end.', 51),
    max: count('The upper end; null where the range is open ("10,001+").', 200),
});

const officeSchema = z.object({
    address: field(z.string(), 'The address as shown.', '1 Harbour Road, Seattle, WA 98101, US'),
    country: text('Its country by ISO 3166-1, two letters.', 'US'),
    is_headquarters: field(z.boolean(), 'Whether it is the head office.', true),
});

const fundingSchema = z.object({
    rounds: count('How many funding rounds there were.', 3),
    last_round: field(
        z
            .object({
                type: text('The kind of round.', 'Series B'),
                date: text('When it was.', '2023-05-04'),
                amount: text('The amount, as shown.', 'US$ 20.0M'),
            })
            .nullable(),
        'The latest round.',
    ),
});

/** A company as its logged-out page or a provider's record shows it. What is not shown is null or [], never guessed. */
export const companyDetailsSchema = z.object({
    organization_id: text('LinkedIn’s numeric id of the company.', '1441'),
    name: text('Its name.', 'Northwind Orchards'),
    linkedin_url: text('The address of the page that answered.', 'https://www.linkedin.com/company/northwind-orchards'),
    tagline: text('The line below the name.', 'Apples by the sea'),
    description: text('What the company says about itself.', 'We grow apples by the sea.'),
    website: text('Its website.', 'https://www.northwind-orchards.example'),
    domain: text(
        'The registrable domain of the website; null for LinkedIn’s own and for link shorteners.',
        'northwind-orchards.example',
    ),
    industry: text('Its industry.', 'Farming'),
    company_type: text('Its kind, as shown.', 'Privately Held'),
    company_size: field(sizeSchema.nullable(), 'The range of employees that the company states.'),
    employees_on_linkedin: count('The number of LinkedIn members who say that they work there.', 148),
    followers_count: count('The number of followers of its page.', 5210),
    founded_year: field(z.int().nullable(), 'The year it was founded.', 1907),
    headquarters: field(locationSchema.nullable(), 'Its head office.'),
    locations: field(z.array(officeSchema), 'Its offices.'),
    specialties: field(z.array(z.string()), 'Its specialties, in its own words.', ['Apples', 'Cider']),
    logo_url: text('Its logo. The address may expire.', 'https://media.example.com/logo.png'),
    cover_url: text('Its cover picture. The address may expire.', 'https://media.example.com/cover.png'),
    funding: field(fundingSchema.nullable(), 'Its funding, as far as known.'),
});
export type CompanyDetails = z.infer<typeof companyDetailsSchema>;

/** Why there are no company details where they were asked for: `meta.company_status`. */
export const companyStatuses = ['not_found', 'refused', 'timeout', 'failed'] as const;
export type CompanyStatus = (typeof companyStatuses)[number];

const maxSlugLength = 200;

/**
 * The path of a LinkedIn company or school URL: `company/google`, `school/mit`; decoded and lower-cased, so that all
 * spellings of one page have the same path. Null for every other URL, and for the page that replaces deleted companies.
 */
export function parseCompanyPath(address: string | null): string | null {
    const whole = address?.includes('://') ? address : `https://${address}`;
    if (address === null || !URL.canParse(whole)) return null;
    const { hostname, pathname } = new URL(whole);
    if (!/^(?:[a-z0-9-]+\.)*linkedin\.(?:com|cn)$/.test(hostname)) return null;
    const [, kind, segment = ''] = /^\/(company|school)\/([^/]+)/i.exec(pathname) ?? [];
    const slug = decode(segment);
    if (kind === undefined || slug === '' || slug === 'unavailable' || slug.length > maxSlugLength) return null;
    return `${kind.toLowerCase()}/${slug}`;
}

/** Empty when the encoding is malformed. */
function decode(segment: string): string {
    try {
        return decodeURIComponent(segment).normalize('NFC').toLowerCase().trim();
    } catch {
        return '';
    }
}
