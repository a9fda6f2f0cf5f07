import { describe, expect, it } from 'vitest';
import { isLabel, readColumnName, readPathName } from '../../../../../src/actor/input/lists/table/column-names.ts';

describe('the name of a column', () => {
    it.each([
        [
            'linkedin',
            [
                'LinkedIn',
                'linkedin_url',
                'personLinkedinUrl',
                'LINKEDIN PROFILE',
                'Linked In',
                'LinkedIn-Profil',
                'Lien LinkedIn',
                'profileUrl',
                'Public Profile URL',
                'defaultProfileUrl',
                'LI URL',
                'LinkedIn URL (Person)',
            ],
        ],
        ['link', ['URL', 'links', 'profile', 'Person URL', 'Perfil', 'URL del perfil', 'canonical_url']],
        [
            'handle',
            [
                'handle',
                'Username',
                'user name',
                'public_identifier',
                'publicIdentifier',
                'vanity name',
                'LinkedIn handle',
                'slug',
            ],
        ],
        [
            'someone_else',
            [
                'Company LinkedIn URL',
                'Manager',
                'Referred by',
                'Introduced by',
                'recruiterProfileUrl',
                'Vorgesetzter',
                'linkedin company',
            ],
        ],
        [
            'other',
            [
                'Name',
                'First Name',
                'Email Address',
                'Website',
                'Sales Navigator URL',
                'Profile Picture URL',
                'postUrl',
                'twitter handle',
                'X username',
                'LinkedIn followers',
                'Connected On',
                'Notes',
            ],
        ],
        [null, ['Verweis', 'x', 'organicResults', 'GitHub username', '', '42', 'a b c d e f g h i url']],
    ])('means %s', (meaning, names) => {
        for (const name of names) expect(readColumnName(name), name).toBe(meaning);
    });

    it.each([
        [['social', 'linkedin'], 'linkedin'],
        [['linkedin', 'url'], 'linkedin'],
        [['organicResults', 'url'], 'link'],
        [['manager', 'linkedin'], 'someone_else'],
        [['company', 'url'], 'someone_else'],
        [['company', 'employees', 'url'], 'link'],
        [['people_also_viewed', 'link'], 'someone_else'],
        [['related_profiles', 'linkedin_url'], 'someone_else'],
        [['person', 'publicIdentifier'], 'handle'],
    ])('in a path %j means %s', (keys, meaning) => expect(readPathName(keys)).toBe(meaning));

    it('is short and not an address', () => {
        expect(['LinkedIn URL', 'Link:', 'Name (of the person)'].every(isLabel)).toBe(true);
        expect(['https://lnkd.in/x', 'lnkd.in/x', 'a@example.com', '{"a":1}', 'x'.repeat(81)].some(isLabel)).toBe(
            false,
        );
    });
});
