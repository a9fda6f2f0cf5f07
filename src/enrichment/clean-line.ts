/**
 * Characters that nobody sees and no handle needs, wherever they stand. Joiners and bidi marks are not among them: they
 * hold emoji and right-to-left names together.
 */
const invisible = /[\u00AD\u200B\u2060\uFEFF]/g;

/** A format character; but for the tags that the flags of England, Scotland and Wales end in. */
const format = String.raw`(?![\u{E0020}-\u{E007F}])\p{Cf}`;
const formatAtEnds = new RegExp(`^(?:${format})+|(?:${format})+$`, 'gu');
const wrapAtStart = new RegExp(`^(?:[\\s"'“”‘’«»<>([{\`]|${format})+`, 'u');
const wrapAtEnd = new RegExp(`(?:[\\s"'“”‘’«»<>)\\]},;.\`]|${format})+$`, 'u');

/** A text without characters that nobody sees: anywhere those no name needs, at its ends joiners and bidi marks too. */
export function dropInvisible(text: string): string {
    return text.replace(invisible, '').replace(formatAtEnds, '');
}

/**
 * A line without what comes along when a URL is copied: spaces, quotes, brackets, a full stop, the mark of a list
 * (`- `, `1. `), a Markdown link's text.
 */
export function cleanLine(line: string): string {
    const plain = stripEnds(line.replace(/^\s*(?:[-*+•·–—]|\d{1,4}[.)])\s+/, ''));
    return stripEnds(plain.replace(/^[^\]]*\]\((?=\S*$)/, ''));
}

function stripEnds(text: string): string {
    return text.replace(invisible, '').replace(wrapAtStart, '').replace(wrapAtEnd, '');
}
