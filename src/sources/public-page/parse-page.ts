import type { PageHeadFacts, PageNode, PageTree } from './page-tree.ts';
import { decodeBytes, decodeText, type Attributes } from './read-attributes.ts';
import { scanMarkup, voidElements, type MarkupHandler } from './scan-markup.ts';

/** Elements of which nothing is wanted, wherever they stand. */
const unwantedElements = new Set('svg form code style iframe noscript template icon script textarea'.split(' '));
/** Sign-in dialogs. */
const unwantedClasses = / (?:modal|contextual-sign-in-modal|sign-in-modal) /;
/** The dialog that shows something of the person: their websites, when there are several. */
const wantedDialogId = 'websites';
/** Sections of what the person wrote. */
const unwantedSections = new Set(['posts', 'articles', 'instructor-courses', 'activity']);

/** Real pages nest thirty deep. What is deeper is dropped, for the tree is walked by recursion. */
const maxDepth = 200;

/** Elements that end where one of these begins, when they were left open: HTML lets their closing tags be left out. */
const impliedEnds = new Map<string, ReadonlySet<string>>();
function endsAt(beginning: string, open: string): void {
    for (const name of beginning.split(' ')) impliedEnds.set(name, new Set(open.split(' ')));
}
endsAt('li', 'li');
endsAt('a', 'a');
endsAt('dd dt', 'dd dt');
endsAt('tr', 'tr th td');
endsAt('th td', 'th td');
endsAt('tbody tfoot', 'thead tbody');
endsAt('option', 'option');
endsAt('button input select', 'button option select');
endsAt('h1 h2 h3 h4 h5 h6', 'h1 h2 h3 h4 h5 h6 p');
endsAt('p address article aside blockquote details div dl fieldset figcaption figure footer header hr main', 'p');
endsAt('nav ol pre section table ul', 'p');

/**
 * Builds a small tree of what is wanted of a profile page, and nothing of the rest. `main` is null when there was none,
 * or it did not end. Strings in the tree are views of the page, some 96 KB each: copy what is to be kept. `windowBytes`
 * is how much of the page is looked at in one piece; it makes no difference to the tree.
 */
export function buildPageTree(bytes: Buffer, windowBytes?: number): PageTree {
    const head: PageHeadFacts = { metas: new Map(), title: '', canonicalHref: null, jsonLd: [] };
    const open: PageNode[] = [];
    let main: PageNode | null = null;
    let isMainPassed = false;
    let headText: 'title' | 'jsonLd' | null = null;
    /** Text as it stands on the page: a comment may stand in the middle of it, and of an entity or a character. */
    let waitingText = '';

    const handler: MarkupHandler = {
        onOpenTag(name, attributes) {
            const classes = readClasses(attributes.class);
            // Dialogs before the page's main part have a `main` of their own.
            if (open.length === 0 && (name !== 'main' || classes.padded.includes(' modal__main '))) {
                if (readHeadTag(name, attributes)) return 'text';
                return isUnwanted(name, attributes, classes) ? 'skip' : 'enter';
            }
            flushText();
            if (open.length > maxDepth || isUnwanted(name, attributes, classes)) return 'skip';
            endWhatWasLeftOpen(name);
            const node: PageNode = { name, attributes, classes: classes.padded, children: [] };
            append(open.at(-1), node);
            main ??= node;
            if (!voidElements.has(name)) open.push(node);
            return 'enter';
        },
        onText(piece) {
            if (open.length > 0) waitingText += piece;
            else if (headText === 'title') head.title = piece;
            else if (headText === 'jsonLd') head.jsonLd.push(piece);
        },
        onCloseTag(name) {
            if (open.length === 0) {
                headText = null;
                return 'more';
            }
            flushText();
            const isPageEnd = name === 'body' || name === 'html';
            const place = isPageEnd ? 0 : open.findLastIndex((node) => node.name === name);
            if (place >= 0) open.length = place;
            isMainPassed = open.length === 0;
            return isMainPassed ? 'enough' : 'more';
        },
    };
    scanMarkup(bytes, handler, windowBytes);

    function flushText(): void {
        if (waitingText === '') return;
        append(open.at(-1), anythingButSpace.test(waitingText) ? decodeText(waitingText) : ' ');
        waitingText = '';
    }

    /** Ends the elements that end where one of this name begins. The main part itself stays. */
    function endWhatWasLeftOpen(beginning: string): void {
        const ended = impliedEnds.get(beginning);
        if (!ended) return;
        while (open.length > 1 && ended.has(open.at(-1)?.name ?? '')) open.pop();
    }

    /** Takes what is wanted of the head; true for an element whose text is wanted. */
    function readHeadTag(name: string, attributes: Attributes): boolean {
        if (name === 'meta') {
            const key = attributes.name ?? attributes.property;
            if (key && !head.metas.has(key)) head.metas.set(key, attributes.content ?? '');
        } else if (name === 'link' && attributes.rel === 'canonical') {
            head.canonicalHref ??= attributes.href ?? null;
        } else if (name === 'title') {
            headText = head.title === '' ? 'title' : null;
            return true;
        } else if (name === 'script' && attributes.type === 'application/ld+json') {
            headText = 'jsonLd';
            return true;
        }
        return false;
    }

    head.title = decodeText(head.title);
    head.jsonLd = head.jsonLd.map(decodeBytes);
    return { head, main: isMainPassed ? main : null };
}

/** Half of the texts on a page only indent it. */
const anythingButSpace = /[^ \t\n\f\r]/;

/** Most nodes have one child. An array that grows from nothing has room for seventeen. */
function append(parent: PageNode | undefined, child: PageNode | string): void {
    if (!parent) return;
    if (parent.children.length === 0) parent.children = [child];
    else parent.children.push(child);
}

/** What a class attribute says: its names with a space before and behind each, to be found by ` name `. */
type ClassList = { padded: string; isDialog: boolean };

const noClasses: ClassList = { padded: '', isDialog: false };
/** Pages have a few hundred different ones between them, each many times. */
const knownClasses = new Map<string, ClassList>();
const maxKnownClasses = 2000;
const otherSpace = /[\t\n\f\r]/g;

function readClasses(value: string | undefined): ClassList {
    if (value === undefined) return noClasses;
    const known = knownClasses.get(value);
    if (known) return known;
    const padded = ` ${value.replace(otherSpace, ' ')} `;
    const classes = { padded, isDialog: unwantedClasses.test(padded) };
    // Under a copy of the text: a view of it would keep the page.
    if (knownClasses.size < maxKnownClasses && value.length < 1000) {
        knownClasses.set(Buffer.from(value).toString(), { ...classes, padded: Buffer.from(padded).toString() });
    }
    return classes;
}

function isUnwanted(name: string, attributes: Attributes, classes: ClassList): boolean {
    if (unwantedElements.has(name)) return true;
    const section = attributes['data-section'];
    if (section !== undefined && unwantedSections.has(section)) return true;
    return classes.isDialog && attributes.id !== wantedDialogId;
}
