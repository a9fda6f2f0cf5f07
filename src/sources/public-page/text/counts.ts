import { foldDigits } from './clean-text.ts';

type NumberWords = Array<[word: string, factor: number]>;

const numberWords = new Map<string, NumberWords>();

/**
 * The number in a text such as "12M followers", "1.234 Follower", "12 tis. sledujících", "フォロワー1.2万人" or "500+",
 * as an integer. Words for powers of ten come from `Intl`. Null without a number, with several, or when ambiguous.
 */
export function parseCount(text: string, language = 'en'): number | null {
    // "1촌" is the Korean word for a direct connection, not a number.
    const plain = foldDigits(text).replace(/1촌/g, ' ').replace(/٬/g, ',').replace(/٫/g, '.').toLowerCase();
    const numbers = [...plain.matchAll(/\d(?:[\d.,'’\s]*\d)?/g)];
    const [match] = numbers;
    if (!match || numbers.length > 1) return null;
    const digits = match[0].replace(/\s/g, ' ');
    const factor = findFactor(plain.slice(match.index + match[0].length), language);
    if (factor === 1) return parseInteger(digits);
    if (!/^\d{1,4}(?:[.,]\d{1,2})?$/.test(digits)) return null;
    return Math.round(Number(digits.replace(',', '.')) * factor);
}

/** A count is an integer: separators of three digits (in India: of two before the last three) are not decimal marks. */
function parseInteger(digits: string): number | null {
    const isWhole = /^\d+$|^\d{1,3}(?:([.,'’ ])\d{3})(?:\1\d{3})*$|^\d{1,2}(?:,\d{2})+,\d{3}$/.test(digits);
    return isWhole ? Number(digits.replace(/\D/g, '')) : null;
}

function findFactor(rest: string, language: string): number {
    const text = rest.trimStart();
    for (const tried of [language, 'en']) {
        for (const [word, factor] of getNumberWords(tried)) {
            // "B" is a thousand in Turkish. The English billion is never shown, so it is not a fallback elsewhere.
            if (tried !== language && factor > 1e6) continue;
            if (!text.startsWith(word)) continue;
            const next = text.slice(word.length, word.length + 1);
            if (/[万萬億亿만억천]$/.test(word) || !/\p{L}/u.test(next)) return factor;
        }
    }
    return 1;
}

/** A language's words for thousands, ten thousands, millions, the longest first. */
function getNumberWords(language: string): NumberWords {
    const known = numberWords.get(language);
    if (known) return known;
    const words = new Map<string, number>();
    for (const compactDisplay of ['long', 'short'] as const) {
        const format = new Intl.NumberFormat(language, {
            notation: 'compact',
            compactDisplay,
            numberingSystem: 'latn',
        });
        for (let power = 1e3; power <= 1e9; power *= 10) {
            // Also for two and five, since many languages decline the word.
            for (const many of [1, 2, 5]) addWord(words, format.formatToParts(many * power), many * power);
        }
    }
    const sorted = [...words].sort(([a], [b]) => b.length - a.length);
    numberWords.set(language, sorted);
    return sorted;
}

function addWord(words: Map<string, number>, parts: Intl.NumberFormatPart[], value: number): void {
    const word = parts.find(({ type }) => type === 'compact')?.value.toLowerCase();
    const shown = parts.filter(({ type }) => type === 'integer').map(({ value: digits }) => digits);
    if (word && Number(shown.join('')) > 0) words.set(word, Math.round(value / Number(shown.join(''))));
}
