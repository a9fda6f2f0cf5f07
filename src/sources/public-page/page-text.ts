import { getElements, type PageNode } from './page-tree.ts';

const blockElements = new Set(['p', 'div', 'li', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'section']);
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
        if (typeof child === 'string') text += child.replace(/[ \t\r\n]+/g, ' ');
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
    const text = raw
        .replace(/<br\s*\/?>/gi, '\n')
        .replace(/&(amp|lt|gt|quot|apos|nbsp);/g, (whole, name: string) => entities[name] ?? whole)
        .replace(/&#(\d{1,6});/g, (whole, code: string) =>
            Number(code) < 0x11_0000 ? String.fromCodePoint(Number(code)) : whole,
        )
        .replace(/[\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\u00AD]/g, '')
        .replace(/[^\S\n]+/g, ' ')
        .replace(/ ?\n ?/g, '\n')
        .replace(/\n{2,}/g, '\n')
        .trim();
    return text === '' || isMasked(text) ? null : text;
}

/** Stars in the place of words, also with the `undefined` that the page's own code leaves among them. */
export function isMasked(text: string): boolean {
    return /^(?:[*\s·–-]|undefined)+$/.test(text) && /\*{3}|undefined/.test(text);
}

/** The longer copy of a text that the page holds twice, folded and unfolded. */
export function readFoldedText(node: PageNode | null): string | null {
    const find = (word: string): PageNode | null => findByClass(node, word);
    return readText(find('show-more-less-text__text--more') ?? find('show-more-less-text__text--less'));
}

function findByClass(node: PageNode | null, word: string): PageNode | null {
    if (!node) return null;
    for (const child of getElements(node)) {
        if (child.classes.includes(word)) return child;
        const inside = findByClass(child, word);
        if (inside) return inside;
    }
    return null;
}

/** Names of powers of ten as pages shorten them, folded. `B` is left out: a billion in English, a thousand in Turkish. */
const multipliers: Array<[RegExp, number]> = [
    [/^(?:m|mio|mln|mi|milj|млн)\b/, 1_000_000],
    [/^(?:k|mil|tis|tys|tn|bin)\b/, 1_000],
    [/^(?:万|萬|만)/, 10_000],
    [/^(?:천)/, 1_000],
    [/^(?:億|亿|억)/, 100_000_000],
];

/** The number a text such as "12M followers", "1.234" or "500+" begins with, as an integer; null when it is unclear. */
export function parseCount(text: string): number | null {
    const plain = text
        .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
        .replace(/٬/g, ',')
        .replace(/٫/g, '.')
        .toLowerCase();
    const match = /(\d[\d.,'’\s]*\d|\d)\s*(.*)$/su.exec(plain);
    if (!match?.[1]) return null;
    const digits = match[1].replace(/[\s'’]/g, '');
    const factor = multipliers.find(([name]) => name.test(match[2] ?? ''))?.[1];
    if (factor !== undefined && /^\d+(?:[.,]\d{1,2})?$/.test(digits)) {
        return Math.round(Number(digits.replace(',', '.')) * factor);
    }
    return /^\d{1,3}(?:[.,]\d{3})+$|^\d+$/.test(digits) ? Number(digits.replace(/[.,]/g, '')) * (factor ?? 1) : null;
}
