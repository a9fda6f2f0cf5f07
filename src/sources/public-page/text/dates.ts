import type { DateRange } from '../../../enrichment/profile.ts';

/** What a language calls the months, and the words that stand around them in a date ("de", "年", "г"). */
type DateWords = { months: Map<string, number>; fillers: Set<string> };

const dateWords = new Map<string, DateWords>();
/** Numbers of years and months are marked alike in Chinese, Japanese and Korean, whatever the page's language. */
const eastAsianFillers = ['年', '月', '日', '년', '월', '일'];

/**
 * A date as a page shows it, in ISO 8601 at the precision shown (`2019`, `2019-03`). Month names come from `Intl`, in
 * the page's language and in English. Where a year is certain and its month is not, the year alone; null without a year.
 */
export function parseDate(text: string | null | undefined, language = 'en'): string | null {
    if (text === null || text === undefined) return null;
    const plain = fold(text);
    const iso = /^(\d{4})-(\d{1,2})(?:-\d{1,2})?$/.exec(plain);
    if (iso?.[1] && iso[2]) return joinMonth(iso[1], Number(iso[2]));
    const numbers = plain.match(/\d+/g) ?? [];
    const years = numbers.filter((number) => /^(?:19|20)\d\d$/.test(number));
    const [year] = years;
    // Two years are a span; none is a duration, or a year of another calendar.
    if (year === undefined || years.length > 1) return null;
    const words = readWords(plain);
    const months = new Set(words.flatMap((word) => findMonth(word, language) ?? []));
    const [month] = months;
    if (months.size === 1 && month !== undefined) return joinMonth(year, month);
    const others = numbers.filter((number) => number !== year);
    const { fillers } = getDateWords(language);
    const isNumeric = months.size === 0 && others.length === 1 && words.every((word) => fillers.has(word));
    return (isNumeric ? joinMonth(year, Number(others[0])) : null) ?? year;
}

/**
 * A span from the texts of its start and its end. An end without a year ("Present", "heute", "至今") is open, whatever
 * the language.
 */
export function parseDateRange(
    start: string | null | undefined,
    end: string | null | undefined,
    language = 'en',
): DateRange {
    return { start: parseDate(start, language), end: parseDate(end, language) };
}

/** A span written as one text: "Jan 2020 - Present 1 year 7 months", "2019 – 2021". A duration alone is none. */
export function parseDateSpan(text: string | null | undefined, language = 'en'): DateRange {
    const [start, ...rest] = (text ?? '').split(/\s*[–—〜～]\s*|\s+-\s+/);
    return parseDateRange(start, rest.join(' '), language);
}

function joinMonth(year: string, month: number): string | null {
    return month >= 1 && month <= 12 ? `${year}-${String(month).padStart(2, '0')}` : null;
}

/** The month a word names: exactly, or as the beginning of one month's name alone. */
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
    const found: DateWords = { months: new Map(), fillers: new Set(eastAsianFillers) };
    for (const month of ['long', 'short'] as const) {
        // Beside a day or a year a month may take another form: genitive "ledna", standalone "leden".
        for (const beside of [{}, { day: 'numeric' }, { year: 'numeric' }] as const) {
            const format = createFormat(language, { month, ...beside });
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
        for (const word of readWords(fold(value))) {
            if (!isName) fillers.add(word);
            else if (word.length > 1) months.set(word, month);
        }
    }
}

function createFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const settings = { ...options, timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' };
    try {
        return new Intl.DateTimeFormat(language, settings);
    } catch {
        return new Intl.DateTimeFormat('en', settings);
    }
}

const readWords = (text: string): string[] => text.match(/[\p{L}\p{M}]+/gu) ?? [];

/** Lower case, without diacritics and the dots of abbreviations, Latin digits: "Févr." and "fevr" are one word. */
function fold(text: string): string {
    return text
        .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
        .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
        .replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))
        .normalize('NFD')
        .replace(/[\u0300-\u036f\u200e\u200f\u061c]/g, '')
        .normalize('NFC')
        .toLowerCase()
        .replace(/(?<=\p{L}\p{M}*)\./gu, '')
        .trim();
}
