import { describe, expect, it } from 'vitest';
import { readAreaCentre, resolveLocation } from '../../../../src/sources/public-page/text/places.ts';

const read = (text: string, language = 'en') => {
    const { country, state, city, short } = resolveLocation(text, { language });
    return [country, state, city, short];
};

describe('resolveLocation', () => {
    it.each([
        ['Redmond, Washington, United States', 'en', ['US', 'Washington', 'Redmond', 'Redmond, Washington']],
        ['Munich, Bavaria, Germany', 'en', ['DE', 'Bavaria', 'Munich', 'Munich, Bavaria']],
        ['München, Bayern, Deutschland', 'de', ['DE', 'Bayern', 'München', 'München, Bayern']],
        ['São Paulo, São Paulo, Brasil', 'pt-BR', ['BR', 'São Paulo', 'São Paulo', 'São Paulo, São Paulo']],
        [
            'Lyon, Auvergne-Rhône-Alpes, France',
            'fr',
            ['FR', 'Auvergne-Rhône-Alpes', 'Lyon', 'Lyon, Auvergne-Rhône-Alpes'],
        ],
        ['Milano, Lombardia, Italia', 'it', ['IT', 'Lombardia', 'Milano', 'Milano, Lombardia']],
        ['Utrecht, Utrecht, Nederland', 'nl', ['NL', 'Utrecht', 'Utrecht', 'Utrecht, Utrecht']],
        ['Kraków, Małopolskie, Polska', 'pl', ['PL', 'Małopolskie', 'Kraków', 'Kraków, Małopolskie']],
        ['Praha, Hlavní město Praha, Česko', 'cs', ['CZ', 'Hlavní město Praha', 'Praha', 'Praha, Hlavní město Praha']],
        ['Kadıköy, İstanbul, Türkiye', 'tr', ['TR', 'İstanbul', 'Kadıköy', 'Kadıköy, İstanbul']],
        ['دبي، دبي، الإمارات العربية المتحدة', 'ar', ['AE', 'دبي', 'دبي', 'دبي, دبي']],
        ['日本 東京都 渋谷区', 'ja', ['JP', '東京都', '渋谷区', '東京都 渋谷区']],
        ['中国 广东省 深圳', 'zh-CN', ['CN', '广东省', '深圳', '广东省 深圳']],
        ['대한민국 서울', 'ko-KR', ['KR', null, null, '서울']],
        ['London, England, United Kingdom', 'en', ['GB', 'England', 'London', 'London, England']],
        ['Prague, Czechia', 'en', ['CZ', null, null, 'Prague']],
        ['Greater London, England, United Kingdom', 'en', ['GB', 'England', null, 'Greater London, England']],
        ['United States', 'en', ['US', null, null, 'United States']],
        ['Vereinigte Staaten', 'de', ['US', null, null, 'Vereinigte Staaten']],
        ['Greater Seattle Area', 'en', [null, null, null, 'Greater Seattle Area']],
        ['Springfield', 'en', [null, null, null, 'Springfield']],
        ['Remote', 'en', [null, null, null, 'Remote']],
        ['Atlanta, Georgia', 'en', [null, null, null, 'Atlanta']],
    ])('reads %s (%s)', (text, language, expected) => expect(read(text, language)).toEqual(expected));

    it.each(['European Union', 'Soviet Union', 'United Nations', 'Yugoslavia', ', ,', '⭐'])(
        'finds no country in %j',
        (text) => expect(resolveLocation(text).country).toBeNull(),
    );

    it('always returns the line as shown', () => {
        expect(resolveLocation('Greater Paris Metropolitan Region').default).toBe('Greater Paris Metropolitan Region');
    });

    it('uses the country stated by the page if the text has none, or an ambiguous one', () => {
        expect(resolveLocation('Greater Seattle Area', { countryCode: 'US' }).country).toBe('US');
        expect(resolveLocation('Atlanta, Georgia', { countryCode: 'US' }).country).toBe('US');
    });

    it('returns nothing without a location', () => {
        expect(resolveLocation(null)).toEqual({ country: null, state: null, city: null, default: null, short: null });
    });
});

describe('readAreaCentre', () => {
    it.each([
        ['Greater Seattle Area', 'en', 'Seattle'],
        ['San Francisco Bay Area', 'en', 'San Francisco Bay'],
        ['Greater Paris Metropolitan Region', 'en', 'Paris'],
        ['Denver Metropolitan Area', 'de', 'Denver'],
        ['Greater Boston', 'en', 'Boston'],
        ['Paris und Umgebung', 'de', 'Paris'],
        ['Metropolregion München', 'de-AT', 'München'],
        ['Barcelona y alrededores', 'es', 'Barcelona'],
        ['São Paulo e Região', 'pt', 'São Paulo'],
        ['Milano e dintorni', 'it', 'Milano'],
        ['Lyon et périphérie', 'fr', 'Lyon'],
        ['Praha a okolí', 'cs', 'Praha'],
    ])('%s (%s) is the area around %s', (text, language, centre) =>
        expect(readAreaCentre(text, language)).toBe(centre),
    );

    it.each(['Seattle', 'Grandview', 'Areaville'])('%s is not an area', (text) =>
        expect(readAreaCentre(text, 'en')).toBeNull(),
    );

    it('ignores the words of other languages', () => {
        expect(readAreaCentre('Grand Rapids', 'en')).toBeNull();
        expect(readAreaCentre('Grand Rapids', 'constructor')).toBeNull();
    });
});
