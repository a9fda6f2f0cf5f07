import { describe, expect, it } from 'vitest';
import { groupJobs, isSameCompany } from '../../../src/sources/providers/build-profile.ts';
import { organization, position } from './example-profile.ts';

describe('consecutive jobs of a record', () => {
    const countGroups = (...companies: Array<[name: string, path: string | null]>) =>
        groupJobs(companies.map(([name, path]) => ({ company: organization(name, path), position: position({}) })))
            .length;

    it('are one group at the same address, whatever the name', () => {
        expect(countGroups(['Google LLC', 'company/1441'], ['Google', 'company/1441'])).toBe(1);
        expect(countGroups(['Acme', null], ['ACME', 'company/acme'])).toBe(1);
    });

    it('are two groups at different addresses, whatever the name', () => {
        expect(countGroups(['Stealth Startup', 'company/111'], ['Stealth Startup', 'company/222'])).toBe(2);
        expect(countGroups(['Acme', 'company/acme'], ['Acme', 'school/acme'])).toBe(2);
    });
});

it('a company without a name is the same only by its address', () => {
    const nameless = { name: null, linkedin_url: null };
    expect(isSameCompany(nameless, nameless)).toBe(false);
    expect(isSameCompany({ ...nameless, linkedin_url: 'https://www.linkedin.com/company/1' }, nameless)).toBe(false);
});
