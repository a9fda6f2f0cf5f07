import { expect } from 'vitest';
import { companyDetailsSchema, type CompanyDetails } from '../../../../src/enrichment/result/company.ts';
import { readCompanyPage } from '../../../../src/sources/public-page/company/company-page.ts';
import { renderCompany, type CompanyPageOptions } from '../../../fixtures/company/render-company.ts';
import { hugeCompany, type ShownCompany } from '../../../fixtures/company/shown-company.ts';
import { picture } from '../../../fixtures/page-markup.ts';

export const asked = 'https://www.linkedin.com/company/asked/';

export const readAny = (page: string) => readCompanyPage(Buffer.from(page), asked);

export async function read(page: string): Promise<CompanyDetails> {
    const outcome = await readAny(page);
    if (outcome.kind !== 'found') throw new Error(`read as ${JSON.stringify(outcome)}`);
    expect(companyDetailsSchema.parse(outcome.company)).toEqual(outcome.company);
    return outcome.company;
}

export const readShown = (company: ShownCompany, options: CompanyPageOptions = {}) =>
    read(renderCompany(company, options));

/** The huge company, without the parts of its location that only its data has. */
export const everything = {
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
