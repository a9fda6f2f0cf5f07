import { fc, fuzzRuns, fuzzSeed } from '../../../helpers/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { profileSchema } from '../../../../src/enrichment/result/profile.ts';
import { arbitraryPerson } from '../../../fixtures/arbitrary-person.ts';
import { expectMasked, expectProfile } from '../../../fixtures/expected-profile.ts';
import { pageLanguageNames } from '../../../fixtures/page-languages.ts';
import { pageEras } from '../../../fixtures/page-markup.ts';
import { renderJsonLd } from '../../../fixtures/render-json-ld.ts';
import { renderPersonPage } from '../../../fixtures/render-page.ts';
import { readExamplePage } from '../../../helpers/pages/read-page.ts';

const numRuns = fuzzRuns(250);
const anyLanguage = fc.constantFrom(...pageLanguageNames);

describe(`any person (FUZZ_SEED=${fuzzSeed})`, () => {
    it('is read back from a page in any layout and language, with or without structured data', async () => {
        const anyEra = fc.constantFrom(...pageEras);
        const anyData = fc.option(fc.constantFrom('to-2023' as const, '2026' as const), { nil: null });
        const check = fc.asyncProperty(
            arbitraryPerson,
            anyEra,
            anyLanguage,
            anyData,
            async (person, era, language, style) => {
                const head = style === null ? '' : renderJsonLd(person, { style });
                const reading = await readExamplePage(renderPersonPage(person, { era, language, head }));
                if (reading.kind !== 'found') throw new Error(`read as ${reading.kind}`);
                expect(reading.unreadSections).toEqual([]);
                const { location, ...profile } = profileSchema.parse(reading.profile);
                expect(profile).toEqual(expectProfile(person, era));
                expect(location.default).toBe(person.place);
            },
        );
        await fc.assert(check, { numRuns });
    }, 120_000);

    it('is read back from a masked page without the masked parts', async () => {
        const check = fc.asyncProperty(
            arbitraryPerson,
            anyLanguage,
            fc.boolean(),
            async (person, language, hasData) => {
                // The data of a masked page is masked too.
                const data = { ...person, about: [], languages: [], awards: [] };
                const head = hasData ? renderJsonLd(data, { style: '2026', isMasked: true }) : '';
                const page = renderPersonPage(person, { era: 2026, language, isMasked: true, head });
                const reading = await readExamplePage(page);
                if (reading.kind !== 'found') throw new Error(`read as ${reading.kind}`);
                expect(reading.unreadSections).toEqual([]);
                const { location: _, sections_available: available, ...profile } = reading.profile;
                const { sections_available: expected, ...rest } = expectMasked(person);
                expect(profile).toEqual(rest);
                expect(new Set(available)).toEqual(new Set(expected));
                expect(JSON.stringify(profile)).not.toMatch(/\*{2}|undefined/);
            },
        );
        await fc.assert(check, { numRuns: Math.ceil(numRuns / 2) });
    }, 120_000);
});
