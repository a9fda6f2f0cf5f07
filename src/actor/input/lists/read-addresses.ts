import { parseProfileUrl, reject, type ProfileUrlParsing } from '../../../enrichment/profile-url/profile-url.ts';
import { cutText, quoteInput } from '../quote-input.ts';

/** A profile named in a text: the text to repeat in the row, and its parsing. */
export type FoundAddress = { url: string; parsing: ProfileUrlParsing };

/** The most characters kept of a line: anything longer is not a profile URL, and the row repeats the line. */
const maxLineLength = 2000;
/** Addresses named in a message. */
const maxNamed = 3;

const linkedinAddress = /linkedin\.c(?:om|n)|linkedin:\/\//i;
/**
 * The address of a profile, complete or not. It ends before another address, so that many in a row take linear time.
 */
const profileAddress =
    /linkedin\.c(?:om|n)(?::\d+)?\/(?:(?:(?!linkedin\.c(?:om|n)[:/])[^?#\s])*\/)?(?:in|pub)(?![^/?#\s])|linkedin:\/\/(?:in|pub)\//i;

/** Link syntaxes that pair an address with a label; the address is one of the groups. */
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

/** The start of another address inside a run of characters. */
const nextAddress = String.raw`(?:https?:|www\.|(?:[a-z]{2,3}\.)?linkedin\.c(?:om|n)\b)`;
const gluedAddress = new RegExp(String.raw`(?:[,;|–—]|\\[nrt])(?=['(]?${nextAddress})`, 'i');
/** `LinkedIn:https://…`, `url=https://…`, `Ada(https://…`: a label that is not part of the address. */
const label = new RegExp(String.raw`^[\p{L}\p{N}_]*[:=([{>–—-]+(?=${nextAddress})`, 'iu');
/** Quotes, brackets, emphasis and separators around an address. */
const wrapping = /^['`([{*_~]+|['`)\]}*~,;]+$/g;
/** Words that join addresses. */
const joiners = /^(?:and|or|und|oder|et|ou|y|e|en|i)$/i;

/** An address in a text: the address itself, and its extent from `start` to `end` with any wrapping. */
type Piece = { address: string; start: number; end: number };

/**
 * Reads the profiles named by a line, a cell or an element; none for blank text. A single address with other text keeps
 * the whole text; several addresses alone become lines of their own; several among other text are one rejection that
 * lists them. Text without a LinkedIn address is one rejection.
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

/** Whether a text contains a profile address, complete or not. */
export function hasProfileAddress(text: string): boolean {
    return profileAddress.test(text);
}

/** Whether a text contains any LinkedIn address. */
export function hasLinkedinAddress(text: string): boolean {
    return linkedinAddress.test(text);
}

/** Whether a text is a single word without separators, as nearly every line is. */
function isPlain(text: string): boolean {
    return /^\s*(?![*_~])[^\s<>"|[\](){},;:=]*(?::\/\/[^\s<>"|[\](){},;:]*)?\s*$/.test(text);
}

function toFound(url: string, parsing: ProfileUrlParsing): FoundAddress {
    return { url: cutText(url, maxLineLength), parsing };
}

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
                // The separator is one character or, escaped, two.
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

/** Whether a word is content rather than punctuation, a list number, a tag or a joining word. */
function isText(word: string): boolean {
    return (
        /[\p{L}\p{N}]/u.test(word) &&
        !/^[([]?\d{1,4}[.)\]:]$|^\/?(?:a|b|br|p|li|ul|ol|td|tr|div)\/?$/i.test(word) &&
        !joiners.test(word)
    );
}

/** Parses an address with regard to the text after it, which may have been a part of it. */
function parsePiece({ address, end }: Piece, text: string): ProfileUrlParsing {
    const parsing = parseProfileUrl(address);
    if (!parsing.ok || !/\/(?:in|pub)\/[^/?#]*$/i.test(address)) return parsing;
    const rest = text.slice(end, end + 120);
    if (/^[ \t]*(?:\.{2,}|…|⋯|\[?\(?(?:\.{3}|…))/.test(rest)) return reject('cutOff');
    if (address.endsWith('.')) return parsing;
    // `/in/john smith/`: the space should have been a hyphen.
    const continuation =
        /^[ \u00A0]+(?:[^\s/,;|]+[ \u00A0]+){0,3}[^\s/,;|]+\/(?:$|[\s?#]|[a-z]{2}(?:$|[\s/_-])|details?\/|overlay\/|recent-activity)/i;
    if (continuation.test(rest) && !linkedinAddress.test(rest.slice(0, rest.search(/\//)))) return reject('cutByBlank');
    // `/in/ada,Ada Smith`: a handle may contain a comma, so this is ambiguous.
    return /[,;]/.test(address) && isText(rest.trim().split(/\s/)[0] ?? '') ? reject('unclearEnd') : parsing;
}

/** The only profile among several addresses when the others are the same one or cannot be fetched. */
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
