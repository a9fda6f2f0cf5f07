import type { RawRecord } from './provider-contract.ts';

export const picture = 'https://media.licdn.com/dms/image/v2/made-up/photo?e=1780000000&v=beta&t=signature';

/** A complete record, with fields that must not be read. */
export const record: RawRecord = {
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
