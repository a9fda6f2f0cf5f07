import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import type { SourceOutcome } from '../../../src/enrichment/source.ts';
import { createEnrichLayerSource } from '../../../src/sources/providers/enrich-layer.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { day, picture, record } from './enrich-layer-record.ts';
import { exampleProfile, organization, position } from './example-profile.ts';
import { describeProvider, handle, type RawRecord } from './provider-contract.ts';
import { askStandIn } from './stand-in.ts';

const profile: Profile = {
    ...exampleProfile,
    picture_url: picture,
    position_groups: [
        {
            company: organization('Neap & Sons', 'company/neap-sons', 'https://pictures.example/neap.png'),
            date: { start: '2019-01', end: null },
            profile_positions: [
                position({
                    title: 'Head of Tides',
                    company: 'Neap & Sons',
                    location: 'Brest, France',
                    description: 'All of them.',
                    date: { start: '2021-06', end: null },
                }),
                position({
                    title: 'Tide Counter',
                    company: 'NEAP & Sons',
                    is_current: false,
                    date: { start: '2019-01', end: '2021-05' },
                }),
            ],
        },
        {
            company: organization('Old Quay'),
            date: { start: '2012', end: '2018-12' },
            profile_positions: [
                position({
                    title: 'Rope Maker',
                    company: 'Old Quay',
                    is_current: false,
                    date: { start: '2012', end: '2018-12' },
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
            company: organization('Clean Shores', 'company/clean-shores'),
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
    articles: [{ title: 'Why tides', url: 'https://www.linkedin.com/pulse/why-tides', date: '2019-08' }],
    patents: [{ title: 'Foam meter', issuer: 'eu', number: 'A-1', date: '2018', url: null, description: null }],
    organizations: [
        { name: 'Society of Waves', title: 'Member', date: { start: '2016-04', end: null }, description: null },
    ],
    test_scores: [{ name: 'Knot test', score: '12', date: '2007-05', description: null }],
    related_profiles: [
        {
            full_name: 'Bo Sample',
            headline: 'Sailor',
            location: null,
            linkedin_url: 'https://www.linkedin.com/in/bo-sample/',
        },
    ],
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

    const askFor = async (body: RawRecord): Promise<SourceOutcome> =>
        (await askStandIn(createEnrichLayerSource, { body })).outcome;

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
