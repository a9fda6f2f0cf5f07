import { describe, expect, it } from 'vitest';
import { addCompatibilityFields } from '../../src/actor/ledger/row-compatibility.ts';
import type { RowDraft } from '../../src/actor/ledger/row.ts';
import { buildProfile, buildRowDraft } from '../helpers/ledger/build-row-draft.ts';
import { readByHandle, readCard, readFirstByStatus, readValidated, readWithDiagnostics, type Item } from './readers.ts';

const span = { start: '2019-03', end: null };
const organization = (name: string) => ({ name, linkedin_url: null, logo_url: null });
const profile = buildProfile({
    identifier: 'person-0',
    title: 'Engineer',
    summary: 'Builds bridges.',
    company: { name: 'Acme', linkedin_url: 'https://www.linkedin.com/company/acme' },
    location: { country: 'NL', state: null, city: 'Utrecht', default: 'Utrecht, Netherlands', short: null },
    picture_url: 'https://media.example/ada.jpg',
    followers_count: 812,
    skills: ['Welding'],
    position_groups: [
        {
            company: organization('Acme'),
            date: span,
            profile_positions: [
                {
                    title: 'Engineer',
                    company: 'Acme',
                    location: null,
                    description: null,
                    employment_type: null,
                    is_current: true,
                    date: span,
                },
            ],
        },
    ],
    languages: [{ name: 'Dutch', proficiency: null }],
    badges: { premium: true, creator: false, open_to_work: false, hiring: false, verified: true, influencer: false },
    department: { departments: [], functions: [], seniority: 'senior' },
});

/** The row as stored, through JSON. */
function itemOf(draft: RowDraft, fields: string[] | null = null): Item {
    const row = { ...draft, meta: { ...draft.meta, batch_id: 'b1' } };
    return JSON.parse(JSON.stringify(addCompatibilityFields(row, fields, Date.parse('2026-02-03T04:05:06Z')))) as Item;
}

const found = itemOf({ ...buildRowDraft(0), profile } as RowDraft);
const missing = itemOf(buildRowDraft(0, 'not_found'));
const refused = itemOf(buildRowDraft(0, 'error'));
const { canonical_url: _, ...line } = buildRowDraft(0, 'error');
const invalid = itemOf({
    ...line,
    code: 'validation_failed',
    message: 'This is a company page, not a person.',
    meta: { ...line.meta, source: null, fetched_at: null, cause: null },
} as RowDraft);

describe('a program that reads the first item', () => {
    it('gets a profile, not found, or a failure with its kind and reason', () => {
        expect(readFirstByStatus([found])).toMatchObject({
            person: { name: 'Ada Example', jobs: ['Engineer at Acme'], skills: ['Welding'] },
        });
        expect(readFirstByStatus([missing])).toBe('not_found');
        expect(readFirstByStatus([refused])).toEqual({ failure: 'The source refused.', kind: 'upstream_error' });
        expect(readFirstByStatus([invalid])).toEqual({
            failure: 'This is a company page, not a person.',
            kind: 'validation_failed',
        });
    });
});

describe('a program that shows a card', () => {
    it('gets texts, URLs and numbers where it expects them', () => {
        expect(readCard([found])).toMatchObject({
            person: {
                location: 'Utrecht, Netherlands',
                skills: 'Welding',
                employers: [['Acme', 'Engineer']],
                picture: 'https://media.example/ada.jpg',
                network: 812,
            },
        });
        for (const item of [missing, refused, invalid]) expect(readCard([item])).toBe('not_found');
    });
});

describe('a program that explains failures', () => {
    it('finds a text with the reason', () => {
        expect(readWithDiagnostics([found])).toMatchObject({
            person: { place: 'Utrecht, Netherlands', jobs: [['Acme', '2019-03', '']], languages: ['Dutch'] },
        });
        expect(readWithDiagnostics([missing])).toMatchObject({ failure: expect.stringContaining('no public profile') });
        expect(readWithDiagnostics([refused])).toMatchObject({ failure: 'The source refused.' });
        expect(readWithDiagnostics([invalid])).toMatchObject({ failure: expect.stringContaining('company page') });
    });
});

describe('a program that validates rows', () => {
    it('finds every row valid', () => {
        expect(readValidated([found])).toMatchObject({ person: { id: 'person-0', first: 'Ada', company: 'Acme' } });
        expect(readValidated([missing])).toBe('not_found');
        expect(readValidated([refused])).toMatchObject({ kind: 'upstream_error' });
        expect(readValidated([invalid])).toMatchObject({ kind: 'validation_failed' });
    });
});

describe('a program that looks for its handle', () => {
    it('finds its row by identifier or link, and no empty profile on a miss', () => {
        const other = itemOf({ ...buildRowDraft(1), profile: { ...profile, identifier: 'person-1' } } as RowDraft);
        expect(readByHandle([other, found], 'person-0')).toMatchObject({
            person: { badges: ['premium', 'verified'], seniority: 'senior', updated: '' },
        });
        const byLink = { ...found, profile: { ...found['profile'], identifier: null } };
        expect(readByHandle([other, byLink], 'person-0')).toHaveProperty('person');
        for (const item of [missing, refused, invalid])
            expect(readByHandle([item], 'person-0')).toHaveProperty('failure');
    });
});

describe('the fields for older programs', () => {
    it('repeat values of the row, and are always present', () => {
        expect(found).toMatchObject({
            company_details: null,
            _metadata: {
                extracted_at: '2026-01-01T00:00:00.000Z',
                source: 'public-page',
                request_id: expect.any(String),
            },
            profile: { links: { linkedin: 'https://www.linkedin.com/in/person-0/' }, last_updated: null },
        });
        expect(found).not.toHaveProperty('reason');
        for (const item of [missing, refused, invalid]) {
            expect(item).toMatchObject({ company_details: null });
            expect(item).not.toHaveProperty('profile');
        }
        expect(missing).not.toHaveProperty('error_kind');
        expect(invalid).toMatchObject({ _metadata: { extracted_at: '2026-02-03T04:05:06.000Z', source: null } });
    });

    it('are removed from the profile or kept by `fields`', () => {
        const draft = { ...buildRowDraft(0), profile } as RowDraft;
        expect(itemOf(draft, ['full_name'])['profile']).not.toHaveProperty('links');
        expect(itemOf(draft, ['links'])['profile']).toHaveProperty('links');
    });
});
