import { describe, expect, it } from 'vitest';
import { parseDate, parseDateRange, parseDateSpan } from '../../../../src/sources/public-page/text/dates.ts';

describe('parseDate', () => {
    it.each([
        ['Jan 2020', 'en', '2020-01'],
        ['September 2019', 'en', '2019-09'],
        ['2019', 'en', '2019'],
        ['2024-11', 'en', '2024-11'],
        ['janv. 2020', 'fr', '2020-01'],
        ['févr. 2018', 'fr', '2018-02'],
        ['Mär 2021', 'de', '2021-03'],
        ['März 2021', 'de', '2021-03'],
        ['de mar. de 2017', 'pt', '2017-03'],
        ['ago. 2015', 'es', '2015-08'],
        ['gen 2012', 'it', '2012-01'],
        ['mrt. 2016', 'nl', '2016-03'],
        ['okt. 2011', 'sv', '2011-10'],
        ['paź 2010', 'pl', '2010-10'],
        ['října 2014', 'cs', '2014-10'],
        ['Ağu 2013', 'tr', '2013-08'],
        ['2019年3月', 'ja', '2019-03'],
        ['2019年12月', 'zh', '2019-12'],
        ['2019년 3월', 'ko', '2019-03'],
        ['مارس ٢٠١٩', 'ar', '2019-03'],
    ])('reads %s (%s) as %s', (text, language, expected) => expect(parseDate(text, language)).toBe(expected));

    it.each(['Present', '3 years 2 months', '', 'heute', '2019-13', '2019 2021', '2563'])(
        'reads no date in %j',
        (text) => expect(parseDate(text)).toBeNull(),
    );

    it.each([
        ['5th of Nonsense 2020', 'en', '2020'],
        ['Sixième mois 2020', 'fr', '2020'],
        ['jui 2020', 'fr', '2020'],
        ['15.03.2020', 'de', '2020'],
        ['2020年13月', 'ja', '2020'],
    ])('keeps the year of %j (%s), whose month is not certain', (text, language, year) =>
        expect(parseDate(text, language)).toBe(year),
    );

    it.each([
        ['03/2020', 'en'],
        ['03.2020', 'de'],
        ['2020. 3.', 'ko'],
        ['tháng 3 năm 2020', 'vi'],
        ['2020年3月', 'en'],
        ['มี.ค. 2020', 'th'],
        ['март 2020 г.', 'ru'],
        ['２０２０年３月', 'ja'],
        ['sidste marts 2020', 'da'],
    ])('reads the month of %j (%s)', (text, language) => expect(parseDate(text, language)).toBe('2020-03'));

    it.each('en de fr es pt it nl sv pl cs tr ja zh zh-TW ko ar da nb fi ru uk hu ro el he hi id vi th'.split(' '))(
        'reads back every month that Intl writes in %s',
        (language) => {
            const written = (['long', 'short'] as const).flatMap((month) => {
                const format = new Intl.DateTimeFormat(language, {
                    month,
                    year: 'numeric',
                    calendar: 'gregory',
                    timeZone: 'UTC',
                });
                return Array.from({ length: 12 }, (_, place) => format.format(new Date(Date.UTC(2020, place, 15))));
            });
            const months = Array.from({ length: 12 }, (_, place) => `2020-${String(place + 1).padStart(2, '0')}`);
            expect(written.map((text) => parseDate(text, language))).toEqual([...months, ...months]);
        },
    );
});

describe('parseDateSpan', () => {
    it.each([
        ['Jan 2020 - Present 1 year 7 months', 'en', { start: '2020-01', end: null }],
        ['Jan 2020 – Mar 2021 1 year 3 months', 'en', { start: '2020-01', end: '2021-03' }],
        ['2019 – 2021', 'en', { start: '2019', end: '2021' }],
        ['janv. 2020 – aujourd’hui', 'fr', { start: '2020-01', end: null }],
        ['2020年3月 – 現在', 'ja', { start: '2020-03', end: null }],
        ['4 years 2 months', 'en', { start: null, end: null }],
        [null, 'en', { start: null, end: null }],
    ])('reads %j (%s)', (text, language, span) => expect(parseDateSpan(text, language)).toEqual(span));
});

describe('parseDateRange', () => {
    it('leaves an end open that holds no year', () => {
        expect(parseDateRange('Jan 2020', 'Present', 'en')).toEqual({ start: '2020-01', end: null });
        expect(parseDateRange('2000', null)).toEqual({ start: '2000', end: null });
    });
});
