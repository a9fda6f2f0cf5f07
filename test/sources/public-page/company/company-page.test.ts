import { fc, fuzzSeed } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { companyDetailsSchema, type CompanyDetails } from '../../../../src/enrichment/result/company.ts';
import { readCompanyPage } from '../../../../src/sources/public-page/company/company-page.ts';
import { companyLanguageNames } from '../../../fixtures/company/company-languages.ts';
import { renderCompany, type CompanyPageOptions } from '../../../fixtures/company/render-company.ts';
import { hugeCompany, tinyCompany, type ShownCompany } from '../../../fixtures/company/shown-company.ts';
import { picture } from '../../../fixtures/page-markup.ts';

const asked = 'https://www.linkedin.com/company/asked/';

const readAny = (page: string) => readCompanyPage(Buffer.from(page), asked);

async function read(page: string): Promise<CompanyDetails> {
    const outcome = await readAny(page);
    if (outcome.kind !== 'found') throw new Error(`read as ${JSON.stringify(outcome)}`);
    expect(companyDetailsSchema.parse(outcome.company)).toEqual(outcome.company);
    return outcome.company;
}

const readShown = (company: ShownCompany, options: CompanyPageOptions = {}) => read(renderCompany(company, options));

/** The huge company, without the parts of its location that only its data has. */
const everything = {
    organization_id: '4711',
    name: 'Quarry & Finch 3',
    linkedin_url: 'https://www.linkedin.com/company/quarry-and-finch',
    tagline: 'Counting since “always”',
    description: 'We count 10,001 things a day & more.\nAsk us about 5 of them.\nSecond line.',
    website: 'https://shop.quarry-finch.co.uk/about?a=1',
    domain: 'quarry-finch.co.uk',
    industry: 'Accounting',
    company_type: 'Privately Held',
    company_size: { min: 10_001, max: null },
    employees_on_linkedin: 310_860,
    followers_count: 37_814_363,
    founded_year: 1907,
    specialties: hugeCompany.specialties,
    logo_url: picture('logo'),
    cover_url: picture('cover'),
    funding: { rounds: 3, last_round: { type: 'Series unknown', date: '1999-07-07', amount: 'US$ 25.0M' } },
};
const nothing = {
    tagline: null,
    description: null,
    website: null,
    domain: null,
    industry: null,
    company_type: null,
    company_size: null,
    employees_on_linkedin: null,
    founded_year: null,
    headquarters: null,
    locations: [],
    specialties: [],
    logo_url: null,
    cover_url: null,
    funding: null,
};

describe('a company page', () => {
    it.each(companyLanguageNames)('in %s yields every field', async (language) => {
        const { headquarters, locations, specialties, ...company } = await readShown(hugeCompany, { language });
        const { specialties: all, ...rest } = everything;
        expect(company).toEqual(rest);
        expect(headquarters).toMatchObject({ country: 'US', city: 'Mountain View', default: 'Mountain View, CA' });
        expect(locations).toHaveLength(48);
        expect(locations.slice(0, 3)).toEqual([
            { address: '1600 Harbour Street, Mountain View, CA 94043, US', country: 'US', is_headquarters: true },
            { address: 'Kungsbron 2, Stockholm, Stockholm County 111 22, SE', country: 'SE', is_headquarters: false },
            { address: 'Floor 4, 2 Matheson St, Wan Chai, Hong Kong, HK', country: 'HK', is_headquarters: false },
        ]);
        expect(specialties).toEqual(all);
    });

    it.each(companyLanguageNames)('in %s has any range of sizes, and a place with accents', async (language) => {
        const ranges = [
            [0, 1],
            [2, 10],
            [11, 50],
            [51, 200],
            [201, 500],
            [501, 1000],
            [1001, 5000],
            [5001, 10_000],
        ] as const;
        for (const [min, max] of ranges) {
            const company = {
                ...hugeCompany,
                size: { min, max },
                headquarters: 'São Paulo, SP',
                followers: 14_399,
                employees: 212,
            };
            const found = await readShown(company, { language, data: 'none' });
            expect(found).toMatchObject({
                company_size: { min, max },
                followers_count: 14_399,
                employees_on_linkedin: 212,
            });
            expect(found.headquarters?.default).toBe('São Paulo, SP');
        }
    });

    it.each(['none', 'bare', 'graph'] as const)('with data of the kind "%s" is the same company', async (data) => {
        const { headquarters, locations, ...company } = await readShown(hugeCompany, { data, isRendered: true });
        expect(company).toEqual(everything);
        expect(headquarters).toMatchObject({ country: 'US', state: 'California', city: 'Mountain View' });
        expect(locations).toHaveLength(48);
    });

    it.each(['none', 'bare', 'graph'] as const)('with next to nothing (data: %s) yields no more', async (data) => {
        const identity = { organization_id: '12', name: 'Tiny', linkedin_url: 'https://www.linkedin.com/company/tiny' };
        expect(await readShown(tinyCompany, { data })).toEqual({ ...nothing, ...identity, followers_count: 7 });
    });

    it('of a school or a showcase is read alike', async () => {
        const school = { ...tinyCompany, path: 'school/tiny-school' };
        const found = await readShown(school, { pageKey: 'd_org_guest_school_overview' });
        expect(found.linkedin_url).toBe('https://www.linkedin.com/school/tiny-school');
    });

    describe('has as its id', () => {
        const stray = (...ids: number[]) =>
            ids.map((id) => `<a data-semaphore-content-urn="urn:li:organization:${id}">x</a>`).join('');
        const readNumber = async (more: string, { hasMenu }: { hasMenu: boolean }) => {
            const page = renderCompany(hugeCompany, { more });
            const menu = 'data-semaphore-content-urn="urn:li:organization:4711"';
            return (await read(hasMenu ? page : page.replace(menu, ''))).organization_id;
        };

        it('the one in its menu, whatever affiliates are listed', async () => {
            expect(await readNumber(stray(1, 2), { hasMenu: true })).toBe('4711');
        });

        it('the only one on the page, if the menu has none', async () => {
            expect(await readNumber(stray(4711, 4711), { hasMenu: false })).toBe('4711');
        });

        it('none if there are only affiliates, in their own section or two of them elsewhere', async () => {
            expect(await readNumber('', { hasMenu: false })).toBeNull();
            expect(await readNumber(stray(1, 2), { hasMenu: false })).toBeNull();
        });
    });

    it('is the last company in its data', async () => {
        const other = { '@type': 'Organization', name: 'Other', url: 'https://www.linkedin.com/company/other' };
        const others = JSON.stringify([
            other,
            { '@graph': [other, { ...other, slogan: 'Not ours', sameAs: 'x.com' }] },
        ]);
        const page = renderCompany(hugeCompany)
            .replace(/<main[\s\S]*<\/main>/, '<main class="main"></main>')
            .replace('"@graph":[', `"@graph":[${others.slice(1, -1)},`)
            .replace('<title>', `<script type="application/ld+json">${others}</script><title>`);
        const { name, linkedin_url, tagline, website } = everything;
        expect(await read(page)).toMatchObject({ name, linkedin_url, tagline, website });
    });

    it('takes from its data what it does not show', async () => {
        const page = renderCompany(hugeCompany).replace(/<main[\s\S]*<\/main>/, '<main class="main"></main>');
        const { headquarters, ...found } = await read(page);
        const { headquarters: _, ...none } = nothing;
        expect(found).toEqual({
            ...none,
            organization_id: null,
            name: everything.name,
            linkedin_url: everything.linkedin_url,
            tagline: everything.tagline,
            description: everything.description,
            website: everything.website,
            domain: everything.domain,
            employees_on_linkedin: everything.employees_on_linkedin,
            followers_count: null,
            logo_url: everything.logo_url,
        });
        expect(headquarters).toMatchObject({ country: 'US', city: 'Mountain View', default: 'Mountain View, CA' });
    });

    const traps: Array<[what: string, from: string, to: string, expected: Partial<CompanyDetails>]> = [
        [
            'its URL if its data has none',
            '<link rel="canonical" href="https://uk.linkedin.com/company/quarry-and-finch">',
            '',
            { linkedin_url: 'https://www.linkedin.com/company/quarry-and-finch' },
        ],
        [
            'a website without a scheme',
            encodeURIComponent('https://shop.quarry-finch.co.uk').replace(/\./g, '%2E'),
            'acme%2Ecom',
            { website: 'https://acme.com/about?a=1', domain: 'acme.com' },
        ],
        [
            'a website behind a shortener',
            encodeURIComponent('https://shop.quarry-finch.co.uk').replace(/\./g, '%2E'),
            'https%3A%2F%2Fgoo%2Egle',
            { website: 'https://goo.gle/about?a=1', domain: null },
        ],
        [
            'a website at LinkedIn',
            encodeURIComponent('https://shop.quarry-finch.co.uk').replace(/\./g, '%2E'),
            'https%3A%2F%2Fwww%2Elinkedin%2Ecom',
            { website: 'https://www.linkedin.com/about?a=1', domain: null },
        ],
        [
            'a line below the name without a location',
            '\n  Mountain View, CA <span class="before:middot"></span>',
            '',
            { followers_count: 37_814_363 },
        ],
        [
            'a line below the name that starts with the dot',
            '\n  Mountain View, CA <span',
            '<span',
            { followers_count: 37_814_363 },
        ],
        ['a size without numbers', '10,001+ employees', 'many employees', { company_size: null }],
        ['a size of one', '10,001+ employees', '1 employee', { company_size: { min: 1, max: 1 } }],
        ['an invalid year', '>\n  1907\n<', '>\n  2,007\n<', { founded_year: null }],
        [
            'a single specialty that could be two',
            /tide tables.*, and maps/.exec(renderCompany(hugeCompany))?.[0] ?? '',
            'research and development',
            { specialties: ['research and development'] },
        ],
        [
            'rounds alone',
            '<p class="text-display-lg">US$ 25.0M</p>',
            '',
            { funding: { rounds: 3, last_round: { ...everything.funding.last_round, amount: null } } },
        ],
        ['dashes and asterisks instead of facts', '\n  Accounting\n', '\n  *****\n', { industry: null }],
    ];
    it.each(traps)('reads %s', async (_, from, to, expected) => {
        const page = renderCompany(hugeCompany);
        expect(page).toContain(from);
        expect(await read(page.replace(from, to))).toMatchObject(expected);
    });

    it('has its followers from its head if the line below the name has none', async () => {
        const description =
            'Quarry &amp;amp; Finch 3 | 37,814,363 followers on LinkedIn. It isn&amp;#39;t 5 followers. At all.';
        const page = renderCompany(hugeCompany)
            .replace(/<h3 class="top-card-layout__first-subline">.*?<\/h3>/s, '')
            .replace('<title>', `<meta name="description" content="${description}"><title>`);
        expect((await read(page)).followers_count).toBe(37_814_363);
    });
});

describe(`any company (FUZZ_SEED=${fuzzSeed})`, () => {
    const full = { ...hugeCompany, offices: hugeCompany.offices.slice(0, 3) };
    const droppable = [
        'tagline',
        'website',
        'industry',
        'type',
        'size',
        'employees',
        'followers',
        'founded',
        'headquarters',
        'funding',
    ] as const;
    const anyShown = fc
        .subarray([...droppable, 'description', 'specialties', 'offices', 'hasPictures'] as const)
        .map((dropped): ShownCompany => {
            const empty: Record<string, unknown> = {
                description: [],
                specialties: [],
                offices: [],
                hasPictures: false,
            };
            return { ...full, ...Object.fromEntries(dropped.map((key) => [key, empty[key] ?? null])) };
        });
    const dataKeys = ['name', 'url', 'address', 'description', 'numberOfEmployees', 'logo', 'slogan', 'sameAs'];

    it('matches its page, whatever is missing there and in its data', async () => {
        const check = fc.asyncProperty(
            anyShown,
            fc.constantFrom(...companyLanguageNames),
            fc.constantFrom('none' as const, 'bare' as const, 'graph' as const),
            fc.subarray(dataKeys),
            async (shown, language, data, withoutKeys) => {
                const found = await readShown(shown, { language, data, withoutKeys });
                expect(found).toMatchObject({
                    ...everything,
                    tagline: shown.tagline,
                    description: shown.description.length === 0 ? null : everything.description,
                    website: shown.website,
                    domain: shown.website && everything.domain,
                    industry: shown.industry,
                    company_type: shown.type,
                    company_size: shown.size,
                    employees_on_linkedin: shown.employees,
                    followers_count: shown.followers,
                    founded_year: shown.founded,
                    specialties: shown.specialties,
                    logo_url: shown.hasPictures ? everything.logo_url : null,
                    cover_url: shown.hasPictures ? everything.cover_url : null,
                    funding: shown.funding && everything.funding,
                });
                expect(found.headquarters?.default ?? null).toBe(shown.headquarters);
                expect(found.locations).toHaveLength(shown.offices.length);
            },
        );
        await fc.assert(check, { numRuns: 200 });
    });

    it('has all its data from JSON-LD alone, and nothing of other companies', async () => {
        const check = fc.asyncProperty(fc.subarray(dataKeys.slice(1)), async (withoutKeys) => {
            const page = renderCompany(full, { withoutKeys }).replace(/<main[\s\S]*<\/main>/, '<main></main>');
            const outcome = await readAny(page);
            const has = (key: string) => !withoutKeys.includes(key);
            expect(outcome).toMatchObject({
                company: {
                    name: everything.name,
                    linkedin_url: everything.linkedin_url,
                    tagline: has('slogan') ? everything.tagline : null,
                    description: has('description') ? everything.description : null,
                    website: has('sameAs') ? everything.website : null,
                    employees_on_linkedin: has('numberOfEmployees') ? everything.employees_on_linkedin : null,
                    logo_url: has('logo') ? everything.logo_url : null,
                },
            });
        });
        await fc.assert(check, { numRuns: 100 });
    });

    it('is valid or a failure when its page is damaged anywhere', async () => {
        const page = Buffer.from(renderCompany(full));
        const splinters = [
            '<',
            '</section></div></ul>',
            '<dd>',
            '<script>',
            '"',
            '&#0;',
            '<li>',
            '{"@type":"Organization","address":[[',
            '<a href="https://[">',
            '\u0000',
        ];
        const check = fc.asyncProperty(
            fc.nat({ max: page.length }),
            fc.nat({ max: 3000 }),
            fc.constantFrom(...splinters),
            async (at, length, splinter) => {
                const damaged = Buffer.concat([
                    page.subarray(0, at),
                    Buffer.from(splinter),
                    page.subarray(at + length),
                ]);
                const outcome = await readCompanyPage(damaged, asked);
                const fault = outcome.kind === 'failed' ? outcome.cause : null;
                const details =
                    outcome.kind === 'found' ? companyDetailsSchema.safeParse(outcome.company).success : null;
                expect(details === true || fault === 'unreadable' || fault === 'other_page').toBe(true);
            },
        );
        await fc.assert(check, { numRuns: 300 });
    });

    it.each(['address', 'numberOfEmployees', 'logo', 'slogan', 'sameAs', 'description', 'name', 'url'])(
        'is read despite an invalid %s in its data',
        async (key) => {
            for (const odd of [null, 0, 'x', [], {}, [null], { '@type': [] }, [{ '@value': 1 }], true]) {
                const data = JSON.stringify({ '@graph': [{ '@type': 'Organization', [key]: odd }] });
                const page = renderCompany(full, { data: 'none' }).replace(
                    '</head>',
                    `<script type="application/ld+json">${data}</script></head>`,
                );
                expect(await read(page)).toMatchObject(everything);
            }
        },
    );

    it.each(['en_US_US', 'en_12', 'constructor', ''])('is read as English with the locale %j', async (locale) => {
        const page = renderCompany(full, { data: 'none' }).replace('content="en_US"', `content="${locale}"`);
        expect(await read(page)).toMatchObject(everything);
    });
});
