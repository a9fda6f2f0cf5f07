import { fc, fuzzSeed } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { companyDetailsSchema } from '../../../../src/enrichment/result/company.ts';
import { readCompanyPage } from '../../../../src/sources/public-page/company/company-page.ts';
import { companyLanguageNames } from '../../../fixtures/company/company-languages.ts';
import { renderCompany } from '../../../fixtures/company/render-company.ts';
import { hugeCompany, type ShownCompany } from '../../../fixtures/company/shown-company.ts';
import { asked, everything, read, readAny, readShown } from './read-company.ts';

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
