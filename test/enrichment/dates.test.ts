import { describe, expect, it } from 'vitest';
import { parseDate, parseDateRange } from '../../src/enrichment/dates.ts';

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

    it.each(['Present', '3 years 2 months', '', 'heute', '5th of Nonsense 2020', '2019-13'])(
        'reads no date in %j',
        (text) => expect(parseDate(text)).toBeNull(),
    );
});

describe('parseDateRange', () => {
    it('leaves an end open that holds no year', () => {
        expect(parseDateRange('Jan 2020', 'Present', 'en')).toEqual({ start: '2020-01', end: null });
        expect(parseDateRange('2000', null)).toEqual({ start: '2000', end: null });
    });
});
