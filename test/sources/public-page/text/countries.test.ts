import { createRequire } from 'node:module';
import { getNames, registerLocale, type LocaleData } from 'i18n-iso-countries';
import { describe, expect, it } from 'vitest';
import { findCountries, findCountry, isCountryCode } from '../../../../src/sources/public-page/text/countries.ts';

const require = createRequire(import.meta.url);

function readNames(language: string): Array<[code: string, name: string]> {
    registerLocale(require(`i18n-iso-countries/langs/${language}.json`) as LocaleData);
    return Object.entries(getNames(language, { select: 'all' })).flatMap(([code, names]) =>
        names.map((name): [string, string] => [code, name]),
    );
}

/** The languages of LinkedIn's pages that the package has. */
const languages =
    'ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sv th tr uk vi zh'.split(
        ' ',
    );

describe('findCountry', () => {
    it('knows every English name of ISO 3166 except "Congo", which is ambiguous', () => {
        const missed = readNames('en').filter(([code, name]) => findCountry(name, 'en') !== code);
        expect(missed).toEqual([
            ['CG', 'Congo'],
            ['CD', 'Congo'],
        ]);
    });

    it(`maps no name to another country in ${languages.length} languages`, () => {
        expect(languages.length).toBeGreaterThanOrEqual(33);
        const wrong = languages.flatMap((language) =>
            readNames(language).filter(([code, name]) => ![code, null].includes(findCountry(name, language))),
        );
        expect(wrong).toEqual([]);
    });

    it.each([
        ['The Bahamas', 'BS'],
        ['Bahamas', 'BS'],
        ['The Gambia', 'GM'],
        ['Trinidad & Tobago', 'TT'],
        ['Trinidad and Tobago', 'TT'],
        ['St. Lucia', 'LC'],
        ['Saint Lucia', 'LC'],
        ['St Kitts & Nevis', 'KN'],
        ['Macau', 'MO'],
        ['Macao SAR', 'MO'],
        ['Hong Kong SAR', 'HK'],
        ['Ivory Coast', 'CI'],
        ['Côte d’Ivoire', 'CI'],
        ['Republic of Korea', 'KR'],
        ['Korea, Republic of', 'KR'],
        ['Republic of Moldova', 'MD'],
        ['Iran, Islamic Republic of', 'IR'],
        ['Palestinian Authority', 'PS'],
        ['Swaziland', 'SZ'],
        ['Türkiye', 'TR'],
        ['Turkey', 'TR'],
        ['Burma', 'MM'],
        ['UK', 'GB'],
        ['U.S.A.', 'US'],
    ])('%s is %s', (name, code) => expect(findCountry(name, 'en')).toBe(code));

    it.each([
        'Constructor',
        'constructor',
        '__proto__',
        'toString',
        'hasOwnProperty',
        '',
        ' ',
        'European Union',
        'Earth',
    ])('%j is not a country in any language', (name) => {
        for (const language of ['en', 'de', 'constructor', '__proto__', 'xx-invalid-'])
            expect(findCountry(name, language)).toBeNull();
    });

    it('maps an ambiguous name to no country, and lists the candidates', () => {
        expect(findCountry('Congo', 'en')).toBeNull();
        expect(findCountries('Congo', 'en')).toEqual(['CG', 'CD']);
        expect(findCountries('Kenya', 'en')).toEqual(['KE']);
        expect(findCountries('Nowhere', 'en')).toEqual([]);
    });
});

describe('isCountryCode', () => {
    it('distinguishes country codes from other letters', () => {
        expect(['NL', 'XK', 'US'].map(isCountryCode)).toEqual([true, true, true]);
        expect(['EU', 'ZZ', 'nl', 'N', ''].map(isCountryCode)).toEqual([false, false, false, false, false]);
    });
});
