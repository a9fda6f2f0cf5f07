import { findFirst, hasClass, type PageNode } from '../page-tree.ts';

const blockElements = new Set(['p', 'div', 'li', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'section']);
/** Marks without a width or a look of their own; joiners stay, for emoji and Persian are written with them. */
const invisibleCharacters =
    /[\u0000-\u0008\u000B\u000E-\u001F\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFC]/g;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The text of an element as a reader sees it, cleaned; buttons are left out. Null when there is none or it is masked. */
export function readText(node: PageNode | null | undefined): string | null {
    return node ? cleanText(gatherText(node)) : null;
}

/** Like `readText`, on one line. */
export function readLine(node: PageNode | null | undefined): string | null {
    return readText(node)?.replace(/\s*\n\s*/g, ' ') ?? null;
}

function gatherText(node: PageNode): string {
    let text = '';
    for (const child of node.children) {
        if (typeof child === 'string') text += child.replace(/[ \t\r\n]{2,}|[\t\r\n]/g, ' ');
        else if (child.name === 'br') text += '\n';
        else if (child.name === 'button') continue;
        else text += blockElements.has(child.name) ? `\n${gatherText(child)}\n` : gatherText(child);
    }
    return text;
}

/**
 * Text as people wrote it: entities that were escaped twice undone, invisible and direction marks and odd spaces
 * gone, one line break between paragraphs. Null when nothing is left, or when it is masked.
 */
export function cleanText(raw: string | null | undefined): string | null {
    if (raw === null || raw === undefined) return null;
    const trimmed = raw.trim();
    const text = needsCleaning.test(trimmed) ? clean(trimmed) : trimmed;
    return text === '' || isMasked(text) ? null : text;
}

/** Any of what `clean` changes; most texts have none of it. */
const needsCleaning = new RegExp(`[&<\\n]|[^\\S ]|  |${invisibleCharacters.source}`);

function clean(raw: string): string {
    return raw
        .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (whole, name: string) => entities[name] ?? whole)
        .replace(/&#(x[\da-f]{1,6}|\d{1,7});/gi, decodeNumber)
        .replace(/<br\s*\/?>/gi, '\n')
        .replace(invisibleCharacters, '')
        .replace(/[^\S\n]+/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .replace(/\n{2,}/g, '\n')
        .trim();
}

/** A character by its number; what is no character (half of a pair, too large) stays as it is written. */
function decodeNumber(whole: string, code: string): string {
    const point = /^x/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number(code);
    const isCharacter = point > 0 && point < 0x11_0000 && !(point >= 0xd8_00 && point < 0xe0_00);
    return isCharacter ? String.fromCodePoint(point) : whole;
}

/** Stars in the place of words, also with the `undefined` that the page's own code leaves among them. */
function isMasked(text: string): boolean {
    return /^(?:[*\s·,.'’&()/–-]|undefined)+$/.test(text) && /\*|undefined/.test(text);
}

/** A text that the page holds folded and unfolded, in whole. */
export function readFoldedText(node: PageNode | null): string | null {
    const copies = ['show-more-less-text__text--more', 'show-more-less-text__text--less'];
    for (const copy of copies) {
        const text = readText(findFirst(node, hasClass(copy)));
        if (text !== null) return text;
    }
    return readText(
        findFirst(node, hasClass('experience-item__description', 'experience-group-position__description')),
    );
}
