import { describe, expect, it } from 'vitest';
import { chooseColumns, readCells } from '../../../../src/actor/output/exports/profile-columns.ts';
import type { Profile } from '../../../../src/enrichment/result/profile.ts';
import type { Position } from '../../../../src/enrichment/result/profile-parts.ts';
import type { Row } from '../../../../src/actor/ledger/row.ts';
import { buildProfile, buildRowDraft } from '../../../helpers/ledger/build-row-draft.ts';
import { buildCompany } from '../../../helpers/sources/scripted-companies.ts';

const storedRow = (draft: ReturnType<typeof buildRowDraft>): Row => ({
    ...draft,
    meta: { ...draft.meta, batch_id: 'batch' },
});

const allFields = { format: 'default', fields: null, isWatched: false, hasCompanies: false } as const;

describe('the CSV line of a row', () => {
    const read = (row: Row, choice: Parameters<typeof chooseColumns>[0] = allFields) => {
        const columns = chooseColumns(choice);
        const line = { status: row.status, sameAs: null, message: null, change: null, url: row.url, row };
        const cells = readCells(columns, line);
        return Object.fromEntries(columns.map(([name], place) => [name, cells[place] ?? null]));
    };

    const job = (changes: Partial<Position>): Position => ({
        title: 'Engineer',
        company: 'Acme',
        location: null,
        description: null,
        employment_type: null,
        is_current: true,
        date: { start: '2019-03', end: null },
        ...changes,
    });
    const groupOf = (name: string, ...positions: Position[]) => ({
        company: { name, linkedin_url: null, logo_url: null },
        date: { start: null, end: null },
        profile_positions: positions,
    });
    const rowOf = (profile: Partial<Profile>) =>
        ({ ...storedRow(buildRowDraft(6)), profile: buildProfile(profile) }) as Row;

    it('formats lists as text', () => {
        const row = rowOf({ skills: ['A', 'B'], position_groups: [groupOf('Acme', job({}))] });
        expect(read(row)).toMatchObject({
            status: 'success',
            full_name: 'Ada Example',
            skills: 'A | B',
            experience: 'Engineer at Acme (since 2019-03)',
            same_as_line: null,
        });
    });

    it('has start, duration and description of the current position', () => {
        const groups = [
            groupOf('Beta', job({ company: 'Beta', date: { start: '2010-01', end: null } })),
            groupOf('Acme', job({ description: 'I build.' }), job({ title: 'Intern', is_current: false })),
        ];
        const row = rowOf({
            title: 'Engineer',
            company: { name: 'Acme', linkedin_url: null },
            position_groups: groups,
        });
        expect(read(row)).toMatchObject({
            position_started: '2019-03',
            position_description: 'I build.',
            // The row is from January 2026.
            months_in_position: 82,
        });
    });

    it('has no month where only the year is known, and no position where none is current', () => {
        const position = job({ date: { start: '2019', end: null } });
        expect(read(rowOf({ title: 'Engineer', position_groups: [groupOf('Acme', position)] }))).toMatchObject({
            position_started: '2019',
            months_in_position: null,
        });
        const unknown = job({ is_current: null });
        expect(read(rowOf({ title: 'Engineer', position_groups: [groupOf('Acme', unknown)] }))).toMatchObject({
            position_started: null,
            months_in_position: null,
        });
    });

    it('has status and message where there is no profile', () => {
        expect(read(storedRow(buildRowDraft(0, 'error')))).toMatchObject({
            status: 'error',
            error_code: 'upstream_error',
            message: 'The source refused.',
            full_name: null,
        });
    });

    it('has only the columns of selected fields and those about the line', () => {
        const row = { ...storedRow(buildRowDraft(0)), profile: { full_name: 'Ada' } } as unknown as Row;
        const choice = { ...allFields, fields: ['full_name', 'location'] };
        const always = ['url_as_given', 'same_as_line', 'message'];
        const kept = ['status', 'full_name', 'location', 'city', 'state', 'country'];
        expect(Object.keys(read(row, choice))).toEqual([...kept, ...always]);
        expect(Object.keys(read(row, { ...choice, isWatched: true }))).toEqual([
            ...kept,
            'change',
            'changes',
            ...always,
        ]);
        expect(read(row, choice)).toMatchObject({ full_name: 'Ada', location: null });
    });

    it('has the company details', () => {
        const company = buildCompany({
            website: 'https://www.acme.example/about',
            domain: 'acme.example',
            industry: 'Accounting',
            company_size: { min: 2, max: 10 },
            employees_on_linkedin: 7,
            headquarters: { country: null, state: null, city: null, default: 'Lyon', short: null },
            founded_year: 1907,
        });
        const row = { ...storedRow(buildRowDraft(0)), company_details: company } as Row;
        const cells = {
            company_website: 'https://www.acme.example/about',
            company_domain: 'acme.example',
            company_industry: 'Accounting',
            company_size: '2–10',
            company_employees: 7,
            company_headquarters: 'Lyon',
            company_founded: 1907,
        };
        expect(read(row)).toMatchObject(cells);
        expect(
            read({ ...row, company_details: buildCompany({ company_size: { min: 10_001, max: null } }) } as Row),
        ).toMatchObject({ company_size: '10001+', company_domain: null });
        expect(read(storedRow(buildRowDraft(0)))).toMatchObject({ company_size: null });
        const choice = { ...allFields, fields: ['full_name'] };
        expect(read(row, choice)).not.toHaveProperty('company_website');
        expect(read(row, { ...choice, hasCompanies: true })).toMatchObject(cells);
    });

    it('has the columns of HubSpot’s import', () => {
        const location = { country: 'CZ', state: 'Prague', city: 'Prague', default: 'Prague', short: 'Prague' };
        const company = { name: 'Acme', linkedin_url: null };
        const hubspot = { ...allFields, format: 'hubspot' } as const;
        expect(read(rowOf({ title: 'Engineer', company, location }), hubspot)).toEqual({
            'First Name': 'Ada',
            'Last Name': 'Example',
            'Job Title': 'Engineer',
            'Company Name': 'Acme',
            City: 'Prague',
            'State/Region': 'Prague',
            'Country/Region': 'Czechia',
            'LinkedIn URL': 'https://www.linkedin.com/in/person-6/',
        });
        const whole = rowOf({ full_name: 'Ada van Example', first_name: null, last_name: null });
        expect(read(whole, hubspot)).toMatchObject({ 'First Name': 'Ada van Example', 'Last Name': null });
    });
});
