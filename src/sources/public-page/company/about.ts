import type { CompanyDetails } from '../../../enrichment/result/company.ts';
import { foldDigits, keepWords } from '../text/clean-text.ts';
import { parseCount } from '../text/counts.ts';

/** The one range of companies that has no end begins here; some languages write "more than 10,000". */
const openRangeMin = 10_001;

/** A number with what belongs to it: the marks between its digits, and the words up to the next number. */
const numberWithWords = /\d(?:[\d.,'’\s]*\d)?\D*/g;

/**
 * "51-200 employees", "De 51 a 200 empleados", "10.001+ Beschäftigte", "10 001 名员工以上". Null for anything but two
 * numbers in order, or one.
 */
export function parseSizeRange(text: string | null, language: string): CompanyDetails['company_size'] {
    const numbers = (foldDigits(text ?? '').match(numberWithWords) ?? []).map((part) => parseCount(part, language));
    const [min, max] = numbers;
    if (min === undefined || min === null || max === null || numbers.length > 2) return null;
    if (max !== undefined) return min < max ? { min, max } : null;
    return min >= openRangeMin - 1 ? { min: openRangeMin, max: null } : { min, max: min };
}

/** The year in a text, "1998" or "1998年"; null when there is none, or no year that a company can be from. */
export function parseFoundedYear(text: string | null): number | null {
    const numbers = foldDigits(text ?? '').match(/\d+/g) ?? [];
    const year = Number(numbers[0]);
    return numbers.length === 1 && year >= 1000 && year <= 2100 ? year : null;
}

const endings = new Map<string, string>();

/** What a language writes before the last entry of a list: ", and ", " et ", "、". */
function getEnding(language: string): string {
    const known = endings.get(language);
    if (known !== undefined) return known;
    const parts = new Intl.ListFormat(language, { type: 'conjunction' }).formatToParts(['1', '2', '3']);
    const ending = parts.findLast(({ type }) => type === 'literal')?.value ?? '';
    endings.set(language, ending);
    return ending;
}

/**
 * The entries of a list that is written as a sentence: "search, ads, and software", "conseil, audit et formation". What
 * may be one entry or two ("research and development") stays one.
 */
export function parseSpecialties(text: string | null, language: string): string[] {
    const parts = (text ?? '').split(/,\s+|[،、，]\s*/u);
    const last = parts.length > 1 ? parts.pop() : undefined;
    if (last !== undefined) parts.push(...splitLast(last, getEnding(language)));
    return [...new Set(parts.flatMap((part) => keepWords(part.trim()) ?? []))];
}

/** What stands behind the last comma: "and software", or "audit et formation" where a language has no comma there. */
function splitLast(last: string, ending: string): string[] {
    const joint = `${ending.replace(/^[,،、\s]+/, '').trim()} `;
    if (joint === ' ') return [last];
    if (last.toLowerCase().startsWith(joint)) return [last.slice(joint.length)];
    const halves = /^[,،、]/.test(ending) ? [] : last.split(` ${joint}`);
    return halves.length === 2 ? halves : [last];
}
