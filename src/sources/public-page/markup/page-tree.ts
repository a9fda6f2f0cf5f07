/** The kept attributes, decoded. */
export type Attributes = {
    src?: string;
    href?: string;
    'data-section'?: string;
    'data-delayed-url'?: string;
    'data-tracking-control-name'?: string;
    'data-test-id'?: string;
    'data-semaphore-content-urn'?: string;
    datetime?: string;
};

export const emptyAttributes: Attributes = Object.freeze({});

export type ClassNames = ReadonlySet<string>;

/** An element of the kept part of a page. */
export type PageNode = {
    name: string;
    attributes: Attributes;
    classes: ClassNames;
    children: Array<PageNode | string>;
};

export type NodeTest = (node: PageNode) => boolean;

/** Whether a node has one of these class names. */
export function hasClass(...names: string[]): NodeTest {
    const [only = '', ...others] = names;
    if (others.length === 0) return ({ classes }) => classes.has(only);
    return ({ classes }) => classes.size > 0 && names.some((name) => classes.has(name));
}

/** Whether a class name of a node contains this part: `before:middot`, `not-first-middot`. */
export const hasClassPart =
    (part: string): NodeTest =>
    ({ classes }) =>
        [...classes].some((name) => name.includes(part));

export const hasName =
    (...names: string[]): NodeTest =>
    (node) =>
        names.includes(node.name);

/** Whether a node has this `data-test-id`. */
export const hasTestId =
    (id: string): NodeTest =>
    ({ attributes }) =>
        attributes['data-test-id'] === id;

/** Whether a node has this `data-tracking-control-name`. */
export const isTracked =
    (name: string): NodeTest =>
    ({ attributes }) =>
        attributes['data-tracking-control-name'] === name;

/** The child elements of a node. */
export function getElements(node: PageNode): PageNode[] {
    return node.children.filter((child) => typeof child !== 'string');
}

/** All matching descendants in document order, without those inside another match. */
export function findAll(node: PageNode | null | undefined, test: NodeTest): PageNode[] {
    return node ? collect(node, test, false, []) : [];
}

/** Like `findAll`, including those inside another match: an unclosed link contains later ones. */
export function findNested(node: PageNode | null | undefined, test: NodeTest): PageNode[] {
    return node ? collect(node, test, true, []) : [];
}

function collect(node: PageNode, test: NodeTest, isNested: boolean, found: PageNode[]): PageNode[] {
    for (const child of node.children) {
        if (typeof child === 'string') continue;
        const isMatch = test(child);
        if (isMatch) found.push(child);
        if (!isMatch || isNested) collect(child, test, isNested, found);
    }
    return found;
}

/** The first matching descendant. */
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

export const noClasses: ClassNames = new Set();

/** All pages together have a few hundred distinct class attributes. */
const knownClasses = new Map<string, ClassNames>();
const maxKnownClasses = 2000;

/** The names in a class attribute, cached. */
export function readClasses(value: string): ClassNames {
    const known = knownClasses.get(value);
    if (known) return known;
    // Copied: a substring would keep the page in memory.
    const copy = Buffer.from(value).toString();
    const classes: ClassNames = new Set(copy.split(/[ \t\n\f\r]+/).filter(Boolean));
    if (knownClasses.size < maxKnownClasses && copy.length < 1000) knownClasses.set(copy, classes);
    return classes;
}
