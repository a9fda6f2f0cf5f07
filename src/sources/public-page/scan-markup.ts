import { greaterThan, isSpace, readAttributes, slash, type Attributes } from './read-attributes.ts';

export type MarkupHandler = {
    /** What to do with what stands inside: `enter` it, `skip` it with its closing tag, or take all of it as `text`. */
    onOpenTag: (name: string, attributes: Attributes) => 'enter' | 'skip' | 'text';
    /** Whether to go on. */
    onCloseTag: (name: string) => 'more' | 'enough';
    /** A piece of text, as bytes; `decodeText` makes characters of the whole. */
    onText: (bytes: string) => void;
};

/** Elements that have no content and no closing tag. */
export const voidElements = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/**
 * Takes HTML apart: opening tags, closing tags and text, as they stand on the page. It leaves out comments, and what the
 * handler does not want is passed over by searching for its end, which costs a tenth of looking at every tag inside. It
 * never passes over `</main>`, whatever was not closed. What is cut off at the end is not there.
 *
 * It works on bytes, a character for each, not on characters: everything HTML is marked up with is ASCII, and only what
 * is kept has to be decoded.
 */
export function scanMarkup(text: string, { onOpenTag, onCloseTag, onText }: MarkupHandler): void {
    let at = 0;
    while (at < text.length) {
        const tagAt = findOrEnd(text, '<', at);
        if (tagAt !== at) onText(text.slice(at, tagAt));
        const next = text.charCodeAt(tagAt + 1);
        if (isLetter(next)) at = takeOpenTag(tagAt);
        else if (text.startsWith('<!--', tagAt)) at = passComment(text, tagAt);
        else if (next === slash || next === bang || next === questionMark) {
            at = findOrEnd(text, '>', tagAt) + 1;
            const isTag = next === slash && at <= text.length && isLetter(text.charCodeAt(tagAt + 2));
            if (isTag && onCloseTag(readName(text, tagAt + 2)) === 'enough') return;
        } else if (tagAt < text.length) {
            onText('<');
            at = tagAt + 1;
        } else return;
    }

    /** Returns where to go on: behind the tag, or behind all that it opens. */
    function takeOpenTag(tagAt: number): number {
        const name = readName(text, tagAt + 1);
        const attributes: Attributes = {};
        const end = readAttributes(text, tagAt + 1 + name.length, attributes);
        if (end === null) return text.length;
        const decision = onOpenTag(name, attributes);
        if (decision === 'text') return takeContent(end + 1, name);
        // Of what is left out, only icons close themselves.
        const isEmpty = voidElements.has(name) || (name === 'svg' && text.charCodeAt(end - 1) === slash);
        return decision === 'skip' && !isEmpty ? passOver(text, end + 1, name) : end + 1;
    }

    function takeContent(from: number, name: string): number {
        const pattern = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
        pattern.lastIndex = from;
        const end = pattern.exec(text)?.index ?? text.length;
        if (end > from) onText(text.slice(from, end));
        return end;
    }
}

/** Where to go on behind an element that is left out, whose opening tag ends at `from`. */
function passOver(text: string, from: number, name: string): number {
    const pattern = findMarks(name);
    pattern.lastIndex = from;
    let depth = 1;
    let mainDepth = 0;
    while (depth > 0) {
        if (!pattern.test(text)) return text.length;
        const markEnd = pattern.lastIndex;
        const at = text.lastIndexOf('<', markEnd - 1);
        const next = text.charCodeAt(at + 1);
        if (next === bang) {
            pattern.lastIndex = passComment(text, at);
            continue;
        }
        const isClosing = next === slash;
        const isMain = name !== 'main' && text.slice(at + (isClosing ? 2 : 1), markEnd).toLowerCase() === 'main';
        // Some dialogs have a `main` of their own. When the page's ends, what stands in it ends too.
        if (isMain && isClosing && mainDepth === 0) return at;
        const end = findOrEnd(text, '>', at);
        if (isMain) mainDepth += isClosing ? -1 : 1;
        else if (isClosing) depth -= 1;
        else if (name !== 'svg' || text.charCodeAt(end - 1) !== slash) depth += 1;
        pattern.lastIndex = end + 1;
    }
    return pattern.lastIndex;
}

function passComment(text: string, at: number): number {
    // `<!-->` is a whole one.
    return findOrEnd(text, '-->', at + 2) + 3;
}

function findOrEnd(text: string, what: string, from: number): number {
    const at = text.indexOf(what, from);
    return at < 0 ? text.length : at;
}

const bang = 0x21;
const questionMark = 0x3f;

function isLetter(code: number): boolean {
    const lower = code | 0x20;
    return lower >= 0x61 && lower <= 0x7a;
}

function readName(text: string, from: number): string {
    let end = from;
    for (; end < text.length; end += 1) {
        const code = text.charCodeAt(end);
        if (isSpace(code) || code === slash || code === greaterThan) break;
    }
    return text.slice(from, end).toLowerCase();
}

const marks = new Map<string, RegExp>();

/** Finds what matters while an element is left out: comments, tags of its own name, and the main part's. */
function findMarks(name: string): RegExp {
    let pattern = marks.get(name);
    if (!pattern) {
        // Scripts and styles hold no elements, only text.
        const isText = name === 'script' || name === 'style';
        const escaped = name.replace(/[^a-z\d]/g, '\\$&');
        pattern = new RegExp(isText ? `</${escaped}(?=[\\s/>])` : `<!--|</?(?:${escaped}|main)(?=[\\s/>])`, 'gi');
        if (marks.size < 100) marks.set(name, pattern);
    }
    return pattern;
}
