import { parseProfileUrl, reject, type ProfileUrlParsing } from '../../../enrichment/profile-url/profile-url.ts';
import { cutText, quoteInput } from '../quote-input.ts';

/** A profile that a text asks for: the text as the row repeats it, and what it was read as. */
export type FoundAddress = { url: string; parsing: ProfileUrlParsing };

/** The most characters of a line that are kept: longer is no profile URL, and the row that says so repeats the line. */
const maxLineLength = 2000;
/** How many addresses a message names. */
const maxNamed = 3;

const linkedinAddress = /linkedin\.c(?:om|n)|linkedin:\/\//i;
/** An address of somebody's profile, be it complete or not. */
const profileAddress = /linkedin\.c(?:om|n)(?::\d+)?\/(?:[^?#\s]*\/)?(?:in|pub)(?![^/?#\s])|linkedin:\/\/(?:in|pub)\//i;

/** Forms in which an address has a text for people beside it: the address is one of the groups. */
const links = new RegExp(
    [
        // =HYPERLINK("address", "Ada"), in any language and with quotes doubled as in a raw CSV cell
        String.raw`=\s*[\p{L}._]{2,40}\(\s*"{1,2}([^"]*)"{1,2}[^()"]*(?:"{1,2}[^"]*"{1,2}[^()"]*)?\)`,
        // [Ada](address "title")
        String.raw`\[[^[\]]*\]\(\s*<?([^\s()<>]+)>?(?:\s+"[^"]*")?\s*\)`,
        // <address> and <address|Ada>
        String.raw`<((?:https?:|www\.|(?:[a-z]{2,3}\.)?linkedin\.)[^\s<>|]*)(?:\|[^<>]*)?>`,
        // <a href="address">Ada</a>
        String.raw`<a\s[^<>]*?\bhref\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s<>"']+))[^<>]*>(?:[^<]*<\/a\s*>)?`,
    ].join('|'),
    'giu',
);

/** Where another address begins inside a run of characters. */
const nextAddress = String.raw`(?:https?:|www\.|(?:[a-z]{2,3}\.)?linkedin\.c(?:om|n)\b)`;
const gluedAddress = new RegExp(String.raw`(?:[,;|–—]|\\[nrt])(?=['(]?${nextAddress})`, 'i');
/** `LinkedIn:https://…`, `url=https://…`, `Ada(https://…`: a label that is no part of an address. */
const label = new RegExp(String.raw`^[\p{L}\p{N}_]*[:=([{>–—-]+(?=${nextAddress})`, 'iu');
/** Quotes, brackets, emphasis and separators around an address. */
const wrapping = /^['`([{*_~]+|['`)\]}*~,;]+$/g;
/** Words that only join addresses. */
const joiners = /^(?:and|or|und|oder|et|ou|y|e|en|i)$/i;

/** A piece of a text that is an address: the address itself, and the piece as it stands, from `start` to `end`. */
type Piece = { address: string; start: number; end: number };

/**
 * The profiles that a line, a cell or an element of a list asks for; none for a blank text. One address beside other
 * text is the text's; several with nothing else are lines of their own; several among other text are one rejection that
 * names them. A text without a LinkedIn address is one rejection.
 */
export function readAddresses(text: string): FoundAddress[] {
    if (text.trim() === '') return [];
    if (isPlain(text)) return [toFound(text, parseProfileUrl(text))];
    const { pieces, otherText } = findPieces(text);
    const found = pieces.map((piece) => ({ piece, parsing: parsePiece(piece, text) }));
    const profiles = found.filter(({ piece, parsing }) => parsing.ok || profileAddress.test(piece.address));
    const wanted = profiles.length > 0 ? profiles : found;
    const [only] = wanted;
    if (!only) return [toFound(text, parseProfileUrl(text))];
    if (wanted.length === 1) return [toFound(text, only.parsing)];
    if (!otherText) {
        return found.map(({ piece, parsing }) => toFound(text.slice(piece.start, piece.end).trim(), parsing));
    }
    return [toFound(text, chooseOne(wanted.map(({ parsing }) => parsing)) ?? rejectSeveral(pieces))];
}

/** Whether a text holds an address of somebody's profile, be it complete or not. */
export function hasProfileAddress(text: string): boolean {
    return profileAddress.test(text);
}

/** Whether a text holds any address on LinkedIn. */
export function hasLinkedinAddress(text: string): boolean {
    return linkedinAddress.test(text);
}

/** One run of characters without anything that could set off another address: nearly every line. */
function isPlain(text: string): boolean {
    return /^\s*(?![*_~])[^\s<>"|[\](){},;:=]*(?::\/\/[^\s<>"|[\](){},;:]*)?\s*$/.test(text);
}

function toFound(url: string, parsing: ProfileUrlParsing): FoundAddress {
    return { url: cutText(url, maxLineLength), parsing };
}

/** The addresses on LinkedIn in a text, and whether there is any other text. */
function findPieces(text: string): { pieces: Piece[]; otherText: boolean } {
    const pieces: Piece[] = [];
    let otherText = false;
    let end = 0;
    for (const match of text.matchAll(links)) {
        readWords(text.slice(end, match.index), end);
        end = match.index + match[0].length;
        const address = match.slice(1).find((group) => group !== undefined) ?? '';
        if (linkedinAddress.test(address)) pieces.push({ address, start: match.index, end });
        else otherText = true;
    }
    readWords(text.slice(end), end);
    return { pieces, otherText };

    function readWords(part: string, offset: number): void {
        for (const match of part.matchAll(/[^\s<>"“”„«»|]+/gu)) {
            let start = offset + match.index;
            for (const word of match[0].split(gluedAddress)) {
                // The separator has one character or, escaped, two.
                if (start > offset + match.index) start += text[start] === '\\' ? 2 : 1;
                readWord(word, start);
                start += word.length;
            }
        }
    }

    function readWord(word: string, start: number): void {
        if (word.length > maxLineLength * 2) {
            otherText = true;
            return;
        }
        const [before = ''] = label.exec(word.replace(/^[*_~]+/, '')) ?? [];
        const ends = word.startsWith('_') ? /^_+|_+$/g : /^$/;
        const address = word
            .slice(word.indexOf(before) + before.length)
            .replace(ends, '')
            .replace(wrapping, '');
        if (linkedinAddress.test(address)) {
            const at = start + word.lastIndexOf(address);
            pieces.push({ address, start: at, end: at + address.length });
            if (isText(before)) otherText = true;
        } else if (isText(word)) {
            otherText = true;
        }
    }
}

/** Whether a word says anything. Marks, the numbers of a list, tags and words that join addresses do not. */
function isText(word: string): boolean {
    return (
        /[\p{L}\p{N}]/u.test(word) &&
        !/^[([]?\d{1,4}[.)\]:]$|^\/?(?:a|b|br|p|li|ul|ol|td|tr|div)\/?$/i.test(word) &&
        !joiners.test(word)
    );
}

/** What an address is, in view of what follows it: text may belong to it that is no part of it as it stands. */
function parsePiece({ address, end }: Piece, text: string): ProfileUrlParsing {
    const parsing = parseProfileUrl(address);
    if (!parsing.ok || !/\/(?:in|pub)\/[^/?#]*$/i.test(address)) return parsing;
    const rest = text.slice(end, end + 120);
    if (/^[ \t]*(?:\.{2,}|…|⋯|\[?\(?(?:\.{3}|…))/.test(rest)) return reject('cutOff');
    if (address.endsWith('.')) return parsing;
    // `/in/john smith/`: the blank should have been a hyphen.
    const continuation =
        /^[ \u00A0]+(?:[^\s/,;|]+[ \u00A0]+){0,3}[^\s/,;|]+\/(?:$|[\s?#]|[a-z]{2}(?:$|[\s/_-])|details?\/|overlay\/|recent-activity)/i;
    if (continuation.test(rest) && !linkedinAddress.test(rest.slice(0, rest.search(/\//)))) return reject('cutByBlank');
    // `/in/ada,Ada Smith`: a handle may hold a comma, so either might be meant.
    return /[,;]/.test(address) && isText(rest.trim().split(/\s/)[0] ?? '') ? reject('unclearEnd') : parsing;
}

/** The one profile among several addresses, when the others are it once more or nothing that could be fetched. */
function chooseOne(parsings: readonly ProfileUrlParsing[]): ProfileUrlParsing | null {
    const accepted = parsings.filter((parsing) => parsing.ok);
    const [first] = accepted;
    const isSame = accepted.every(({ profileUrl }) => profileUrl.handle === first?.profileUrl.handle);
    return first && isSame && parsings.every((parsing) => parsing.ok || parsing.kind === 'memberId') ? first : null;
}

function rejectSeveral(pieces: readonly Piece[]): ProfileUrlParsing {
    const named = pieces.slice(0, maxNamed).map(({ address }) => quoteInput(address));
    const more = pieces.length > maxNamed ? ` and ${pieces.length - maxNamed} more` : '';
    return reject('several', `This line names several profiles among other text: ${named.join(', ')}${more}.`);
}
