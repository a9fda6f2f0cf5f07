import type { CompanyDetails } from '../../../enrichment/result/company.ts';
import { foldDigits, keepWords } from '../text/clean-text.ts';
import { parseCount } from '../text/counts.ts';

/** The start of the only open range; some languages write "more than 10,000". */
const openRangeMin = 10_001;

/** A number with its separators and the words up to the next number. */
const numberWithWords = /\d(?:[\d.,'’\s]*\d)?\D*/g;

/**
 * "51-200 employees", "De 51 a 200 empleados", "10.001+ Beschäftigte", "10 001 名员工以上". Null for anything but one
 * number, or two in ascending order.
 */
export function parseSizeRange(text: string | null, language: string): CompanyDetails['company_size'] {
    const numbers = (foldDigits(text ?? '').match(numberWithWords) ?? []).map((part) => parseCount(part, language));
    const [min, max] = numbers;
    if (min === undefined || min === null || max === null || numbers.length > 2) return null;
    if (max !== undefined) return min < max ? { min, max } : null;
    return min >= openRangeMin - 1 ? { min: openRangeMin, max: null } : { min, max: min };
}

/** The year in a text, "1998" or "1998年"; null without exactly one, or when it is implausible. */
export function parseFoundedYear(text: string | null): number | null {
    const numbers = foldDigits(text ?? '').match(/\d+/g) ?? [];
    const year = Number(numbers[0]);
    return numbers.length === 1 && year >= 1000 && year <= 2100 ? year : null;
}

/** The separator before the last entry of a list in a language: ", and ", " et ", "、". */
function getLastSeparator(language: string): string {
    const parts = new Intl.ListFormat(language, { type: 'conjunction' }).formatToParts(['1', '2', '3']);
    return parts.findLast(({ type }) => type === 'literal')?.value ?? '';
}

/**
 * The entries of a list written as text: "search, ads, and software", "conseil, audit et formation". An ambiguous entry
 * ("research and development") is not split.
 */
export function parseSpecialties(text: string | null, language: string): string[] {
    const parts = (text ?? '').split(/,\s+|[،、，]\s*/u);
    const last = parts.length > 1 ? parts.pop() : undefined;
    if (last !== undefined) parts.push(...splitLast(last, getLastSeparator(language)));
    return [...new Set(parts.flatMap((part) => keepWords(part.trim()) ?? []))];
}

/** Splits what follows the last comma: "and software", or "audit et formation" in languages without a comma there. */
function splitLast(last: string, separator: string): string[] {
    const conjunction = `${separator.replace(/^[,،、\s]+/, '').trim()} `;
    if (conjunction === ' ') return [last];
    if (last.toLowerCase().startsWith(conjunction)) return [last.slice(conjunction.length)];
    const halves = /^[,،、]/.test(separator) ? [] : last.split(` ${conjunction}`);
    return halves.length === 2 ? halves : [last];
}
