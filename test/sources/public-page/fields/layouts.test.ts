import { describe, expect, it } from 'vitest';
import { expectMasked, expectProfile } from '../../../fixtures/expected-profile.ts';
import { pageLanguageNames } from '../../../fixtures/page-languages.ts';
import { pageEras } from '../../../fixtures/page-markup.ts';
import { renderPersonPage } from '../../../fixtures/render-page.ts';
import { barePerson, fullPerson } from '../../../fixtures/shown-person.ts';
import { readExamplePage } from '../../../helpers/pages/read-page.ts';

describe.each(pageEras)('the layout of %d', (era) => {
    it.each(pageLanguageNames)('yields every field of a full page in %s', async (language) => {
        const reading = await readExamplePage(renderPersonPage(fullPerson, { era, language }));
        expect(reading).toMatchObject({ kind: 'found', handle: 'ada-example', unreadSections: [] });
        if (reading.kind !== 'found') return;
        const { location, ...profile } = reading.profile;
        expect(profile).toEqual(expectProfile(fullPerson, era));
        expect(location.default).toBe(fullPerson.place);
    });

    it('invents nothing on a page with only a name and a headline', async () => {
        const reading = await readExamplePage(renderPersonPage(barePerson, { era }));
        expect(reading).toMatchObject({ kind: 'found', unreadSections: [] });
        if (reading.kind !== 'found') return;
        const { location, ...profile } = reading.profile;
        expect(profile).toEqual(expectProfile(barePerson, era));
        expect(location).toEqual({ country: null, state: null, city: null, default: null, short: null });
    });
});

describe('a masked page', () => {
    it.each(pageLanguageNames)('yields what is not masked, and no star, in %s', async (language) => {
        const reading = await readExamplePage(renderPersonPage(fullPerson, { era: 2026, language, isMasked: true }));
        expect(reading).toMatchObject({ kind: 'found', unreadSections: [] });
        if (reading.kind !== 'found') return;
        const { location, ...profile } = reading.profile;
        expect(profile).toEqual({ ...expectMasked(fullPerson), sections_available: expect.any(Array) });
        expect(new Set(profile.sections_available)).toEqual(new Set(expectMasked(fullPerson).sections_available));
        expect(location.default).toBe(fullPerson.place);
        expect(JSON.stringify(profile)).not.toMatch(/\*\*|undefined|Contact Info|Sign in|Join/);
    });
});
