import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import type { SourceOutcome } from '../../../src/enrichment/source.ts';
import { createEnrichLayerSource } from '../../../src/sources/providers/enrich-layer.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { describeProvider, handle, type RawRecord } from './provider-contract.ts';
import { ask } from './service-contract.ts';
import { startStandIn } from './stand-in.ts';

const picture = 'https://pictures.example/ada.jpg?X-Amz-Expires=1800&X-Amz-Signature=made-up';
const day = (year: number, month: number | null = null, date: number | null = null) => ({ day: date, month, year });

const record: RawRecord = {
    public_identifier: 'ada-exemplar',
    profile_pic_url: picture,
    background_cover_image_url: null,
    first_name: 'Ada',
    last_name: 'Exemplar',
    full_name: 'Ada Exemplar',
    follower_count: 812,
    connections: 500,
    occupation: 'Head of Tides at Neap & Sons',
    headline: 'Tide tables & tea',
    summary: 'I count waves.\n\nAnd more waves.',
    country: 'FR',
    country_full_name: 'France',
    city: 'Brest',
    state: 'Brittany',
    experiences: [
        {
            starts_at: day(2021, 6, 1),
            ends_at: null,
            company: 'Neap & Sons',
            company_linkedin_profile_url: 'https://www.linkedin.com/company/neap-sons/',
            company_facebook_profile_url: null,
            title: 'Head of Tides',
            description: 'All of them.',
            location: 'Brest, France',
            logo_url: 'https://pictures.example/neap.png',
        },
        {
            starts_at: day(2019, 1, 1),
            ends_at: day(2021, 5, 31),
            company: 'NEAP & Sons',
            company_linkedin_profile_url: null,
            title: 'Tide Counter',
            description: '---',
            location: null,
            logo_url: null,
        },
        null,
        {
            starts_at: day(2012),
            ends_at: day(2018, 12, 31),
            company: 'Old Quay',
            title: 'Rope Maker',
        },
    ],
    education: [
        {
            starts_at: day(2008, 1, 1),
            ends_at: day(2010, 12, 31),
            field_of_study: 'Waves',
            degree_name: 'MSc',
            school: 'Tidal Polytechnic',
            school_linkedin_profile_url: 'https://www.linkedin.com/school/tidal/',
            school_facebook_profile_url: null,
            description: 'A thesis on foam.',
            logo_url: null,
            grade: '3.9',
            activities_and_societies: 'Rowing',
        },
        { school: null, degree_name: 'Lost' },
    ],
    languages: ['French', 'Breton'],
    languages_and_proficiencies: [
        { name: 'French', proficiency: 'NATIVE_OR_BILINGUAL' },
        { name: 'Breton', proficiency: null },
    ],
    accomplishment_organisations: [
        { starts_at: day(2016, 4, 1), ends_at: null, org_name: 'Society of Waves', title: 'Member', description: null },
    ],
    accomplishment_publications: [
        {
            name: 'On Neap Tides',
            publisher: 'Journal of Tides',
            published_on: day(2017, 3, 1),
            description: null,
            url: 'https://papers.example/neap',
        },
    ],
    accomplishment_honors_awards: [
        { title: 'Golden Buoy', issuer: 'Harbour Guild', issued_on: day(2020, 12, 1), description: 'For counting.' },
    ],
    accomplishment_patents: [
        {
            title: 'Foam meter',
            issuer: 'eu',
            issued_on: day(2018),
            description: null,
            application_number: 'A-1',
            patent_number: null,
            url: null,
        },
    ],
    accomplishment_courses: [{ name: 'Typography I', number: 'T-101' }],
    accomplishment_projects: [
        {
            starts_at: day(2014, 2, 1),
            ends_at: day(2014, 9, 30),
            title: 'Project Foam',
            description: 'Measures foam.',
            url: 'foam.example/project',
        },
    ],
    accomplishment_test_scores: [{ name: 'Knot test', score: '12', date_on: day(2007, 5, 1), description: null }],
    volunteer_work: [
        {
            starts_at: day(2015, 1, 1),
            ends_at: null,
            title: 'Treasurer',
            cause: 'ENVIRONMENT',
            company: 'Clean Shores',
            company_linkedin_profile_url: 'https://www.linkedin.com/company/clean-shores',
            description: null,
            logo_url: null,
        },
    ],
    certifications: [
        {
            starts_at: day(2015, 1, 1),
            ends_at: day(1600, 1, 1),
            name: 'Harbour Pilot',
            license_number: 'HP-7',
            display_source: 'port.example',
            authority: 'Port Office',
            url: 'https://port.example/ada',
        },
    ],
    people_also_viewed: [
        { link: 'https://www.linkedin.com/in/bo-sample', name: 'Bo Sample', summary: 'Sailor', location: null },
        { link: 'https://elsewhere.example/canary', name: 'Canary' },
    ],
    recommendations: ['Knows every wave.', '', null],
    activities: [{ title: 'canary' }],
    similarly_named_profiles: [{ name: 'Canary' }],
    articles: [
        { title: 'Why tides', link: 'https://www.linkedin.com/pulse/why-tides', published_date: day(2019, 8, 4) },
    ],
    groups: [{ name: 'canary' }],
    skills: ['Counting', 'Waves', 'Counting'],
    inferred_salary: { min: 'canary', max: null },
    gender: 'canary',
    birth_date: { canary: 1 },
    personal_emails: ['canary@ada.example'],
    personal_numbers: ['+33 canary'],
    meta: { last_updated: '2026-02-14T08:30:00Z', thin_profile: false },
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
    industry: null,
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
                logo_url: 'https://pictures.example/neap.png',
            },
            date: { start: '2019-01', end: null },
            profile_positions: [
                {
                    title: 'Head of Tides',
                    company: 'Neap & Sons',
                    location: 'Brest, France',
                    description: 'All of them.',
                    employment_type: null,
                    is_current: null,
                    date: { start: '2021-06', end: null },
                },
                {
                    title: 'Tide Counter',
                    company: 'NEAP & Sons',
                    location: null,
                    description: null,
                    employment_type: null,
                    is_current: false,
                    date: { start: '2019-01', end: '2021-05' },
                },
            ],
        },
        {
            company: { name: 'Old Quay', linkedin_url: null, logo_url: null },
            date: { start: '2012', end: '2018-12' },
            profile_positions: [
                {
                    title: 'Rope Maker',
                    company: 'Old Quay',
                    location: null,
                    description: null,
                    employment_type: null,
                    is_current: false,
                    date: { start: '2012', end: '2018-12' },
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
            grade: '3.9',
            description: 'A thesis on foam.',
            activities: 'Rowing',
        },
    ],
    languages: [
        { name: 'French', proficiency: 'NATIVE_OR_BILINGUAL' },
        { name: 'Breton', proficiency: null },
    ],
    certifications: [
        {
            name: 'Harbour Pilot',
            authority: 'Port Office',
            authority_url: null,
            license_number: 'HP-7',
            url: 'https://port.example/ada',
            date: { start: '2015-01', end: null },
        },
    ],
    volunteer_experiences: [
        {
            title: 'Treasurer',
            company: {
                name: 'Clean Shores',
                linkedin_url: 'https://www.linkedin.com/company/clean-shores',
                logo_url: null,
            },
            cause: 'ENVIRONMENT',
            date: { start: '2015-01', end: null },
            description: null,
        },
    ],
    publications: [
        {
            name: 'On Neap Tides',
            publisher: 'Journal of Tides',
            date: '2017-03',
            url: 'https://papers.example/neap',
            description: null,
        },
    ],
    projects: [
        {
            name: 'Project Foam',
            url: 'https://foam.example/project',
            date: { start: '2014-02', end: '2014-09' },
            description: 'Measures foam.',
        },
    ],
    courses: [{ name: 'Typography I', number: 'T-101' }],
    awards: [{ title: 'Golden Buoy', issuer: 'Harbour Guild', date: '2020-12', description: 'For counting.' }],
    recommendations: [{ author: null, author_url: null, text: 'Knows every wave.' }],
    recommendations_count: null,
    articles: [{ title: 'Why tides', url: 'https://www.linkedin.com/pulse/why-tides', date: '2019-08' }],
    patents: [{ title: 'Foam meter', issuer: 'eu', number: 'A-1', date: '2018', url: null, description: null }],
    organizations: [
        { name: 'Society of Waves', title: 'Member', date: { start: '2016-04', end: null }, description: null },
    ],
    test_scores: [{ name: 'Knot test', score: '12', date: '2007-05', description: null }],
    services: [],
    websites: [],
    related_profiles: [
        {
            full_name: 'Bo Sample',
            headline: 'Sailor',
            location: null,
            linkedin_url: 'https://www.linkedin.com/in/bo-sample/',
        },
    ],
    badges: null,
    department: null,
    sections_available: [
        'summary',
        'experience',
        'education',
        'skills',
        'languages',
        'certifications',
        'volunteering',
        'publications',
        'projects',
        'courses',
        'awards',
        'recommendations',
        'articles',
        'patents',
        'organizations',
        'test_scores',
        'related_profiles',
    ],
    masked_sections: [],
};

describe('Enrich Layer', () => {
    describeProvider({
        title: 'Enrich Layer',
        keyField: 'enrichLayerApiKey',
        timeoutMs: 10_000,
        maxRequestsPerSecond: 5,
        create: createEnrichLayerSource,
        record,
        named: (other) => ({ ...record, public_identifier: other }),
        nameOnly: { public_identifier: handle, full_name: 'Ada Exemplar', experiences: [] },
        profile,
        dataAsOf: '2026-02-14T08:30:00Z',
        request: {
            method: 'GET',
            path: '/api/v2/profile',
            query: { profile_url: 'https://www.linkedin.com/in/ada-exemplar/' },
            body: null,
        },
        readRequestedUrl: ({ query }) => query['profile_url'] ?? '',
        keyHeader: { name: 'authorization', value: (key) => `Bearer ${key}` },
        found: (one) => ({ body: one }),
        unknown: { status: 404, body: { code: 404, description: 'canary' } },
        noCredits: [403, 402],
        keyRefused: [401],
        failures: [400, 410],
        busy: [503],
    });

    async function askFor(body: RawRecord): Promise<SourceOutcome> {
        const standIn = await startStandIn(() => ({ body }));
        const source = createEnrichLayerSource({ apiKey: 'k', origin: standIn.origin, clock: systemClock });
        try {
            return await ask(source, handle);
        } finally {
            await standIn.close();
        }
    }

    it('reports not found for a record that it marks as thin', async () => {
        const meta = { last_updated: null, thin_profile: true };
        expect(await askFor({ ...record, meta })).toEqual({ kind: 'not_found' });
    });

    it('has no current job when all jobs have ended', async () => {
        const experiences = [{ company: 'Old Quay', title: 'Rope Maker', starts_at: day(2012), ends_at: day(2018) }];
        expect(await askFor({ ...record, experiences })).toMatchObject({
            profile: { title: null, company: { name: null, linkedin_url: null } },
        });
    });

    it('does not say whether a job with an end in the future is current', async () => {
        const nextYear = new Date(systemClock.now()).getUTCFullYear() + 1;
        const experiences = [{ company: 'Old Quay', title: 'Diver', starts_at: day(2020), ends_at: day(nextYear, 1) }];
        expect(await askFor({ ...record, experiences })).toMatchObject({
            profile: { position_groups: [{ profile_positions: [{ is_current: null }] }] },
        });
    });

    it('groups only consecutive jobs at one company', async () => {
        const job = (company: string, slug: string | null) => ({
            company,
            company_linkedin_profile_url: slug === null ? null : `https://www.linkedin.com/company/${slug}`,
            title: 'Sailor',
            starts_at: day(2012),
            ends_at: day(2013),
        });
        const experiences = [
            job('Quay', 'quay'),
            job('Quay', null),
            job('Quay', 'quay-2'),
            job('Foam', null),
            job('Quay', 'quay'),
        ];
        const outcome = await askFor({ ...record, experiences });
        const groups = outcome.kind === 'found' ? outcome.profile.position_groups : [];
        expect(groups.map(({ profile_positions: { length } }) => length)).toEqual([2, 1, 1, 1]);
    });

    it('falls back to languages without proficiencies', async () => {
        expect(await askFor({ ...record, languages_and_proficiencies: null })).toMatchObject({
            profile: {
                languages: [
                    { name: 'French', proficiency: null },
                    { name: 'Breton', proficiency: null },
                ],
            },
        });
    });

    it('distinguishes empty, missing and unreadable lists', async () => {
        const outcome = await askFor({
            ...record,
            skills: [],
            languages: null,
            languages_and_proficiencies: null,
            articles: [{}],
        });
        if (outcome.kind !== 'found') throw new Error('no profile found');
        expect(outcome.profile.sections_available).toContain('skills');
        expect(outcome.profile.sections_available).not.toContain('languages');
        expect(outcome.unreadSections).toEqual(['articles']);
    });
});
