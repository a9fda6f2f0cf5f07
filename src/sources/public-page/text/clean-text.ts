/** Invisible characters, without joiners, which emoji and Persian need. */
const invisibleCharacters =
    /[\u0000-\u0008\u000B\u000E-\u001F\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFC]/g;
const entities = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }));

/**
 * Decodes entities that were escaped twice, removes invisible and direction marks and unusual spaces, and leaves one
 * line break between paragraphs. Null when nothing is left, or when the text is masked.
 */
export function cleanText(raw: string | null | undefined): string | null {
    if (raw === null || raw === undefined) return null;
    const trimmed = raw.trim();
    const text = needsCleaning.test(trimmed) ? clean(trimmed) : trimmed;
    return text === '' || isMasked(text) ? null : text;
}

/** Matches anything that `clean` changes; most texts have nothing. */
const needsCleaning = new RegExp(`[&<\\n]|[^\\S ]|  |${invisibleCharacters.source}`);

function clean(raw: string): string {
    return raw
        .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (whole, name: string) => entities.get(name) ?? whole)
        .replace(/&#(x[\da-f]{1,6}|\d{1,7});/gi, decodeNumber)
        .replace(/<br\s*\/?>/gi, '\n')
        .replace(invisibleCharacters, '')
        .replace(/[^\S\n]+/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .replace(/\n{2,}/g, '\n')
        .trim();
}

/** Decodes a numeric entity; an invalid one (a surrogate, too large) is left unchanged. */
function decodeNumber(whole: string, code: string): string {
    const point = /^x/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number(code);
    const isCharacter = point > 0 && point < 0x11_0000 && !(point >= 0xd8_00 && point < 0xe0_00);
    return isCharacter ? String.fromCodePoint(point) : whole;
}

/**
 * Whether a text is only asterisks: no letters or digits, except `undefined`, which the page's own code leaves there.
 */
export function isMasked(text: string): boolean {
    return /\*|undefined/.test(text) && /^(?:undefined|[^\p{L}\p{N}])*$/u.test(text);
}

/** Null for a text without letters, digits or symbols, such as a dash between two missing values. */
export function keepWords(text: string | null): string | null {
    return text !== null && /[\p{L}\p{N}\p{S}]/u.test(text) ? text : null;
}

/** The code points of the zeros of other scripts; the other digits follow each. */
const zeros = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0xff10,
];

/** Converts digits of any script to 0-9. */
export function foldDigits(text: string): string {
    return beyondLatin.test(text) ? text.replace(/(?![0-9])\p{Nd}/gu, foldDigit) : text;
}

const beyondLatin = /[^\u0000-\u024F]/;

function foldDigit(digit: string): string {
    const point = digit.codePointAt(0) ?? 0;
    const zero = zeros.find((start) => point >= start && point < start + 10);
    return zero === undefined ? digit : String(point - zero);
}
