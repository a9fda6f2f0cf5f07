import { describe, expect, it } from 'vitest';
import { parseDate, parseDateRange, parseDateSpan, parseSpan } from '../../../../src/sources/public-page/text/dates.ts';

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
        ['2020年13月', 'ja', '2020'],
    ])('keeps only the year of %j (%s), whose month is unclear', (text, language, year) =>
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

    it.each([
        ['February 14, 2012', 'en', '2012-02-14'],
        ['14 February 2012', 'en', '2012-02-14'],
        ['Feb 3, 2012', 'en', '2012-02-03'],
        ['14. Februar 2012', 'de', '2012-02-14'],
        ['14.02.2012', 'de', '2012-02-14'],
        ['3.2.2012', 'de', '2012-02-03'],
        ['14 févr. 2012', 'fr', '2012-02-14'],
        ['14/02/2012', 'fr', '2012-02-14'],
        ['03/02/2012', 'fr', '2012-02-03'],
        ['02/03/2012', 'en', '2012-02-03'],
        ['14/02/2012', 'en', '2012-02-14'],
        ['14 de febrero de 2012', 'es', '2012-02-14'],
        ['14-02-2012', 'nl', '2012-02-14'],
        ['14 lutego 2012', 'pl', '2012-02-14'],
        ['2012年2月14日', 'ja', '2012-02-14'],
        ['2012年2月14日', 'zh', '2012-02-14'],
        ['2012년 2월 14일', 'ko', '2012-02-14'],
        ['2012. 2. 14.', 'ko', '2012-02-14'],
        ['2012. február 14.', 'hu', '2012-02-14'],
        ['2012/02/14', 'en', '2012-02-14'],
        ['2012-02-14', 'en', '2012-02-14'],
        ['2012-02-14T10:00:00.000Z', 'en', '2012-02-14'],
        ['١٤ فبراير ٢٠١٢', 'ar', '2012-02-14'],
        ['14 tháng 2, 2012', 'vi', '2012-02-14'],
        ['14 февраля 2012 г.', 'ru', '2012-02-14'],
        // An invalid day, or none: the month is kept.
        ['February 30, 2012', 'en', '2012-02'],
        ['31/02/2012', 'fr', '2012-02'],
        ['Mar 2021 5 months', 'en', '2021-03'],
        ['13/14/2012', 'en', '2012'],
    ])('keeps the day of %j (%s): %s', (text, language, expected) => expect(parseDate(text, language)).toBe(expected));

    it.each([
        ['मार्च २०१९', 'hi'],
        ['মার্চ ২০১৯', 'bn'],
        ['ਮਾਰਚ ੨੦੧੯', 'pa'],
        ['మార్చి ౨౦౧౯', 'te'],
        ['มีนาคม ๒๐๑๙', 'th'],
        ['မတ် ၂၀၁၉', 'my'],
        ['مارس ٢٠١٩', 'ar'],
        ['مارس ۲۰۱۹', 'fa'],
        ['मार्च २०१९', 'mr'],
        ['２０１９年３月', 'ja'],
    ])('reads %j (%s) in the digits of its language', (text, language) =>
        expect(parseDate(text, language)).toBe('2019-03'),
    );

    it.each('en de fr es pt it nl sv pl cs tr ja zh zh-TW ko ar da nb fi ru uk hu ro el he hi id vi th'.split(' '))(
        'parses every month that Intl formats in %s',
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

describe('parseSpan', () => {
    it.each([
        ['Jun 2013', null, 'en', { start: '2013-06', end: null, isCurrent: null }],
        ['Jun 2013', ' Present ', 'en', { start: '2013-06', end: null, isCurrent: true }],
        ['Jun 2013', 'May 2014', 'en', { start: '2013-06', end: '2014-05', isCurrent: false }],
        ['2020年3月', ' 現在', 'ja', { start: '2020-03', end: null, isCurrent: true }],
        ['มีนาคม 2563', ' ปัจจุบัน', 'th', { start: null, end: null, isCurrent: true }],
        // An unreadable date is an end, not "until now".
        ['2018', 'ม.ค. 2563', 'th', { start: '2018', end: null, isCurrent: false }],
        ['2018', '令和3年5月', 'ja', { start: '2018', end: null, isCurrent: false }],
        ['2018', '二〇二〇年', 'zh', { start: '2018', end: null, isCurrent: false }],
        // Nothing, or a duration, after the dash.
        ['Jun 2013', ' ', 'en', { start: '2013-06', end: null, isCurrent: null }],
        ['Jun 2013', '3 years', 'en', { start: '2013-06', end: null, isCurrent: null }],
        [null, 'May 2014', 'en', { start: null, end: '2014-05', isCurrent: false }],
    ])('reads %j to %j (%s)', (start, end, language, span) => expect(parseSpan(start, end, language)).toEqual(span));
});

describe('parseDateSpan', () => {
    it.each([
        ['Jan 2020 - Present 1 year 7 months', 'en', { start: '2020-01', end: null, isCurrent: true }],
        ['Jan 2020 – Mar 2021 1 year 3 months', 'en', { start: '2020-01', end: '2021-03', isCurrent: false }],
        ['2019 – 2021', 'en', { start: '2019', end: '2021', isCurrent: false }],
        ['janv. 2020 – aujourd’hui', 'fr', { start: '2020-01', end: null, isCurrent: true }],
        ['2020年3月 – 現在', 'ja', { start: '2020-03', end: null, isCurrent: true }],
        ['4 years 2 months', 'en', { start: null, end: null, isCurrent: null }],
        ['Jun 2013', 'en', { start: '2013-06', end: null, isCurrent: null }],
        [null, 'en', { start: null, end: null, isCurrent: null }],
    ])('reads %j (%s)', (text, language, span) => expect(parseDateSpan(text, language)).toEqual(span));
});

describe('parseDateRange', () => {
    it('leaves an end without a year open', () => {
        expect(parseDateRange('Jan 2020', 'Present', 'en')).toEqual({ start: '2020-01', end: null });
        expect(parseDateRange('2000', null)).toEqual({ start: '2000', end: null });
    });
});
