/** Elements of which nothing is wanted, wherever they stand. */
export const unwantedElements = ['svg', 'form', 'code', 'style', 'iframe', 'noscript', 'template', 'icon', 'script'];
const unwantedPattern = new RegExp(`<(?:!--|(${unwantedElements.join('|')})[\\s/>])`, 'gi');
/** Class names of sign-in dialogs. */
export const unwantedClasses = ['modal', 'contextual-sign-in-modal', 'sign-in-modal'];
/** The dialog that shows something of the person: their websites, when there are several. */
export const wantedDialogId = 'websites';
/** Sections of what the person wrote. */
export const unwantedSections = ['posts', 'articles', 'instructor-courses', 'activity'];

/** What stands in the opening tag of a dialog or section that is not wanted, and seldom elsewhere. */
const hintPattern = new RegExp(`modal|data-section="(?:${unwantedSections.join('|')})"`, 'g');
const dialogPattern = new RegExp(`\\sclass="(?:[^"]*\\s)?(?:${unwantedClasses.join('|')})(?:\\s[^"]*)?"`);
const sectionPattern = new RegExp(`\\sdata-section="(?:${unwantedSections.join('|')})"`);
const wantedPattern = new RegExp(`\\sid="${wantedDialogId}"`);

/** A tag cut in two by the end of a piece is kept back whole; longer than this it is no tag. */
const longestTag = 65_536;
const longestTagName = 16;

/** What is being left out: everything to the end of a comment, or to the tag that closes an element. */
type Skipping = { depth: number; mainDepth: number; isForeign: boolean; pattern: RegExp };

export type MarkupSkimmer = {
    /** What is left of the next piece of a page; some of it may only come with the piece after. */
    write(text: string): string;
    /** What was kept back. */
    end(): string;
};

/**
 * Leaves out of a page what the parser would only look at to drop it: comments, icons, forms, scripts and sign-in
 * dialogs, a third to a half of a real page. Searching for the few marks between which they stand costs a tenth of
 * parsing them. JSON-LD is kept. What it does not recognise it hands on, and never leaves out `</main>`.
 */
export function createMarkupSkimmer(): MarkupSkimmer {
    let rest = '';
    let skipping: Skipping | 'comment' | null = null;

    function write(piece: string): string {
        const text = rest + piece;
        rest = '';
        let kept = '';
        let position = 0;
        let block: Unwanted | null = null;
        for (;;) {
            if (skipping) {
                const end = findEnd(text, position);
                if (end === null) return kept;
                position = end;
                continue;
            }
            // Looked for once, not again after every comment before it.
            if (!block || block.at < position) block = findBlock(text, position);
            const start = findUnwanted(text, position, block);
            kept += text.slice(position, start.at);
            if (start.kind === 'none') {
                rest = text.slice(start.at);
                return kept;
            }
            skipping = start.kind === 'comment' ? 'comment' : startSkipping(start.name);
            position = start.contentAt;
        }
    }

    /** Where what is being left out ends; null, with the last few characters kept back, when it does not end here. */
    function findEnd(text: string, from: number): number | null {
        if (skipping === 'comment') {
            const end = text.indexOf('-->', from);
            if (end >= 0) skipping = null;
            else rest = text.slice(Math.max(from, text.length - 2));
            return end < 0 ? null : end + 3;
        }
        const skipped = skipping as Skipping;
        const { pattern } = skipped;
        pattern.lastIndex = from;
        let lastAt = from;
        for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
            const [mark, slash, isMain] = match;
            if (mark.startsWith('<!--')) {
                const end = text.indexOf('-->', match.index);
                if (end < 0) {
                    rest = text.slice(match.index);
                    return null;
                }
                pattern.lastIndex = end + 3;
            } else if (isMain) {
                // Some dialogs have a `main` of their own. When the page's ends, the element ends with it.
                if (slash === '/' && skipped.mainDepth === 0) {
                    skipping = null;
                    return match.index;
                }
                skipped.mainDepth += slash === '/' ? -1 : 1;
            } else if (slash === '/' && skipped.depth === 1) {
                const end = text.indexOf('>', match.index);
                if (end < 0) {
                    rest = text.slice(match.index);
                    return null;
                }
                skipping = null;
                return end + 1;
            } else if (slash === '/') {
                skipped.depth -= 1;
            } else {
                const end = text.indexOf('>', match.index);
                if (end < 0) {
                    rest = text.slice(match.index);
                    return null;
                }
                if (!skipped.isForeign || text[end - 1] !== '/') skipped.depth += 1;
            }
            lastAt = pattern.lastIndex;
        }
        rest = text.slice(Math.max(lastAt, text.length - longestTagName));
        return null;
    }

    return {
        write,
        end() {
            const kept = skipping ? '' : rest;
            rest = '';
            return kept;
        },
    };
}

type Unwanted =
    | { kind: 'comment'; at: number; contentAt: number }
    | { kind: 'element'; at: number; contentAt: number; name: string }
    /** Nothing unwanted before `at`; what follows is a tag that has not ended yet. */
    | { kind: 'none'; at: number };

/** The next thing that is not wanted; `block` is the next dialog or section. */
function findUnwanted(text: string, from: number, block: Unwanted): Unwanted {
    unwantedPattern.lastIndex = from;
    for (let match = unwantedPattern.exec(text); match && match.index < block.at; match = unwantedPattern.exec(text)) {
        const at = match.index;
        const name = match[1]?.toLowerCase();
        if (name === undefined) return { kind: 'comment', at, contentAt: at + 4 };
        const tagEnd = text.indexOf('>', at);
        if (tagEnd < 0) return { kind: 'none', at };
        const isJsonLd = name === 'script' && text.slice(at, tagEnd).includes('ld+json');
        const isEmpty = text[tagEnd - 1] === '/' && name === 'svg';
        if (!isJsonLd && !isEmpty) return { kind: 'element', at, contentAt: tagEnd + 1, name };
        unwantedPattern.lastIndex = tagEnd;
    }
    return block;
}

/** The next dialog or section that is not wanted; when there is none, from where on the text is to be kept back. */
function findBlock(text: string, from: number): Unwanted {
    hintPattern.lastIndex = from;
    for (let hint = hintPattern.exec(text); hint; hint = hintPattern.exec(text)) {
        const at = text.lastIndexOf('<', hint.index);
        const tagEnd = text.indexOf('>', at);
        if (at < from || (tagEnd >= 0 && tagEnd < hint.index)) continue;
        if (tagEnd < 0) break;
        const tag = text.slice(at, tagEnd);
        if (tag.includes('<', 1)) continue;
        const name = /^<([a-z][^\s/>]*)/i.exec(tag)?.[1]?.toLowerCase();
        const isUnwanted = sectionPattern.test(tag) || (dialogPattern.test(tag) && !wantedPattern.test(tag));
        if (name && isUnwanted) return { kind: 'element', at, contentAt: tagEnd + 1, name };
    }
    const lastTag = text.lastIndexOf('<');
    const isCut = lastTag >= from && text.length - lastTag < longestTag && !text.includes('>', lastTag);
    return { kind: 'none', at: isCut ? lastTag : text.length };
}

const patterns = new Map<string, RegExp>();

function startSkipping(name: string): Skipping {
    let pattern = patterns.get(name);
    if (!pattern) {
        // Scripts and styles hold no elements, only text.
        const isText = name === 'script' || name === 'style';
        const marks = isText ? `<(/)${name}(?=[\\s/>])` : `<!--|<(/?)(?:${name}|(main))(?=[\\s/>])`;
        pattern = new RegExp(marks, 'gi');
        patterns.set(name, pattern);
    }
    // Only in SVG does a tag such as `<g/>` close itself.
    return { depth: 1, mainDepth: 0, isForeign: name === 'svg', pattern };
}
