import { decodeHTML, decodeHTMLAttribute } from 'entities';
import type { Handler } from 'htmlparser2';
import {
    emptyAttributes,
    noClasses,
    readClasses,
    type Attributes,
    type ClassNames,
    type PageNode,
} from './page-tree.ts';

/** What is read off the head of a page. */
export type PageHead = {
    metas: Map<string, string>;
    title: string;
    canonicalHref: string | null;
    /** The text of each block of structured data. */
    jsonLd: string[];
};

/** Real pages nest thirty deep. What is deeper becomes children of the deepest, for the tree is walked by recursion. */
const maxDepth = 1000;

/** The attributes that stay in the tree. */
const keptAttributes = [
    'src',
    'href',
    'data-section',
    'data-delayed-url',
    'data-tracking-control-name',
    'data-test-id',
    'data-semaphore-content-urn',
    'datetime',
] as const;
/** Those that are looked at; no others are read. */
export const attributeNames = [...keptAttributes, 'class', 'id', 'name', 'property', 'content', 'rel', 'type'] as const;
export type AttributeName = (typeof attributeNames)[number];
type RawAttributes = { [name in AttributeName]?: string };
const noAttributes: RawAttributes = Object.freeze({});

/** Stands for elements of which nothing is wanted. */
const dropped: PageNode = { name: '', attributes: emptyAttributes, classes: noClasses, children: [] };
/** Stands for a picture and its parts. Elements of HTML are no parts of one: they end it. */
const picture: PageNode = { ...dropped };

const isKept = (node: PageNode): boolean => node !== dropped && node !== picture;

/**
 * Builds the tree of what is wanted of a page from the events of a parser, in which every element that opens closes.
 * Texts and attributes come as bytes, a character for each, with their entities.
 */
export class TreeBuilder implements Partial<Handler> {
    readonly head: PageHead = { metas: new Map(), title: '', canonicalHref: null, jsonLd: [] };
    readonly root: PageNode = { name: 'body', attributes: emptyAttributes, classes: noClasses, children: [] };
    /** Whether the page's own `<main>` was closed by its end tag. */
    isMainClosed = false;

    /** The names of the elements that are open. */
    private readonly names: string[] = [];
    /** What became of each element that is open. */
    private readonly open: PageNode[] = [];
    /** The place of the page's own `<main>` in `open`; null before it, -1 behind it. */
    private mainPlace: number | null = null;
    private headText: 'title' | 'jsonLd' | null = null;

    /** Of the element that is beginning: where it will stand, and what it says. */
    private parent: PageNode = this.root;
    private classes: ClassNames = noClasses;
    private attributes: RawAttributes = noAttributes;
    /** Whether anybody looks at what the element says. */
    wantsAttributes = false;

    onopentagname(name: string): void {
        this.parent = this.findParent(name);
        this.classes = noClasses;
        this.attributes = noAttributes;
        this.wantsAttributes = isKept(this.parent) || name === 'main';
    }

    /** Called for wanted attributes only, between the name of an element and its beginning. */
    onattribute(name: AttributeName, value: string): void {
        if (name === 'class') {
            if (this.classes === noClasses) this.classes = readClasses(value);
            return;
        }
        if (this.attributes === noAttributes) this.attributes = {};
        this.attributes[name] ??= value;
    }

    onopentag(name: string): void {
        this.headText = null;
        this.open.push(this.place(name));
        this.names.push(name);
    }

    get openCount(): number {
        return this.open.length;
    }

    /** Whether the text that comes next is looked at. */
    get wantsText(): boolean {
        return this.headText !== null || isKept(this.open.at(-1) ?? this.root);
    }

    /** Whether the end tag of a name ends nothing, since the element stands outside of one that it does not end. */
    isOutOfScope(name: string): boolean {
        if (this.names.at(-1) === name) return false;
        if (name === 'form') return true;
        if (special.has(name) && name !== 'li') return false;
        const barrier = name === 'li' ? lists : special;
        for (let place = this.names.length - 1; place >= 0; place -= 1) {
            const open = this.names[place] ?? '';
            if (open === name) return false;
            if (barrier.has(open)) return true;
        }
        return false;
    }

    ontext(bytes: string): void {
        if (this.headText === 'title') this.head.title += decodeText(bytes);
        else if (this.headText === 'jsonLd') this.head.jsonLd.push((this.head.jsonLd.pop() ?? '') + decodeBytes(bytes));
        const parent = this.open.at(-1) ?? this.root;
        if (!isKept(parent)) return;
        // Half of the texts on a page only indent it.
        append(parent, anythingButSpace.test(bytes) ? decodeText(bytes) : ' ');
    }

    onclosetag(_name: string, isImplied: boolean): void {
        this.headText = null;
        this.open.pop();
        this.names.pop();
        if (this.mainPlace !== this.open.length) return;
        this.isMainClosed = !isImplied;
        this.mainPlace = -1;
    }

    /** The node that an element becomes, put into its place in the tree. */
    private place(name: string): PageNode {
        const { parent, attributes, classes } = this;
        if (name === 'main' && this.mainPlace === null && !classes.has('modal__main')) {
            this.mainPlace = this.open.length;
            // It ends whatever was left open before it.
            return this.add(this.root, name);
        }
        if (!isKept(parent)) return parent;
        this.readHead(name, attributes);
        if (name === 'svg' || name === 'math') return picture;
        if (isUnwanted(name, attributes, classes)) return dropped;
        return this.add(parent, name);
    }

    private findParent(name: string): PageNode {
        if (this.open.at(-1) === picture && endsPicture.has(name)) this.endPicture();
        if (name === 'li') {
            // An entry ends the one before it, also where something in that was left open.
            const place = this.names.findLastIndex((open) => open === 'li' || lists.has(open));
            if (this.names[place] === 'li') return this.open[place - 1] ?? this.root;
        }
        return this.open[Math.min(this.open.length - 1, maxDepth)] ?? this.root;
    }

    /** What stands in a picture from here on stands beside it. */
    private endPicture(): void {
        const place = this.open.indexOf(picture);
        this.open.fill(this.open[place - 1] ?? this.root, place);
    }

    private add(parent: PageNode, name: string): PageNode {
        const attributes = pickAttributes(this.attributes);
        const node: PageNode = { name, attributes, classes: this.classes, children: [] };
        append(parent, node);
        return node;
    }

    /** Takes what is wanted of the head, wherever it stands. */
    private readHead(name: string, attributes: RawAttributes): void {
        if (name === 'meta') {
            const key = attributes.name ?? attributes.property;
            if (key && !this.head.metas.has(key)) this.head.metas.set(key, decodeAttribute(attributes.content ?? ''));
        } else if (name === 'link' && attributes.rel === 'canonical') {
            this.head.canonicalHref ??= decodeAttribute(attributes.href ?? '');
        } else if (name === 'title') {
            this.headText = this.head.title === '' ? 'title' : null;
        } else if (name === 'script' && attributes.type?.startsWith('application/ld+json')) {
            this.headText = 'jsonLd';
            this.head.jsonLd.push('');
        }
    }
}

/** Elements of which nothing is wanted, wherever they stand. */
const unwantedElements = new Set(
    'html head body header nav footer code style iframe noscript template icon script textarea title meta link base'.split(
        ' ',
    ),
);
/** Sign-in dialogs. */
const dialogClasses = ['modal', 'contextual-sign-in-modal', 'sign-in-modal'];
/** The dialog that shows something of the person: their websites, when there are several. */
const wantedDialogId = 'websites';
/** Sections of what the person wrote or teaches. */
const unwantedSections = new Set(['posts', 'instructor-courses', 'activity']);
/** Sections of a company's page about others: who works there, its posts, products and jobs, other companies. */
const unwantedTestIds = new Set(
    'employees-at updates products browse-jobs affiliated-pages similar-pages more-searches'.split(' '),
);

function isUnwanted(name: string, attributes: RawAttributes, classes: ClassNames): boolean {
    if (unwantedElements.has(name)) return true;
    const section = attributes['data-section'];
    if (section !== undefined && unwantedSections.has(section)) return true;
    const testId = attributes['data-test-id'];
    if (testId !== undefined && unwantedTestIds.has(testId)) return true;
    return dialogClasses.some((dialog) => classes.has(dialog)) && attributes.id !== wantedDialogId;
}

/** Elements that end a picture they begin in, by the HTML standard. */
const endsPicture = new Set(
    (
        'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta ' +
        'nobr ol p pre ruby s small span strong strike sub sup table tt u ul var'
    ).split(' '),
);

const lists = new Set(['ul', 'ol']);
/** What the end tag of an element of text does not reach through, by the HTML standard. */
const special = new Set(
    (
        'address article aside blockquote body button center dd details dir div dl dt fieldset figcaption figure footer ' +
        'form h1 h2 h3 h4 h5 h6 header hgroup hr html iframe li main menu nav noscript ol p pre script search section ' +
        'select style summary table tbody td template textarea tfoot th thead title tr ul'
    ).split(' '),
);

const anythingButSpace = /[^ \t\n\f\r]/;

/** Most nodes have one child. An array that grows from nothing has room for seventeen. */
function append(parent: PageNode, child: PageNode | string): void {
    if (parent.children.length === 0) parent.children = [child];
    else parent.children.push(child);
}

function pickAttributes(raw: RawAttributes): Attributes {
    if (raw === noAttributes) return emptyAttributes;
    let picked: Attributes = emptyAttributes;
    for (const name of keptAttributes) {
        const value = raw[name];
        if (value === undefined) continue;
        if (picked === emptyAttributes) picked = {};
        picked[name] = decodeAttribute(value);
    }
    return picked;
}

const beyondAscii = /[\u0080-\u00FF]/;

/** UTF-8 as characters: bytes are what came in, a character for each. */
function decodeBytes(bytes: string): string {
    return beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

function decodeText(bytes: string): string {
    const text = decodeBytes(bytes);
    return text.includes('&') ? decodeHTML(text) : text;
}

function decodeAttribute(bytes: string): string {
    const text = decodeBytes(bytes);
    return text.includes('&') ? decodeHTMLAttribute(text) : text;
}
