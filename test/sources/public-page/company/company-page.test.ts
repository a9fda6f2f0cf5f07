import { describe, expect, it } from 'vitest';
import type { CompanyDetails } from '../../../../src/enrichment/result/company.ts';
import { companyLanguageNames } from '../../../fixtures/company/company-languages.ts';
import { renderCompany } from '../../../fixtures/company/render-company.ts';
import { hugeCompany, tinyCompany } from '../../../fixtures/company/shown-company.ts';
import { everything, read, readShown } from './read-company.ts';

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
