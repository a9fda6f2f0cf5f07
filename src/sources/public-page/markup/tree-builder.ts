import { decodeHTML, decodeHTMLAttribute } from 'entities';
import type { Handler } from 'htmlparser2';
import {
    emptyAttributes,
    isUnwanted,
    keptAttributes,
    noClasses,
    readClasses,
    type AttributeName,
    type Attributes,
    type ClassNames,
    type PageNode,
    type RawAttributes,
} from './page-tree.ts';

export type PageHead = {
    metas: Map<string, string>;
    title: string;
    canonicalHref: string | null;
    /** The JSON-LD blocks. */
    jsonLd: string[];
};

/**
 * Real pages are 30 levels deep. Deeper elements are added to the deepest level, since the tree is walked recursively.
 */
const maxDepth = 1000;

const noAttributes: RawAttributes = Object.freeze({});

/** Placeholder for unwanted elements. */
const dropped: PageNode = { name: '', attributes: emptyAttributes, classes: noClasses, children: [] };
/** Placeholder for SVG and MathML, which HTML elements end. */
const picture: PageNode = { ...dropped };

const isKept = (node: PageNode): boolean => node !== dropped && node !== picture;

/**
 * Builds the tree of kept parts from parser events, in which every opened element is closed. Text and attributes are
 * given as Latin-1, one character per byte, with entities.
 */
export class TreeBuilder implements Partial<Handler> {
    readonly head: PageHead = { metas: new Map(), title: '', canonicalHref: null, jsonLd: [] };
    readonly root: PageNode = { name: 'body', attributes: emptyAttributes, classes: noClasses, children: [] };
    /** Whether the page's own `<main>` was closed by its end tag. */
    isMainClosed = false;

    /** The names of the open elements. */
    private readonly names: string[] = [];
    /** The nodes of the open elements. */
    private readonly open: PageNode[] = [];
    /** The index of the page's own `<main>` in `open`; null before it, -1 after it. */
    private mainPlace: number | null = null;
    private headText: 'title' | 'jsonLd' | null = null;

    /** State of the start tag being parsed. */
    private parent: PageNode = this.root;
    private classes: ClassNames = noClasses;
    private attributes: RawAttributes = noAttributes;
    /** Whether the attributes of this tag are needed. */
    wantsAttributes = false;

    onopentagname(name: string): void {
        this.parent = this.findParent(name);
        this.classes = noClasses;
        this.attributes = noAttributes;
        this.wantsAttributes = isKept(this.parent) || name === 'main';
    }

    /** Called between `onopentagname` and `onopentag`, for wanted attributes only. */
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

    /** Whether the next text is needed. */
    get wantsText(): boolean {
        return this.headText !== null || isKept(this.open.at(-1) ?? this.root);
    }

    /** Whether an end tag must be ignored, because an element it cannot close is in between. */
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
        // Half of the texts on a page are indentation.
        append(parent, nonSpace.test(bytes) ? decodeText(bytes) : ' ');
    }

    onclosetag(_name: string, isImplied: boolean): void {
        this.headText = null;
        this.open.pop();
        this.names.pop();
        if (this.mainPlace !== this.open.length) return;
        this.isMainClosed = !isImplied;
        this.mainPlace = -1;
    }

    /** Adds the node of an element to the tree; returns it, or a placeholder. */
    private place(name: string): PageNode {
        const { parent, attributes, classes } = this;
        if (name === 'main' && this.mainPlace === null && !classes.has('modal__main')) {
            this.mainPlace = this.open.length;
            // It closes all unclosed elements before it.
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
            // A list item closes the previous one, even with unclosed elements inside.
            const place = this.names.findLastIndex((open) => open === 'li' || lists.has(open));
            if (this.names[place] === 'li') return this.open[place - 1] ?? this.root;
        }
        return this.open[Math.min(this.open.length - 1, maxDepth)] ?? this.root;
    }

    /** The open elements inside a picture become its siblings. */
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

    /** Reads head elements, wherever they are. */
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

/** Start tags that end an SVG or MathML element, by the HTML standard. */
const endsPicture = new Set(
    (
        'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta ' +
        'nobr ol p pre ruby s small span strong strike sub sup table tt u ul var'
    ).split(' '),
);

const lists = new Set(['ul', 'ol']);
/** The elements that a text element's end tag cannot close through, by the HTML standard. */
const special = new Set(
    (
        'address article aside blockquote body button center dd details dir div dl dt fieldset figcaption figure footer ' +
        'form h1 h2 h3 h4 h5 h6 header hgroup hr html iframe li main menu nav noscript ol p pre script search section ' +
        'select style summary table tbody td template textarea tfoot th thead title tr ul'
    ).split(' '),
);

const nonSpace = /[^ \t\n\f\r]/;

/** Most nodes have one child, but the first push to an empty array reserves room for seventeen. */
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

/** Decodes Latin-1 characters, one per byte, as UTF-8. */
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
