import { describe, expect, it } from 'vitest';
import { measureCompleteness } from '../../../src/enrichment/result/completeness.ts';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import { buildProfile } from '../../helpers/ledger/build-row-draft.ts';

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
