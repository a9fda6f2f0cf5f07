/**
 * Characters that nobody sees and no handle needs, wherever they stand. Joiners and bidi marks are not among them: they
 * hold emoji and right-to-left names together.
 */
const invisible = /[\u00AD\u200B\u2060\uFEFF]/g;

/** A format character; but for the tags that the flags of England, Scotland and Wales end in. */
const format = String.raw`(?![\u{E0020}-\u{E007F}])\p{Cf}`;
const formatAtEnd = new RegExp(`^${format}$`, 'u');
const wrapAtStart = new RegExp(`^(?:[\\s"'“”‘’«»<>([{\`]|${format})$`, 'u');
const wrapAtEnd = new RegExp(`^(?:[\\s"'“”‘’«»<>)\\]},;.\`]|${format})$`, 'u');

/** A text without characters that nobody sees: anywhere those no name needs, at its ends joiners and bidi marks too. */
export function dropInvisible(text: string): string {
    return stripEnds(text, formatAtEnd, formatAtEnd);
}

/**
 * A line without what comes along when a URL is copied: spaces, quotes, brackets, a full stop, the mark of a list
 * (`- `, `1. `), a Markdown link's text. Two dots and more stay: they say that the line was cut off.
 */
export function cleanLine(line: string): string {
    const plain = unwrap(line.replace(/^\s*(?:[-*+•·–—]|\d{1,4}[.)])\s+/, ''));
    return unwrap(plain.replace(/^[^\]]*\]\((?=\S*$)/, ''));
}

function unwrap(text: string): string {
    return stripEnds(text, wrapAtStart, wrapAtEnd);
}

/** Looks at one character at a time: a pattern such as `(?:…)+$` takes time quadratic in a text's length. */
function stripEnds(text: string, atStart: RegExp, atEnd: RegExp): string {
    const characters = Array.from(text.replace(invisible, ''));
    let start = 0;
    let end = characters.length;
    while (start < end && atStart.test(characters[start] ?? '')) start += 1;
    while (end > start && atEnd.test(characters[end - 1] ?? '') && !isEllipsis(characters, end)) end -= 1;
    return characters.slice(start, end).join('');
}

function isEllipsis(characters: readonly string[], end: number): boolean {
    return characters[end - 1] === '.' && characters[end - 2] === '.';
}
