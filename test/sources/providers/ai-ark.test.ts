import { describe, expect, it } from 'vitest';
import { companyDetailsSchema } from '../../../src/enrichment/result/company.ts';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import type { SourceOutcome } from '../../../src/enrichment/source.ts';
import { createAiArkSource } from '../../../src/sources/providers/ai-ark.ts';
import { picture, record } from './ai-ark-record.ts';
import { exampleProfile, organization, position } from './example-profile.ts';
import { describeProvider, handle, type RawRecord } from './provider-contract.ts';
import { askStandIn, type Reply } from './stand-in.ts';

const profile: Profile = {
    ...exampleProfile,
    industry: 'Oceanography',
    picture_url: picture,
    position_groups: [
        {
            company: organization(
                'Neap & Sons',
                'company/neap-sons',
                'https://media.licdn.com/dms/image/v2/made-up/logo?e=1780000000',
            ),
            date: { start: '2019-01', end: null },
            profile_positions: [
                position({
                    title: 'Head of Tides',
                    company: 'Neap & Sons',
                    location: 'Brest, France',
                    description: 'All of them.',
                    employment_type: 'Full-time',
                    date: { start: '2021-06', end: null },
                }),
                position({
                    title: 'Tide Counter',
                    company: 'Neap & Sons',
                    location: 'Brest',
                    is_current: false,
                    date: { start: '2019-01', end: '2021-05' },
                }),
            ],
        },
        {
            company: organization('Old Quay'),
            date: { start: '2012-03', end: '2018-12' },
            profile_positions: [
                position({
                    title: 'Rope Maker',
                    company: 'Old Quay',
                    is_current: false,
                    date: { start: '2012-03', end: '2018-12' },
                }),
            ],
        },
    ],
    educations: [
        {
            school: organization('Tidal Polytechnic', 'school/tidal'),
            degree_name: 'MSc',
            field_of_study: 'Waves',
            date: { start: '2008', end: '2010' },
            grade: null,
            description: null,
            activities: null,
        },
    ],
    languages: ['French', 'Breton'].map((name) => ({ name, proficiency: null })),
    certifications: [
        {
            name: 'Harbour Pilot',
            authority: 'Port Office',
            authority_url: 'https://www.linkedin.com/company/port-office',
            license_number: 'HP-7',
            url: 'https://port.example/ada',
            date: { start: '2015-01', end: null },
        },
    ],
    volunteer_experiences: [
        {
            title: 'Treasurer',
            company: organization('Clean Shores'),
            cause: null,
            date: { start: null, end: null },
            description: null,
        },
    ],
    awards: [{ title: 'Golden Buoy', issuer: null, date: null, description: null }],
    badges: { premium: true, creator: false, open_to_work: false, hiring: false, verified: true, influencer: false },
    department: { departments: ['operations'], functions: ['tides'], seniority: 'head' },
    sections_available: [
        'summary',
        'experience',
        'education',
        'skills',
        'languages',
        'certifications',
        'volunteering',
        'awards',
    ],
};

const page = (content: unknown[], totalElements: unknown = content.length): Reply => ({
    body: { content, totalElements, size: 1, number: 0, pageable: {}, empty: content.length === 0 },
});

function named(other: string | null): RawRecord {
    const address = other === null || other.includes('/') ? other : `https://www.linkedin.com/in/${other}`;
    return { ...record, identifier: null, link: { linkedin: address } };
}

describe('AI Ark', () => {
    describeProvider({
        title: 'AI Ark',
        keyField: 'aiArkApiKey',
        timeoutMs: 15_000,
        maxRequestsPerSecond: 5,
        create: createAiArkSource,
        record,
        named,
        nameOnly: { identifier: handle, profile: { full_name: 'Ada Exemplar' }, position_groups: [] },
        profile,
        dataAsOf: '2026-02-14T08:30:00Z',
        request: {
            method: 'POST',
            path: '/api/developer-portal/v1/people',
            query: {},
            body: {
                page: 0,
                size: 1,
                contact: { linkedin: { any: { include: ['https://www.linkedin.com/in/ada-exemplar/'] } } },
            },
        },
        readRequestedUrl: ({ body }) =>
            (body as { contact: { linkedin: { any: { include: [string] } } } }).contact.linkedin.any.include[0],
        keyHeader: { name: 'x-token', value: (key) => key },
        found: (one) => page([one]),
        unknown: page([]),
        noCredits: [402],
        keyRefused: [401, 403],
        failures: [400, 404],
        busy: [],
        creditsHeader: { name: 'x-credit', value: '-0.5', credits: 0.5 },
    });

    const askFor = async (reply: Reply): Promise<SourceOutcome> => (await askStandIn(createAiArkSource, reply)).outcome;
    const companyOf = (outcome: SourceOutcome) => (outcome.kind === 'found' ? outcome.companyDetails : undefined);

    it('reports not found for a response that ignored the filter', async () => {
        expect(await askFor(page([record], 412_000_000))).toEqual({ kind: 'not_found' });
        expect(await askFor(page([record, named('somebody-else')]))).toEqual({ kind: 'not_found' });
        expect(await askFor(page([record, record], 'many'))).toEqual({ kind: 'not_found' });
        expect(await askFor(page([record], null))).toMatchObject({ kind: 'found' });
    });

    it("matches by the record's address, and by its identifier only without one", async () => {
        const link = (linkedin: unknown) => page([{ ...record, link: { linkedin } }]);
        expect(await askFor(link('https://www.linkedin.com/in/somebody-else'))).toEqual({ kind: 'not_found' });
        expect(await askFor(link(null))).toMatchObject({ kind: 'found' });
        // An encoded member id is not a handle.
        expect(await askFor(link(`https://www.linkedin.com/in/ACoAA${'B'.repeat(34)}`))).toMatchObject({
            kind: 'found',
        });
    });

    it('returns the current company', async () => {
        const details = companyOf(await askFor(page([record])));
        expect(details).toEqual({
            organization_id: null,
            name: 'Neap & Sons',
            linkedin_url: 'https://www.linkedin.com/company/neap-sons',
            tagline: null,
            description: 'Tide tables since 1901.',
            website: 'https://neap.example',
            domain: 'neap.example',
            industry: 'maritime',
            company_type: 'PRIVATELY_HELD',
            company_size: { min: 11, max: 50 },
            employees_on_linkedin: 42,
            followers_count: null,
            founded_year: 1901,
            headquarters: {
                country: 'FR',
                state: 'Brittany',
                city: 'Brest',
                default: '1 Quay, Brest, France',
                short: 'Brest, Brittany',
            },
            locations: [
                { address: '1 Quay, Brest, France', country: 'FR', is_headquarters: true },
                { address: 'Lorient, Brittany, France', country: 'FR', is_headquarters: false },
            ],
            specialties: [],
            logo_url: null,
            cover_url: null,
            funding: null,
        });
        expect(companyDetailsSchema.parse(details)).toEqual(details);
    });

    it.each([
        ['51-200', { min: 51, max: 200 }],
        ['10,001+ employees', { min: 10_001, max: null }],
        [
            { start: 2, end: 10 },
            { min: 2, max: 10 },
        ],
        [{ start: 10_001 }, { min: 10_001, max: null }],
        ['many', null],
        [null, null],
    ])('reads the staff range %j', async (range, expected) => {
        const company = { summary: { name: 'Neap & Sons', staff: { range }, founded_year: 1600 } };
        const details = companyOf(await askFor(page([{ ...record, company }])));
        expect(details).toMatchObject({ company_size: expected, founded_year: null, headquarters: null, domain: null });
    });

    it('ignores a company that is not the current one', async () => {
        const company = {
            summary: { name: 'Old Quay' },
            link: { linkedin: 'https://www.linkedin.com/company/old-quay' },
        };
        expect(companyOf(await askFor(page([{ ...record, company }])))).toBeNull();
    });

    it('takes the latest open group as the current company, else the company of the record', async () => {
        const group = (name: string, start: string | null, end: string | null) => ({
            company: { name },
            date: { start, end },
            profile_positions: [{ title: 'Sailor', date: { start, end } }],
        });
        const companyFor = async (groups: unknown[]) => {
            const outcome = await askFor(page([{ ...record, position_groups: groups }]));
            return outcome.kind === 'found' ? outcome.profile.company.name : null;
        };
        const undated = group('Undated', null, null);
        const ended = group('Ended', '2024-01-01', '2025-01-31');
        const [older, newer] = [group('Older', '2020-01-01', null), group('Newer', '2022-05-01', null)];
        expect(await companyFor([undated, older, newer, ended])).toBe('Newer');
        expect(await companyFor([undated, ended])).toBe('Neap & Sons');
    });
});
