import type { DateRange } from '../../../enrichment/result/profile-parts.ts';
import { foldDigits } from './clean-text.ts';

/** A language's month names, the other words in its dates ("de", "年", "г"), and the order of numbers. */
type DateWords = { months: Map<string, number>; fillers: Set<string>; isMonthFirst: boolean };

/** A span, and whether it is current; null where the page does not say. */
export type Span = DateRange & { isCurrent: boolean | null };

const dateWords = new Map<string, DateWords>();
/** Units after numbers in Chinese, Japanese and Korean dates, accepted on pages in any language. */
const eastAsianFillers = ['年', '月', '日', '년', '월', '일'];

/**
 * Parses a date as shown on a page to ISO 8601 at the precision shown (`2019`, `2019-03`, `2019-03-14`). Month names
 * come from `Intl`, in the page's language and in English. Only the year where the rest is unclear; null without a
 * year.
 */
export function parseDate(text: string | null | undefined, language = 'en'): string | null {
    if (text === null || text === undefined) return null;
    const plain = fold(text);
    const iso = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:t[\d:.z+-]*)?$/.exec(plain);
    if (iso?.[1] && iso[2]) return joinDate(iso[1], Number(iso[2]), iso[3] === undefined ? null : Number(iso[3]));
    const numbers = [...plain.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, index }));
    const years = numbers.filter(({ digits }) => /^(?:19|20)\d\d$/.test(digits));
    const [year] = years;
    // With two years it is a span; with none a duration, or another calendar.
    if (year === undefined || years.length > 1) return null;
    const others = numbers.filter((number) => number !== year);
    const words = [...plain.matchAll(/[\p{L}\p{M}]+/gu)].map(({ 0: word, index }) => ({ word, index }));
    const named = words.flatMap(({ word, index }) => {
        const month = findMonth(word, language);
        return month === null ? [] : [{ month, index }];
    });
    const [name] = named;
    if (name !== undefined && new Set(named.map(({ month }) => month)).size === 1) {
        const [day, ...more] = others;
        // A number after both is a duration: "Mar 2021 5 months".
        const isDay = day && more.length === 0 && (day.index < year.index || name.index > year.index);
        return joinDate(year.digits, name.month, isDay ? Number(day.digits) : null) ?? year.digits;
    }
    const { fillers } = getDateWords(language);
    const isNumeric = named.length === 0 && words.every(({ word }) => fillers.has(word));
    return (isNumeric ? readNumbers(plain, year, others, language) : null) ?? year.digits;
}

type Digits = { digits: string; index: number };

/** "03/2020", "2020. 3.", "14/02/2012", "2012年2月14日". */
function readNumbers(plain: string, year: Digits, others: Digits[], language: string): string | null {
    const [first, second] = others.map(({ digits }) => Number(digits));
    if (first === undefined || others.length > 2) return null;
    if (second === undefined) return joinDate(year.digits, first, null);
    if (others.every(({ index }) => index > year.index)) return joinDate(year.digits, first, second);
    if (!others.every(({ index }) => index < year.index)) return null;
    // Only dates with slashes have both orders.
    const isMonthFirst = plain.includes('/') && (first > 12 || second > 12 ? second > 12 : isMonthFirstIn(language));
    return isMonthFirst ? joinDate(year.digits, first, second) : joinDate(year.digits, second, first);
}

const isMonthFirstIn = (language: string): boolean => getDateWords(language).isMonthFirst;

/** Parses a span from its start and end. An end without a year ("Present", "heute", "至今") is open. */
export function parseDateRange(
    start: string | null | undefined,
    end: string | null | undefined,
    language = 'en',
): DateRange {
    return { start: parseDate(start, language), end: parseDate(end, language) };
}

/**
 * Parses a span from its start and the text after the dash, null without a dash. It is current when that text starts
 * with a word and contains no date. A date that cannot be parsed still counts as an end; a duration ("1 year") does
 * not.
 */
export function parseSpan(start: string | null, end: string | null, language = 'en'): Span {
    const range = parseDateRange(start, end, language);
    return { ...range, isCurrent: end === null ? null : readIsCurrent(range, fold(end)) };
}

function readIsCurrent({ end }: DateRange, text: string): boolean | null {
    // Years of other calendars have four digits too, or the name of an era.
    if (end !== null || /\d{4}|\p{Nl}|\d[./-]\d|令和|平成|昭和|民[國国]/u.test(text)) return false;
    return /^[^\p{L}\p{N}]*\p{L}/u.test(text) ? true : null;
}

/** Parses a span given as one text: "Jan 2020 - Present 1 year 7 months", "2019 – 2021", but not a mere duration. */
export function parseDateSpan(text: string | null | undefined, language = 'en'): Span {
    const [start = '', ...rest] = (text ?? '').split(/\s*[–—〜～]\s*|\s+-\s+/);
    return parseSpan(start, rest.length === 0 ? null : rest.join(' '), language);
}

/** Null for an invalid month; without the day when that is invalid. */
function joinDate(year: string, month: number, day: number | null): string | null {
    if (month < 1 || month > 12) return null;
    const days = new Date(Date.UTC(Number(year), month, 0)).getUTCDate();
    const parts = day !== null && day >= 1 && day <= days ? [month, day] : [month];
    return [year, ...parts.map((part) => String(part).padStart(2, '0'))].join('-');
}

/** The month with this name, or the only one whose name starts with it. */
function findMonth(word: string, language: string): number | null {
    for (const tried of [language, 'en']) {
        const { months } = getDateWords(tried);
        const exact = months.get(word);
        if (exact !== undefined) return exact;
        if (word.length < 3) continue;
        const begun = new Set([...months].filter(([name]) => name.startsWith(word)).map(([, month]) => month));
        const [month] = begun;
        if (begun.size === 1 && month !== undefined) return month;
    }
    return null;
}

function getDateWords(language: string): DateWords {
    const known = dateWords.get(language);
    if (known) return known;
    const numeric = createFormat(language, { year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(0);
    const first = numeric.find(({ type }) => type === 'month' || type === 'day');
    const found: DateWords = {
        months: new Map(),
        fillers: new Set(eastAsianFillers),
        isMonthFirst: first?.type === 'month',
    };
    for (const month of ['long', 'short'] as const) {
        // With a day or a year a month can have another form: genitive "ledna", standalone "leden".
        for (const withParts of [
            {},
            { day: 'numeric' },
            { year: 'numeric' },
            { day: 'numeric', year: 'numeric' },
        ] as const) {
            const format = createFormat(language, { month, ...withParts });
            for (let place = 0; place < 12; place += 1) {
                addWords(found, format.formatToParts(new Date(Date.UTC(2021, place, 15))), place + 1);
            }
        }
    }
    dateWords.set(language, found);
    return found;
}

function addWords({ months, fillers }: DateWords, parts: Intl.DateTimeFormatPart[], month: number): void {
    for (const { type, value } of parts) {
        const isName = type === 'month' && !/\d/.test(value);
        for (const word of fold(value).match(/[\p{L}\p{M}]+/gu) ?? []) {
            if (!isName) fillers.add(word);
            else if (word.length > 1) months.set(word, month);
        }
    }
}

function createFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(language, {
        ...options,
        timeZone: 'UTC',
        calendar: 'gregory',
        numberingSystem: 'latn',
    });
}

/** Folds case, diacritics, dots of abbreviations and digits: "Févr." and "fevr" are the same word. */
function fold(text: string): string {
    return foldDigits(text)
        .normalize('NFD')
        .replace(/[\u0300-\u036f\u200e\u200f\u061c]/g, '')
        .normalize('NFC')
        .toLowerCase()
        .replace(/(?<=\p{L}\p{M}*)\./gu, '')
        .trim();
}
