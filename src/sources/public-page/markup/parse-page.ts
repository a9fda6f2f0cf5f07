import { Parser } from 'htmlparser2';
import { TreeBuilder, type PageHead } from './tree-builder.ts';
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

/**
 * htmlparser2's rules for markup that is broken, and two of the standard's on top: the page ends with its text and not
 * with a tag, and a stray end tag ends nothing beyond the list or block that it stands in.
 */
class PageParser extends Parser {
    private readonly text: string;
    private readonly builder: TreeBuilder;

    constructor(text: string, builder: TreeBuilder) {
        super(builder, { decodeEntities: false });
        this.text = text;
        this.builder = builder;
    }

    override onopentagname(start: number, endIndex: number): void {
        if (this.builder.openCount >= maxOpenElements) this.pause();
        super.onopentagname(start, endIndex);
    }

    override onclosetag(start: number, endIndex: number): void {
        const name = this.text.slice(start, endIndex).toLowerCase();
        if (!this.builder.isOutOfScope(name)) super.onclosetag(start, endIndex);
    }

    override isVoidElement(name: string): boolean {
        return name === 'html' || name === 'head' || name === 'body' || super.isVoidElement(name);
    }
}

/**
 * Parses a page into a small tree of what is wanted of it.
 *
 * The page is parsed as bytes, a character for each: all that HTML is marked up with is ASCII, and only what is kept is
 * decoded. Strings in the tree are views of the whole page: copy what is to be kept.
 */
export function parsePage(bytes: Buffer): Page {
    const text = bytes.toString('latin1');
    const builder = new TreeBuilder();
    new PageParser(text, builder).end(text);
    const { head, root, isMainClosed, openCount } = builder;
    const hasEnd = isMainClosed || /<\/(?:body|html)\b/i.test(text);
    return { head, root, isComplete: hasEnd && openCount < maxOpenElements };
}
