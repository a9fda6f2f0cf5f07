import type { Attributes } from './read-attributes.ts';

/** An element of the part of a page that is kept. */
export type PageNode = {
    name: string;
    attributes: Attributes;
    /** Its class names, each between two spaces. */
    classes: string;
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

export type NodeTest = (node: PageNode) => boolean;

/** The tests that were made so far: to compile a pattern is more work than to look for it in an entry. */
const classTests = new Map<string, NodeTest>();

/** Whether a node has one of these class names. */
export function hasClass(...names: string[]): NodeTest {
    const alternatives = names.join('|');
    let test = classTests.get(alternatives);
    if (!test) {
        const pattern = new RegExp(` (?:${alternatives}) `);
        test = ({ classes }) => classes !== '' && pattern.test(classes);
        classTests.set(alternatives, test);
    }
    return test;
}

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
