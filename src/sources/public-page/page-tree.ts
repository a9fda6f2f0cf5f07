import { decodeHTML, decodeHTMLAttribute } from 'entities';
import { Parser } from 'htmlparser2';
import {
    createMarkupSkimmer,
    unwantedClasses,
    unwantedElements,
    unwantedSections,
    wantedDialogId,
} from './skim-markup.ts';

/** An element of the part of a page that is kept. */
export type PageNode = {
    name: string;
    attributes: Record<string, string>;
    classes: string[];
    children: Array<PageNode | string>;
};

/** What is read off the head of a page. */
export type PageHeadFacts = {
    metas: Map<string, string>;
    title: string;
    canonicalHref: string | null;
    jsonLd: string[];
};

export type PageTree = { head: PageHeadFacts; main: PageNode | null };

export type PageTreeBuilder = {
    /** Takes the next piece of text; true once `</main>` was passed, or the page is hopeless: no more is wanted. */
    write(text: string): boolean;
    /** `main` is null when there was none, or the page was hopeless. */
    end(): PageTree;
};

const skippedElements = new Set(unwantedElements);
const skippedClasses = new Set(unwantedClasses);
const skippedSections = new Set(unwantedSections);

/** Real pages nest thirty deep. What is deeper is dropped, for the tree is walked by recursion. */
const maxDepth = 200;
/** What opens this many elements without closing them is no page, and the parser's time grows with the square of it. */
const hopelessDepth = 2000;

/** Builds a small tree of what is wanted of a profile page while it streams by, and nothing of the rest. */
export function createPageTreeBuilder(): PageTreeBuilder {
    const head: PageHeadFacts = { metas: new Map(), title: '', canonicalHref: null, jsonLd: [] };
    const open: PageNode[] = [];
    let main: PageNode | null = null;
    let isMainPassed = false;
    let skippedDepth = 0;
    let depth = 0;
    let isHopeless = false;
    let headText: 'title' | 'jsonLd' | null = null;
    /** Text as it stands on the page: an entity may come in two pieces. */
    let waitingText = '';
    const skimmer = createMarkupSkimmer();

    const parser = new Parser(
        {
            onopentag(name, attributes) {
                flushText();
                depth += 1;
                if (depth > hopelessDepth) isHopeless = true;
                if (skippedDepth > 0) {
                    skippedDepth += 1;
                    return;
                }
                if (isMainPassed) return;
                const classes = attributes['class']?.split(/\s+/) ?? [];
                // Dialogs before the page's main part have a `main` of their own.
                if (open.length === 0 && (name !== 'main' || classes.includes('modal__main'))) {
                    readHeadTag(name, decodeAttributes(attributes));
                    return;
                }
                if (open.length > maxDepth || isSkipped(name, attributes, classes)) {
                    skippedDepth = 1;
                    return;
                }
                const node: PageNode = { name, attributes: decodeAttributes(attributes), classes, children: [] };
                open.at(-1)?.children.push(node);
                open.push(node);
                main ??= node;
            },
            ontext(text) {
                if (skippedDepth > 0 || isMainPassed) return;
                if (open.length > 0) waitingText += text;
                else if (headText === 'title') head.title += text;
                else if (headText === 'jsonLd') head.jsonLd[head.jsonLd.length - 1] += text;
            },
            onclosetag(name) {
                flushText();
                depth -= 1;
                if (skippedDepth > 0) {
                    skippedDepth -= 1;
                    return;
                }
                if (open.length === 0) {
                    if (name === 'title' || name === 'script') headText = null;
                    return;
                }
                open.pop();
                if (open.length === 0) isMainPassed = true;
            },
        },
        // Decoded here, and only what is kept: it spares the parser a look at every character of every attribute.
        { decodeEntities: false, lowerCaseTags: true },
    );

    function flushText(): void {
        if (waitingText === '') return;
        open.at(-1)?.children.push(decodeHTML(waitingText));
        waitingText = '';
    }

    function readHeadTag(name: string, attributes: Record<string, string>): void {
        if (name === 'meta') {
            const key = attributes['name'] ?? attributes['property'];
            if (key && !head.metas.has(key)) head.metas.set(key, attributes['content'] ?? '');
        } else if (name === 'link' && attributes['rel'] === 'canonical') {
            head.canonicalHref ??= attributes['href'] ?? null;
        } else if (name === 'title') {
            headText = head.title === '' ? 'title' : null;
        } else if (name === 'script' && attributes['type'] === 'application/ld+json') {
            head.jsonLd.push('');
            headText = 'jsonLd';
        }
    }

    return {
        write(text) {
            if (!isHopeless) parser.write(skimmer.write(text));
            return isMainPassed || isHopeless;
        },
        end() {
            if (isHopeless) return { head, main: null };
            parser.end(skimmer.end());
            head.title = decodeHTML(head.title);
            return { head, main };
        },
    };
}

function decodeAttributes(attributes: Record<string, string>): Record<string, string> {
    for (const name in attributes) {
        const value = attributes[name] ?? '';
        if (value.includes('&')) attributes[name] = decodeHTMLAttribute(value);
    }
    return attributes;
}

/** What the skimmer leaves out, wherever it did not recognise it. */
function isSkipped(name: string, attributes: Record<string, string>, classes: string[]): boolean {
    if (skippedElements.has(name) || skippedSections.has(attributes['data-section'] ?? '')) return true;
    if (attributes['id'] === wantedDialogId) return false;
    return classes.some((word) => skippedClasses.has(word));
}

export type NodeTest = (node: PageNode) => boolean;

export const hasClass =
    (...words: string[]): NodeTest =>
    (node) =>
        words.some((word) => node.classes.includes(word));

export const hasName =
    (...names: string[]): NodeTest =>
    (node) =>
        names.includes(node.name);

/** The elements directly inside a node. */
export function getElements(node: PageNode): PageNode[] {
    return node.children.filter((child) => typeof child !== 'string');
}

/** Every matching element under a node, in the order of the page; a match is not searched for further ones inside. */
export function findAll(node: PageNode | null | undefined, test: NodeTest): PageNode[] {
    if (!node) return [];
    const found: PageNode[] = [];
    collect(node, test, found);
    return found;
}

function collect(node: PageNode, test: NodeTest, found: PageNode[]): void {
    for (const child of node.children) {
        if (typeof child === 'string') continue;
        if (test(child)) found.push(child);
        else collect(child, test, found);
    }
}

/** The first matching element under a node. */
export function findFirst(node: PageNode | null | undefined, test: NodeTest): PageNode | null {
    if (!node) return null;
    for (const child of node.children) {
        if (typeof child === 'string') continue;
        if (test(child)) return child;
        const inside = findFirst(child, test);
        if (inside) return inside;
    }
    return null;
}
