import type { DateRange } from './profile.ts';

const languagesAlwaysTried = ['en'];
const monthTables = new Map<string, Map<string, number>>();

/**
 * A date as a page shows it, in ISO 8601 at the precision shown (`2019`, `2019-03`); null when it is none or its month
 * cannot be read for certain. Month names come from `Intl`, in the page's language and in English.
 */
export function parseDate(text: string | null | undefined, language = 'en'): string | null {
    if (text === null || text === undefined) return null;
    const plain = fold(text);
    const iso = /^(\d{4})-(\d{1,2})(?:-\d{1,2})?$/.exec(plain);
    if (iso?.[1] && iso[2]) return joinMonth(iso[1], Number(iso[2]));
    const year = /(?<!\d)(\d{4})(?!\d)/.exec(plain)?.[1];
    if (!year || Number(year) < 1900 || Number(year) > 2100) return null;
    const rest = plain.replace(year, ' ');
    const eastAsian = /(\d{1,2})\s*[月월]/.exec(rest)?.[1];
    if (eastAsian) return joinMonth(year, Number(eastAsian));
    const words = rest.match(/[\p{L}\p{M}]+/gu) ?? [];
    const months = new Set(words.flatMap((word) => findMonth(word, language) ?? []));
    const [month] = months;
    if (month !== undefined) return months.size === 1 ? joinMonth(year, month) : null;
    const isYearAlone = words.every((word) => word.length <= 3) && !/\d/.test(rest);
    return isYearAlone ? year : null;
}

/**
 * A span from the texts of its start and its end. An end without a year ("Present", "heute", "至今") is open.
 * A start that is missing makes no span of it: a duration alone says nothing about when.
 */
export function parseDateRange(
    start: string | null | undefined,
    end: string | null | undefined,
    language = 'en',
): DateRange {
    return { start: parseDate(start, language), end: parseDate(end, language) };
}

function joinMonth(year: string, month: number): string | null {
    return month >= 1 && month <= 12 ? `${year}-${String(month).padStart(2, '0')}` : null;
}

/** The month a word names: exactly, or as the beginning of one month's name alone. */
function findMonth(word: string, language: string): number | null {
    for (const tried of [language, ...languagesAlwaysTried]) {
        const table = getMonths(tried);
        const exact = table.get(word);
        if (exact !== undefined) return exact;
        if (word.length < 3) continue;
        const begun = new Set([...table].filter(([name]) => name.startsWith(word)).map(([, month]) => month));
        const [month] = begun;
        if (begun.size === 1 && month !== undefined) return month;
    }
    return null;
}

function getMonths(language: string): Map<string, number> {
    const known = monthTables.get(language);
    if (known) return known;
    const table = new Map<string, number>();
    for (const style of ['long', 'short'] as const) {
        for (const options of [
            { month: style },
            { month: style, day: 'numeric' },
            { month: style, year: 'numeric' },
        ] as const) {
            const format = createFormat(language, options);
            for (let month = 0; month < 12; month += 1) {
                const parts = format.formatToParts(new Date(Date.UTC(2021, month, 15)));
                const name = parts.find(({ type }) => type === 'month')?.value ?? '';
                for (const word of fold(name).match(/[\p{L}\p{M}]+/gu) ?? []) {
                    if (word.length > 1) table.set(word, month + 1);
                }
            }
        }
    }
    monthTables.set(language, table);
    return table;
}

function createFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const settings = { ...options, timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' };
    try {
        return new Intl.DateTimeFormat(language, settings);
    } catch {
        return new Intl.DateTimeFormat('en', settings);
    }
}

/** Lower case, without diacritics and dots, Arabic digits as Latin ones: "Févr." and "fevr" are one word. */
function fold(text: string): string {
    return text
        .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
        .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
        .normalize('NFD')
        .replace(/[\u0300-\u036f\u200e\u200f]/g, '')
        .normalize('NFC')
        .toLowerCase()
        .replace(/\./g, ' ')
        .trim();
}
