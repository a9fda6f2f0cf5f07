import { expect, it, describe } from 'vitest';
import { redactPeople, measureCompleteness } from '../../../src/enrichment/result/profile-content.ts';
import { buildProfile } from '../../helpers/ledger/build-row-draft.ts';
import type { Profile } from '../../../src/enrichment/result/profile.ts';

const noPlace = { country: null, state: null, city: null, default: null, short: null };

describe('measureCompleteness', () => {
    it.each<[string, Partial<Profile>, number, string[]]>([
        [
            'a name only',
            { headline: null },
            0.13,
            ['headline', 'title', 'company', 'location', 'summary', 'position_groups', 'educations'],
        ],
        [
            'a name, a headline and a country',
            { location: { ...noPlace, country: 'DE' } },
            0.38,
            ['title', 'company', 'summary', 'position_groups', 'educations'],
        ],
        [
            'a company without a name, and empty texts',
            { company: { name: null, linkedin_url: 'https://www.linkedin.com/company/x' }, title: '', summary: '' },
            0.25,
            ['title', 'company', 'location', 'summary', 'position_groups', 'educations'],
        ],
        [
            'everything',
            {
                title: 'Engineer',
                company: { name: 'Acme', linkedin_url: null },
                location: { ...noPlace, default: 'Berlin' },
                summary: 'Builds things.',
                position_groups: [
                    {
                        company: { name: 'Acme', linkedin_url: null, logo_url: null },
                        date: { start: null, end: null },
                        profile_positions: [],
                    },
                ],
                educations: [
                    {
                        school: { name: 'A school', linkedin_url: null, logo_url: null },
                        degree_name: null,
                        field_of_study: null,
                        date: { start: null, end: null },
                        grade: null,
                        description: null,
                        activities: null,
                    },
                ],
            },
            1,
            [],
        ],
    ])('%s', (_name, changes, completeness, missing) => {
        expect(measureCompleteness(buildProfile(changes))).toEqual({ completeness, missing });
    });
});

it('removes suppressed people from other profiles, in any spelling', () => {
    const profile = buildProfile({
        related_profiles: [
            { full_name: 'Eve', headline: null, location: null, linkedin_url: 'https://uk.linkedin.com/in/Eve?trk=x' },
            { full_name: 'Bob', headline: null, location: null, linkedin_url: 'https://www.linkedin.com/in/bob' },
        ],
        recommendations: [
            { author: 'Eve', author_url: 'https://www.linkedin.com/in/eve', text: 'Good.' },
            { author: null, author_url: null, text: 'Better.' },
        ],
    });
    const kept = redactPeople(profile, new Set(['https://www.linkedin.com/in/eve/']));
    expect(kept.related_profiles.map((person) => person.full_name)).toEqual(['Bob']);
    expect(kept.recommendations.map(({ text }) => text)).toEqual(['Better.']);
});
