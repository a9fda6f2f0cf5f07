import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import type { SourceOutcome } from '../../../src/enrichment/source.ts';
import { createPeopleDataLabsSource } from '../../../src/sources/providers/people-data-labs.ts';
import { exampleProfile, organization, position } from './example-profile.ts';
import { describeProvider, handle, type RawRecord } from './provider-contract.ts';
import { askStandIn } from './stand-in.ts';

const record: RawRecord = {
    id: 'made-up_0000',
    full_name: 'ada exemplar',
    first_name: 'ada',
    last_name: 'exemplar',
    headline: 'Tide tables & tea',
    summary: 'I count waves.\n\nAnd more waves.',
    industry: 'maritime',
    job_title: 'head of tides',
    job_company_name: 'neap & sons',
    job_company_linkedin_url: 'linkedin.com/company/neap-sons',
    job_company_website: 'neap.example',
    job_title_levels: ['director', 'owner'],
    job_last_verified: '2026-01-20',
    linkedin_url: 'linkedin.com/in/ada-exemplar',
    linkedin_username: 'ada-exemplar',
    linkedin_id: '123456789',
    linkedin_connections: 712,
    location_name: 'brest, brittany, france',
    location_locality: 'brest',
    location_region: 'brittany',
    location_country: 'france',
    skills: ['counting', 'waves', 'counting'],
    experience: [
        {
            company: {
                name: 'neap & sons',
                linkedin_url: 'linkedin.com/company/neap-sons',
                website: 'neap.example',
                industry: 'maritime',
                size: '11-50',
                raw: ['Neap & Sons'],
            },
            title: { name: 'head of tides', raw: ['Head of Tides'], levels: ['director'] },
            start_date: '2021-06-01',
            end_date: null,
            is_primary: true,
            location_names: ['brest, brittany, france'],
            summary: 'All of them.',
        },
        {
            company: { name: 'neap & sons', linkedin_url: 'linkedin.com/company/neap-sons', raw: [] },
            title: { name: 'tide counter', raw: null },
            start_date: '2019',
            end_date: '2021-05',
            is_primary: false,
            location_names: [],
            summary: null,
        },
        {
            company: { name: 'old quay', linkedin_url: null },
            title: null,
            start_date: '1600-01-01',
            end_date: '2018',
            is_primary: false,
        },
        {},
    ],
    education: [
        {
            school: { name: 'tidal polytechnic', linkedin_url: 'linkedin.com/school/tidal' },
            degrees: ['masters', 'master of science'],
            majors: ['waves'],
            start_date: '2008-01-01',
            end_date: '2010',
            gpa: 3.9,
            summary: null,
        },
        { school: null, degrees: ['lost'] },
    ],
    languages: [
        { name: 'french', proficiency: 5 },
        { name: 'breton', proficiency: 2 },
    ],
    certifications: [{ organization: 'port office', name: 'harbour pilot', start_date: '2015-01-01', end_date: null }],
    profiles: [
        { network: 'linkedin', url: 'linkedin.com/in/ada-exemplar', username: 'ada-exemplar' },
        { network: 'facebook', url: 'facebook.example/canary', username: 'canary' },
    ],
    work_email: 'canary@ada.example',
    personal_emails: ['canary@ada.example'],
    mobile_phone: '+33 canary',
    phone_numbers: true,
    sex: 'canary',
    birth_date: 'canary',
    birth_year: true,
    inferred_salary: 'canary',
    street_addresses: [{ name: 'canary' }],
    dataset_version: '31.2',
};

const profile: Profile = {
    ...exampleProfile,
    full_name: 'ada exemplar',
    first_name: 'ada',
    last_name: 'exemplar',
    location: {
        country: 'FR',
        state: 'brittany',
        city: 'brest',
        default: 'brest, brittany, france',
        short: 'brest, brittany',
    },
    industry: 'maritime',
    followers_count: null,
    connections_count: 712,
    skills: ['counting', 'waves'],
    position_groups: [
        {
            company: organization('Neap & Sons', 'company/neap-sons'),
            date: { start: '2019', end: null },
            profile_positions: [
                position({
                    title: 'Head of Tides',
                    company: 'Neap & Sons',
                    location: 'brest, brittany, france',
                    description: 'All of them.',
                    is_current: true,
                    date: { start: '2021-06', end: null },
                }),
                position({
                    title: 'tide counter',
                    company: 'neap & sons',
                    is_current: false,
                    date: { start: '2019', end: '2021-05' },
                }),
            ],
        },
        {
            company: organization('old quay'),
            date: { start: null, end: '2018' },
            profile_positions: [
                position({ company: 'old quay', is_current: false, date: { start: null, end: '2018' } }),
            ],
        },
    ],
    educations: [
        {
            school: organization('tidal polytechnic', 'school/tidal'),
            degree_name: 'masters',
            field_of_study: 'waves',
            date: { start: '2008', end: '2010' },
            grade: '3.9',
            description: null,
            activities: null,
        },
    ],
    languages: ['french', 'breton'].map((name) => ({ name, proficiency: null })),
    certifications: [
        {
            name: 'harbour pilot',
            authority: 'port office',
            authority_url: null,
            license_number: null,
            url: null,
            date: { start: '2015-01', end: null },
        },
    ],
    department: { departments: [], functions: [], seniority: 'director, owner' },
    sections_available: ['summary', 'experience', 'education', 'skills', 'languages', 'certifications'],
};

const named = (other: string | null): RawRecord => ({
    ...record,
    linkedin_username: other,
    linkedin_url: null,
    profiles: [{ network: 'github', url: 'github.example/ada-exemplar', username: handle }],
});

describe('People Data Labs', () => {
    describeProvider({
        title: 'People Data Labs',
        keyField: 'peopleDataLabsApiKey',
        timeoutMs: 10_000,
        maxRequestsPerSecond: 16,
        create: createPeopleDataLabsSource,
        record,
        named,
        nameOnly: { full_name: 'ada exemplar', linkedin_username: handle },
        profile,
        dataAsOf: '2026-01-20',
        request: {
            method: 'GET',
            path: '/v5/person/enrich',
            query: expect.objectContaining({
                profile: 'https://www.linkedin.com/in/ada-exemplar/',
                min_likelihood: '6',
                required: 'linkedin_url',
                data_include: expect.stringMatching(/^[a-z_,]+$/),
            }),
            body: null,
        },
        readRequestedUrl: ({ query }) => query['profile'] ?? '',
        keyHeader: { name: 'x-api-key', value: (key) => key },
        found: (one) => ({ body: { status: 200, likelihood: 9, data: one } }),
        unknown: { status: 404, body: { status: 404, error: { message: 'canary' } } },
        noCredits: [402],
        keyRefused: [401, 403],
        failures: [400, 405],
        busy: [],
        creditsHeader: { name: 'x-call-credits-spent', value: '1', credits: 1 },
    });

    async function askFor(data: RawRecord): Promise<{ outcome: SourceOutcome; fields: string[] }> {
        const reply = { body: { status: 200, likelihood: 9, data } };
        const { outcome, asked } = await askStandIn(createPeopleDataLabsSource, reply);
        return { outcome, fields: (asked[0]?.query['data_include'] ?? '').split(',') };
    }

    it('requests only the fields that are read, and no contact data or salary', async () => {
        const { fields } = await askFor(record);
        expect(fields).toEqual(expect.arrayContaining(['full_name', 'experience', 'education', 'linkedin_username']));
        expect(fields.filter((field) => /mail|phone|birth|sex|gender|salary|address/.test(field))).toEqual([]);
    });

    it('matches by any LinkedIn address of the record, and returns the main one', async () => {
        const renamed = {
            ...named('ada-of-today'),
            profiles: [{ network: 'linkedin', url: `linkedin.com/in/${handle}`, username: null }],
        };
        const found = { kind: 'found', handle: 'ada-of-today', profile: { identifier: 'ada-of-today' } };
        expect((await askFor(renamed)).outcome).toMatchObject(found);
    });

    it('treats true and false, in place of fields outside the plan, as missing', async () => {
        const poor = { ...record, location_name: true, job_company_name: false, education: true, skills: false };
        const { outcome } = await askFor(poor);
        expect(outcome).toMatchObject({
            profile: { location: { default: null }, company: { name: null }, educations: [], skills: [] },
        });
        expect(outcome).not.toHaveProperty('profile.sections_available', expect.arrayContaining(['education']));
    });

    it('keeps the title of the record where the primary job has another', async () => {
        const { outcome } = await askFor({ ...record, job_title: 'chief of tides' });
        expect(outcome).toMatchObject({ profile: { title: 'chief of tides' } });
    });

    it('has no `data_as_of` from the version of the dataset', async () => {
        expect((await askFor({ ...record, job_last_verified: null })).outcome).toMatchObject({ dataAsOf: null });
    });
});
