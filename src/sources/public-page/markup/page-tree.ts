/** The attributes kept in the tree. */
export const keptAttributes = [
    'src',
    'href',
    'data-section',
    'data-delayed-url',
    'data-tracking-control-name',
    'data-test-id',
    'data-semaphore-content-urn',
    'datetime',
] as const;
/** The attributes that are read; all others are skipped. */
export const attributeNames = [...keptAttributes, 'class', 'id', 'name', 'property', 'content', 'rel', 'type'] as const;
export type AttributeName = (typeof attributeNames)[number];
export type RawAttributes = { [name in AttributeName]?: string };

/** The kept attributes, decoded. */
export type Attributes = { [name in (typeof keptAttributes)[number]]?: string };

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

/** Whether an attribute of a node has one of these values. */
export const hasAttribute =
    (name: keyof Attributes, ...values: string[]): NodeTest =>
    ({ attributes }) =>
        values.includes(attributes[name] ?? '');

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

/** A copy of a node without its matching descendants. */
export function without(node: PageNode, test: NodeTest): PageNode {
    const kept = node.children.filter((child) => typeof child === 'string' || !test(child));
    return { ...node, children: kept.map((child) => (typeof child === 'string' ? child : without(child, test))) };
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

/** Elements that are always dropped. */
const unwantedElements = new Set(
    'html head body header nav footer code style iframe noscript template icon script textarea title meta link base'.split(
        ' ',
    ),
);
/** Sign-in dialogs. */
const dialogClasses = ['modal', 'contextual-sign-in-modal', 'sign-in-modal'];
/** The only dialog with profile data: the websites, when there are several. */
const wantedDialogId = 'websites';
/** Sections about the person's posts and courses. */
const unwantedSections = new Set(['posts', 'instructor-courses', 'activity']);
/** Sections of a company page about other things: employees, posts, products, jobs, other companies. */
const unwantedTestIds = new Set(
    'employees-at updates products browse-jobs affiliated-pages similar-pages more-searches'.split(' '),
);

/** Whether an element and its content are dropped. */
export function isUnwanted(name: string, attributes: RawAttributes, classes: ClassNames): boolean {
    if (unwantedElements.has(name)) return true;
    const section = attributes['data-section'];
    if (section !== undefined && unwantedSections.has(section)) return true;
    const testId = attributes['data-test-id'];
    if (testId !== undefined && unwantedTestIds.has(testId)) return true;
    return dialogClasses.some((dialog) => classes.has(dialog)) && attributes.id !== wantedDialogId;
}
