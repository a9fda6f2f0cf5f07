import { Parser } from 'htmlparser2';
import { SearchingTokenizer } from './searching-tokenizer.ts';
import { attributeNames, TreeBuilder, type AttributeName, type PageHead } from './tree-builder.ts';
import type { PageNode } from './page-tree.ts';

export type Page = {
    head: PageHead;
    /** What is wanted of the body, wherever its `<main>` begins and ends. */
    root: PageNode;
    /** Whether the page came to its end. */
    isComplete: boolean;
};

/** So many elements open at once are no page: the parser looks through all of them at every tag. */
const maxOpenElements = 10_000;

/** How much of a page is made a string at a time: V8 asks the kernel for the memory of a whole one, anew for each. */
const windowBytes = 32 * 1024;

/**
 * htmlparser2's rules for markup that is broken, and two of the standard's on top: the page ends with its text and not
 * with a tag, and a stray end tag ends nothing beyond the list or block that it stands in. What the builder does not
 * want is not even cut out of the page.
 */
class PageParser extends Parser {
    private readonly builder: TreeBuilder;
    private window = '';
    private windowStart = 0;
    /** The attribute that is being read; null for one that is not wanted. */
    private attribute: AttributeName | null = null;
    private value = '';

    constructor(builder: TreeBuilder) {
        super(builder, { decodeEntities: false, Tokenizer: SearchingTokenizer });
        this.builder = builder;
    }

    /** Parses the page, window by window. Each begins with `<`, which stands in no character and no entity. */
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

    /** A name or a value. What begins in an earlier window is a name with `<` in it, and nobody's. */
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

/**
 * Parses a page into a small tree of what is wanted of it.
 *
 * The page is parsed as bytes, a character for each: all that HTML is marked up with is ASCII, and only what is kept is
 * decoded. Strings in the tree are views of parts of the page: copy what is to be kept.
 */
export function parsePage(bytes: Buffer): Page {
    const builder = new TreeBuilder();
    new PageParser(builder).parse(bytes);
    const { head, root, isMainClosed, openCount } = builder;
    const hasEnd = isMainClosed || /<\/(?:body|html)\b/i.test(bytes.toString('latin1'));
    return { head, root, isComplete: hasEnd && openCount < maxOpenElements };
}
