import { greaterThan, isSpace, readAttributes, slash, type Attributes } from './read-attributes.ts';

export type MarkupHandler = {
    /** What to do with what stands inside: `enter` it, `skip` it with its closing tag, or take all of it as `text`. */
    onOpenTag(name: string, attributes: Attributes): 'enter' | 'skip' | 'text';
    onCloseTag(name: string): void;
    /** A piece of text, as bytes; `decodeText` makes characters of the whole. */
    onText(bytes: string): void;
};

export type MarkupScanner = {
    /** Takes the next piece of the page, a character for each of its bytes. False when this is no page: then no more. */
    write(bytes: string): boolean;
};

/** Elements that have no content and no closing tag. */
export const voidElements = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/** Real tags have a few hundred bytes. What goes on for longer than this is no tag, and the page is none. */
const longestTag = 262_144;
/** How much of a text's end may be the beginning of the next mark: of a tag of this name, of `</main>` or a comment. */
const markLength = (name: string): number => Math.max(name.length, 'main'.length) + '</ '.length;

const closingTag = (name: string) => new RegExp(`</${name}(?=[\\s/>])`, 'gi');

/** An element that is being left out, to the tag that closes it. */
type Skipping = { name: string; depth: number; mainDepth: number };

/**
 * Takes HTML apart while it comes in: opening tags, closing tags and text, as they stand on the page. It leaves out
 * comments, and what the handler does not want is passed over by searching for its end, which costs a tenth of
 * looking at every tag inside. It never passes over `</main>`, whatever was not closed.
 *
 * It works on bytes, not on characters: everything HTML is marked up with is ASCII, and only what is kept has to be
 * decoded.
 */
export function createMarkupScanner(handler: MarkupHandler): MarkupScanner {
    /** The beginning of what has not come whole yet. */
    let rest = '';
    let isInComment = false;
    let skipping: Skipping | null = null;
    /** The element whose content is text alone. */
    let textElement: string | null = null;

    function write(piece: string): boolean {
        const text = rest + piece;
        rest = '';
        let position = 0;
        while (position < text.length) {
            const next = takeNext(text, position);
            if (next === null) return rest.length <= longestTag;
            position = next;
        }
        return true;
    }

    /** Takes what begins at a place. Returns where it ends; null, with what is kept back, when its end is to come. */
    function takeNext(text: string, from: number): number | null {
        if (isInComment) return passComment(text, from);
        if (skipping) return passOver(text, from, skipping);
        if (textElement !== null) return takeContent(text, from, textElement);
        return takeTextAndTag(text, from);
    }

    function takeTextAndTag(text: string, from: number): number | null {
        const at = text.indexOf('<', from);
        if (at !== from) handler.onText(text.slice(from, at < 0 ? undefined : at));
        if (at < 0) return text.length;
        const next = text.charCodeAt(at + 1);
        if (isLetter(next)) return takeOpenTag(text, at);
        if (text.startsWith('<!--', at)) return enterComment(at);
        const isTag = next === slash || next === bang || next === questionMark;
        const end = isTag ? text.indexOf('>', at) : at;
        const mayBeComment = text.length - at < 4 && '<!--'.startsWith(text.slice(at));
        if (end < 0 || mayBeComment) return keepBack(text, at);
        if (!isTag) handler.onText('<');
        if (next === slash && isLetter(text.charCodeAt(at + 2))) handler.onCloseTag(readName(text, at + 2));
        return end + 1;
    }

    function takeOpenTag(text: string, at: number): number | null {
        const name = readName(text, at + 1);
        const attributes: Attributes = {};
        const end = readAttributes(text, at + 1 + name.length, attributes);
        if (end === null) return keepBack(text, at);
        const decision = handler.onOpenTag(name, attributes);
        if (decision === 'text') textElement = name;
        // Of what is left out, only icons close themselves.
        const isEmpty = voidElements.has(name) || (name === 'svg' && text.charCodeAt(end - 1) === slash);
        if (decision === 'skip' && !isEmpty) skipping = { name, depth: 1, mainDepth: 0 };
        return end + 1;
    }

    function takeContent(text: string, from: number, name: string): number | null {
        const pattern = closingTag(name);
        pattern.lastIndex = from;
        const end = pattern.exec(text)?.index;
        const whole = end ?? Math.max(from, text.length - markLength(name));
        if (whole > from) handler.onText(text.slice(from, whole));
        if (end === undefined) return keepBack(text, whole);
        textElement = null;
        return end;
    }

    /** Passes over tags inside an element that is left out, and at last over the one that closes it. */
    function passOver(text: string, from: number, skipped: Skipping): number | null {
        const pattern = findMarks(skipped.name);
        pattern.lastIndex = from;
        const match = pattern.exec(text);
        if (!match) return keepBack(text, Math.max(from, text.length - markLength(skipped.name)));
        const [mark, closing, isMain] = match;
        if (mark === '<!--') return enterComment(match.index);
        // Some dialogs have a `main` of their own. When the page's ends, what stands in it ends too.
        if (isMain && closing && skipped.mainDepth === 0) {
            skipping = null;
            return match.index;
        }
        const end = text.indexOf('>', match.index);
        if (end < 0) return keepBack(text, match.index);
        const isEmpty = skipped.name === 'svg' && text.charCodeAt(end - 1) === slash;
        if (isMain) skipped.mainDepth += closing ? -1 : 1;
        else if (closing) skipped.depth -= 1;
        else if (!isEmpty) skipped.depth += 1;
        if (skipped.depth === 0) skipping = null;
        return end + 1;
    }

    function enterComment(at: number): number {
        isInComment = true;
        // `<!-->` is a whole one.
        return at + 2;
    }

    function passComment(text: string, from: number): number | null {
        const end = text.indexOf('-->', from);
        if (end < 0) return keepBack(text, Math.max(from, text.length - 2));
        isInComment = false;
        return end + 3;
    }

    function keepBack(text: string, from: number): null {
        rest = text.slice(from);
        return null;
    }

    return { write };
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
        pattern = new RegExp(isText ? `<(/)${escaped}(?=[\\s/>])` : `<!--|<(/?)(?:${escaped}|(main))(?=[\\s/>])`, 'gi');
        if (marks.size < 100) marks.set(name, pattern);
    }
    return pattern;
}
