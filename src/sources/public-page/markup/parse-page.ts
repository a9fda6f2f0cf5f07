import { Parser, Tokenizer } from 'htmlparser2';
import { attributeNames, type AttributeName, type PageNode } from './page-tree.ts';
import { TreeBuilder, type PageHead } from './tree-builder.ts';

export type Page = {
    head: PageHead;
    /** The kept part of the body, wherever its `<main>` starts and ends. */
    root: PageNode;
    /** Whether the page has an end, so that it was not truncated. */
    isComplete: boolean;
};

/**
 * Parses a page into a small tree of its kept parts.
 *
 * The page is parsed as Latin-1, one character per byte: all HTML syntax is ASCII, and only kept text is decoded.
 * Strings in the tree are views of parts of the page: copy what outlives it.
 */
export function parsePage(bytes: Buffer): Page {
    const builder = new TreeBuilder();
    new PageParser(builder).parse(bytes);
    const { head, root, isMainClosed, openCount } = builder;
    const hasEnd = isMainClosed || /<\/(?:body|html)\b/i.test(bytes.toString('latin1'));
    return { head, root, isComplete: hasEnd && openCount < maxOpenElements };
}

/**
 * A deep copy with independent strings. In V8 a substring is a view of its parent: one word would keep the whole text
 * of the page in memory.
 */
export function copyOut<T>(reading: T): T {
    return JSON.parse(JSON.stringify(reading)) as T;
}

/** Private members of htmlparser2 that this file uses; the test fails when a version changes them. */
type Internals = {
    buffer: string;
    /** The position of `buffer` in the page. */
    offset: number;
    /** The current position in the page. */
    index: number;
    stateInAttributeName(code: number): void;
};

const InternalTokenizer = Tokenizer as unknown as new (
    ...options: ConstructorParameters<typeof Tokenizer>
) => Internals;

/**
 * htmlparser2's tokenizer with faster searches for the end of values, texts, comments and attribute names, which it
 * scans character by character. Together they are three quarters of a page.
 */
class InternalSearchingTokenizer extends InternalTokenizer {
    /** Advances to the next such character; without one, to the end of the buffer, and returns false. */
    fastForwardTo(code: number): boolean {
        const { buffer, offset } = this;
        const place = buffer.indexOf(String.fromCharCode(code), this.index - offset + 1);
        this.index = offset + (place < 0 ? buffer.length - 1 : place);
        return place >= 0;
    }

    override stateInAttributeName(code: number): void {
        const { buffer, offset } = this;
        let place = this.index - offset;
        let next = code;
        while (!endsName(next)) {
            place += 1;
            if (place === buffer.length) {
                this.index = offset + place - 1;
                return;
            }
            next = buffer.charCodeAt(place);
        }
        this.index = offset + place;
        super.stateInAttributeName(next);
    }
}

/** Whether a character ends an attribute name: `=`, `>`, `/` or white space. Letters fail the first comparison. */
function endsName(code: number): boolean {
    return code <= 0x3e && (code >= 0x3d || code === 0x2f || code === 0x20 || (code >= 9 && code <= 13 && code !== 11));
}

export const SearchingTokenizer = InternalSearchingTokenizer as unknown as typeof Tokenizer;

/** A limit on nesting, beyond any real page: the parser searches all open elements at every tag. */
const maxOpenElements = 10_000;

/**
 * How much of a page is converted to a string at a time: for a whole page V8 would allocate from the kernel each time.
 */
const windowBytes = 32 * 1024;

/**
 * htmlparser2's rules for broken markup, plus two of the standard: `</body>` and `</html>` do not end the page, and a
 * stray end tag closes nothing outside the list or block that it is in. Parts that the builder does not want are never
 * cut out of the page.
 */
class PageParser extends Parser {
    private readonly builder: TreeBuilder;
    private window = '';
    private windowStart = 0;
    /** The attribute being read; null for an unwanted one. */
    private attribute: AttributeName | null = null;
    private value = '';

    constructor(builder: TreeBuilder) {
        super(builder, { decodeEntities: false, Tokenizer: SearchingTokenizer });
        this.builder = builder;
    }

    /** Parses the page window by window. Each starts with `<`, which is never inside a character or an entity. */
    parse(bytes: Buffer): void {
        for (let start = 0; start < bytes.length && this.builder.openCount < maxOpenElements;) {
            const next = bytes.indexOf('<', start + windowBytes);
            const end = next < 0 ? bytes.length : next;
            this.window = bytes.toString('latin1', start, end);
            this.windowStart = start;
            this.write(this.window);
            start = end;
        }
        this.end();
    }

    /** A name or a value. One that starts in an earlier window is a name with `<` in it, and never wanted. */
    private cut(start: number, end: number): string {
        return this.window.slice(Math.max(0, start - this.windowStart), end - this.windowStart);
    }

    override ontext(start: number, endIndex: number): void {
        if (this.builder.wantsText) super.ontext(start, endIndex);
    }

    override oncomment(): void {}

    override onopentagname(start: number, endIndex: number): void {
        if (this.builder.openCount >= maxOpenElements) this.pause();
        super.onopentagname(start, endIndex);
    }

    override onattribname(start: number, endIndex: number): void {
        const names = this.builder.wantsAttributes ? attributesByLength[endIndex - start] : undefined;
        this.attribute = names ? (names.get(this.cut(start, endIndex).toLowerCase()) ?? null) : null;
        this.value = '';
    }

    override onattribdata(start: number, endIndex: number): void {
        if (this.attribute !== null) this.value += this.cut(start, endIndex);
    }

    override onattribend(): void {
        if (this.attribute !== null) this.builder.onattribute(this.attribute, this.value);
    }

    override onclosetag(start: number, endIndex: number): void {
        const name = this.cut(start, endIndex).toLowerCase();
        if (!this.builder.isOutOfScope(name)) super.onclosetag(start, endIndex);
    }

    override isVoidElement(name: string): boolean {
        return name === 'html' || name === 'head' || name === 'body' || super.isVoidElement(name);
    }
}

const attributesByLength: Array<Map<string, AttributeName> | undefined> = [];
for (const name of attributeNames)
    (attributesByLength[name.length] ??= new Map<string, AttributeName>()).set(name, name);
