import { describe, expect, it } from 'vitest';
import { companyDetailsSchema } from '../../../src/enrichment/result/company.ts';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import type { SourceOutcome } from '../../../src/enrichment/source.ts';
import { createAiArkSource } from '../../../src/sources/providers/ai-ark.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { describeProvider, handle, type RawRecord } from './provider-contract.ts';
import { ask } from './service-contract.ts';
import { startStandIn, type Reply } from './stand-in.ts';

const picture = 'https://media.licdn.com/dms/image/v2/made-up/photo?e=1780000000&v=beta&t=signature';

const record: RawRecord = {
    id: 'f0e1d2c3',
    identifier: 'ada-exemplar',
    profile: {
        first_name: 'Ada',
        last_name: 'Exemplar',
        full_name: 'Ada Exemplar',
        headline: 'Tide tables &amp; tea',
        title: 'Head of Tides',
        summary: 'I count waves.\n\nAnd more waves.',
        picture: { source: picture },
        background: { source: null },
    },
    link: { linkedin: 'https://www.linkedin.com/in/ada-exemplar', twitter: 'https://x.example/canary' },
    location: {
        default: 'Brest, Brittany, France, Europe',
        short: 'Brest, Brittany',
        country: 'France',
        state: 'Brittany',
        city: 'Brest',
    },
    languages: {
        primary_locale: { country: 'FR', language: 'fr' },
        supported_locales: [],
        profile_languages: ['French', { name: 'Breton', proficiency: 'NATIVE' }, '', null],
    },
    industry: 'Oceanography',
    educations: [
        {
            school: {
                id: '1',
                name: 'Tidal Polytechnic',
                logo: { source: null },
                url: 'https://www.linkedin.com/school/tidal/',
            },
            degree_name: 'MSc',
            field_of_study: 'Waves',
            grade: '---',
            date: { start: '2008-01-01', end: '2010-12-31' },
        },
        { school: { name: '' } },
    ],
    certifications: [
        {
            name: 'Harbour Pilot',
            authority: 'Port Office',
            url: 'https://port.example/ada',
            license_number: 'HP-7',
            display_source: 'port.example',
            company: { name: 'Port Office', url: 'https://www.linkedin.com/company/port-office' },
            date: { start: '2015-01-01', end: '1600-01-01' },
        },
    ],
    position_groups: [
        {
            company: {
                id: '2',
                name: 'Neap & Sons',
                logo: 'https://media.licdn.com/dms/image/v2/made-up/logo?e=1780000000',
                url: 'https://fr.linkedin.com/company/neap-sons/?trk=x',
                employees: { start: 11, end: 50 },
            },
            date: { start: '2019-01-01', end: null },
            profile_positions: [
                {
                    company: 'Neap & Sons',
                    title: 'Head of Tides',
                    description: 'All of them.',
                    employment_type: 'Full-time',
                    location: 'Brest, France',
                    date: { start: '2021-06-01', end: null },
                },
                {
                    company: null,
                    title: 'Tide Counter',
                    description: '',
                    employment_type: null,
                    location: { default: 'Brest' },
                    date: { start: '2019-01-01', end: '2021-05-31' },
                },
                null,
            ],
        },
        {
            company: { name: 'Old Quay', logo: { source: 'https://static.licdn.com/aero-v1/sc/h/ghost' }, url: null },
            date: { start: '2012-03-01', end: '2018-12-31' },
            profile_positions: [{ title: 'Rope Maker', date: { start: '2012-03-01', end: '2018-12-31' } }],
        },
    ],
    skills: ['Counting', 'Counting', ' Waves ', 9_223_372_036_854_776_000],
    member_badges: { premium: true, creator: false, open_to_work: false, hiring: null, verified: true },
    company: {
        id: 'c2',
        summary: {
            name: 'Neap & Sons',
            description: 'Tide tables since 1901.',
            founded_year: 1901,
            type: 'PRIVATELY_HELD',
            industry: 'maritime',
            staff: { total: 42, range: { start: 11, end: 50 } },
            logo: { source: null },
            revenue: { canary: 1 },
        },
        link: {
            website: 'https://neap.example',
            domain: 'www.Neap.example',
            linkedin: 'https://www.linkedin.com/company/neap-sons',
        },
        location: {
            headquarter: {
                raw_address: '1 Quay, Brest, France',
                city: 'Brest',
                state: 'Brittany',
                country: 'France',
                postal_code: '29200',
            },
            locations: [{ raw_address: '1 Quay, Brest, France', country: 'France' }, 'Lorient, Brittany, France', {}],
        },
    },
    department: { departments: ['operations'], functions: ['tides'], seniority: 'head' },
    statistics: { network: { followers_count: 812, connections_count: 500 } },
    awards: [{ title: 'Golden Buoy' }, {}],
    volunteer_experiences: [{ role: 'Treasurer', company: { name: 'Clean Shores' } }],
    email: 'canary@ada.example',
    contact: { phones: ['+33 canary'], emails: [{ address: 'canary@ada.example' }] },
    gender: 'canary',
    birth_date: 'canary',
    last_updated: '2026-02-14T08:30:00Z',
};

const profile: Profile = {
    identifier: 'ada-exemplar',
    full_name: 'Ada Exemplar',
    first_name: 'Ada',
    last_name: 'Exemplar',
    title: 'Head of Tides',
    headline: 'Tide tables & tea',
    summary: 'I count waves.\nAnd more waves.',
    company: { name: 'Neap & Sons', linkedin_url: 'https://www.linkedin.com/company/neap-sons' },
    location: {
        country: 'FR',
        state: 'Brittany',
        city: 'Brest',
        default: 'Brest, Brittany, France',
        short: 'Brest, Brittany',
    },
    industry: 'Oceanography',
    picture_url: picture,
    background_url: null,
    followers_count: 812,
    connections_count: 500,
    skills: ['Counting', 'Waves'],
    position_groups: [
        {
            company: {
                name: 'Neap & Sons',
                linkedin_url: 'https://www.linkedin.com/company/neap-sons',
                logo_url: 'https://media.licdn.com/dms/image/v2/made-up/logo?e=1780000000',
            },
            date: { start: '2019-01', end: null },
            profile_positions: [
                {
                    title: 'Head of Tides',
                    company: 'Neap & Sons',
                    location: 'Brest, France',
                    description: 'All of them.',
                    employment_type: 'Full-time',
                    is_current: null,
                    date: { start: '2021-06', end: null },
                },
                {
                    title: 'Tide Counter',
                    company: 'Neap & Sons',
                    location: 'Brest',
                    description: null,
                    employment_type: null,
                    is_current: false,
                    date: { start: '2019-01', end: '2021-05' },
                },
            ],
        },
        {
            company: { name: 'Old Quay', linkedin_url: null, logo_url: null },
            date: { start: '2012-03', end: '2018-12' },
            profile_positions: [
                {
                    title: 'Rope Maker',
                    company: 'Old Quay',
                    location: null,
                    description: null,
                    employment_type: null,
                    is_current: false,
                    date: { start: '2012-03', end: '2018-12' },
                },
            ],
        },
    ],
    educations: [
        {
            school: {
                name: 'Tidal Polytechnic',
                linkedin_url: 'https://www.linkedin.com/school/tidal',
                logo_url: null,
            },
            degree_name: 'MSc',
            field_of_study: 'Waves',
            date: { start: '2008', end: '2010' },
            grade: null,
            description: null,
            activities: null,
        },
    ],
    languages: [
        { name: 'French', proficiency: null },
        { name: 'Breton', proficiency: null },
    ],
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
            company: { name: 'Clean Shores', linkedin_url: null, logo_url: null },
            cause: null,
            date: { start: null, end: null },
            description: null,
        },
    ],
    publications: [],
    projects: [],
    courses: [],
    awards: [{ title: 'Golden Buoy', issuer: null, date: null, description: null }],
    recommendations: [],
    recommendations_count: null,
    articles: [],
    patents: [],
    organizations: [],
    test_scores: [],
    services: [],
    websites: [],
    related_profiles: [],
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
    masked_sections: [],
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

    async function askFor(reply: Reply): Promise<SourceOutcome> {
        const standIn = await startStandIn(() => reply);
        const source = createAiArkSource({ apiKey: 'k', origin: standIn.origin, clock: systemClock });
        try {
            return await ask(source, handle);
        } finally {
            await standIn.close();
        }
    }
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
