import { greaterThan, isSpace, readAttributes, slash, type Attributes } from './read-attributes.ts';

export type MarkupHandler = {
    /**
     * What to do with what stands inside: `enter` it, `skip` it with its closing tag, or take all of it as one `text`. Of
     * a tag that is not entered it may be asked twice, when the window ends inside.
     */
    onOpenTag: (name: string, attributes: Attributes) => 'enter' | 'skip' | 'text';
    /** Whether to go on. */
    onCloseTag: (name: string) => 'more' | 'enough';
    /** A piece of text, as bytes; `decodeText` makes characters of the whole. */
    onText: (bytes: string) => void;
};

/** Elements that have no content and no closing tag. */
export const voidElements = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/**
 * How much of a page is looked at as one string. V8 gives a string of more than 128 KB memory of its own from the
 * kernel and back, which takes ten times as long as to copy it.
 */
const usualWindowBytes = 96 * 1024;

/**
 * Takes HTML apart: opening tags, closing tags and text, as they stand on the page. It leaves out comments, and what the
 * handler does not want is passed over by searching for its end, which costs a tenth of looking at every tag inside. An
 * element that is passed over ends at the page's `</main>` at the latest. What is cut off at the end is not there.
 *
 * It works on bytes, a character for each, not on characters: everything HTML is marked up with is ASCII, and only what
 * is kept has to be decoded. It looks through a window that moves on to what was cut off by its end, and grows when
 * that is longer than the window.
 */
export function scanMarkup(page: Buffer, handler: MarkupHandler, windowBytes = usualWindowBytes): void {
    let from = 0;
    let length = windowBytes;
    while (from < page.length) {
        const text = page.toString('latin1', from, from + length);
        const end = scanWindow(text, handler);
        if (end === null || from + length >= page.length) return;
        from += end;
        length = end === 0 ? length * 2 : windowBytes;
    }
}

/** Returns where the first thing begins that the window cuts off, or its end; null when the handler has enough. */
function scanWindow(text: string, { onOpenTag, onCloseTag, onText }: MarkupHandler): number | null {
    let at = 0;
    for (;;) {
        const tagAt = text.indexOf('<', at);
        const textEnd = tagAt < 0 ? text.length : tagAt;
        if (textEnd > at) onText(text.slice(at, textEnd));
        if (tagAt < 0) return text.length;
        const next = text.charCodeAt(tagAt + 1);
        if (isLetter(next)) at = takeOpenTag(tagAt);
        else if (next === slash || next === bang || next === questionMark) at = findMarkEnd(text, tagAt);
        else if (tagAt + 1 < text.length) {
            onText('<');
            at = tagAt + 1;
        } else at = cutOff;
        if (at === cutOff) return tagAt;
        if (
            next === slash &&
            isLetter(text.charCodeAt(tagAt + 2)) &&
            onCloseTag(readName(text, tagAt + 2)) === 'enough'
        )
            return null;
    }

    /** Returns where to go on: behind the tag, or behind all that it opens. */
    function takeOpenTag(tagAt: number): number {
        const name = readName(text, tagAt + 1);
        const attributes: Attributes = {};
        const end = readAttributes(text, tagAt + 1 + name.length, attributes);
        if (end === null) return cutOff;
        const decision = onOpenTag(name, attributes);
        if (decision === 'text') return takeContent(end + 1, name);
        // Of what is left out, only icons close themselves.
        const isEmpty = voidElements.has(name) || (name === 'svg' && text.charCodeAt(end - 1) === slash);
        return decision === 'skip' && !isEmpty ? passOver(text, end + 1, name) : end + 1;
    }

    function takeContent(from: number, name: string): number {
        const pattern = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
        pattern.lastIndex = from;
        const end = pattern.exec(text)?.index ?? cutOff;
        if (end > from) onText(text.slice(from, end));
        return end;
    }
}

/** In place of where something ends: it does not end in the window. */
const cutOff = -1;

/** Where to go on behind an element that is left out, whose opening tag ends at `from`. */
function passOver(text: string, from: number, name: string): number {
    const pattern = findMarks(name);
    pattern.lastIndex = from;
    let depth = 1;
    let mainDepth = 0;
    while (depth > 0) {
        if (!pattern.test(text)) return cutOff;
        const nameEnd = pattern.lastIndex;
        const at = text.lastIndexOf('<', nameEnd - 1);
        const next = text.charCodeAt(at + 1);
        const isClosing = next === slash;
        const isMain = name !== 'main' && text.slice(at + (isClosing ? 2 : 1), nameEnd).toLowerCase() === 'main';
        // Some dialogs have a `main` of their own. When the page's ends, what stands in it ends too.
        if (isMain && isClosing && mainDepth === 0) return at;
        const end = findMarkEnd(text, at);
        if (end === cutOff) return cutOff;
        pattern.lastIndex = end;
        if (next === bang) continue;
        if (isMain) mainDepth += isClosing ? -1 : 1;
        else if (isClosing) depth -= 1;
        else if (name !== 'svg' || text.charCodeAt(end - 2) !== slash) depth += 1;
    }
    return pattern.lastIndex;
}

/** Where a closing tag, a declaration or a comment ends, of which the first two characters are there. */
function findMarkEnd(text: string, at: number): number {
    const isComment = text.startsWith('<!--', at);
    // `<!-->` is a whole one.
    const end = isComment ? text.indexOf('-->', at + 2) : text.indexOf('>', at);
    return end < 0 ? cutOff : end + (isComment ? 3 : 1);
}

const bang = 0x21;
const questionMark = 0x3f;
const lessThan = 0x3c;

function isLetter(code: number): boolean {
    const lower = code | 0x20;
    return lower >= 0x61 && lower <= 0x7a;
}

function readName(text: string, from: number): string {
    let end = from;
    for (; end < text.length; end += 1) {
        const code = text.charCodeAt(end);
        if (isSpace(code) || code === slash || code === greaterThan || code === lessThan) break;
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
        // Names of 13 characters and more may be views of the page.
        if (name.length < 13 && marks.size < 100) marks.set(name, pattern);
    }
    return pattern;
}
