import type { PageHeadFacts, PageNode, PageTree } from './page-tree.ts';
import { decodeBytes, decodeText, type AttributeName, type Attributes } from './read-attributes.ts';
import { createMarkupScanner, voidElements } from './scan-markup.ts';

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

export type PageTreeBuilder = {
    /** Takes the next bytes of the page; true once `</main>` was passed, or the page is hopeless: no more is wanted. */
    write(bytes: Buffer): boolean;
    /** `main` is null when there was none, or it did not end. */
    end(): PageTree;
};

/** Builds a small tree of what is wanted of a profile page while it streams by, and nothing of the rest. */
export function createPageTreeBuilder(): PageTreeBuilder {
    const head: PageHeadFacts = { metas: new Map(), title: '', canonicalHref: null, jsonLd: [] };
    const open: PageNode[] = [];
    let main: PageNode | null = null;
    let isMainPassed = false;
    let isHopeless = false;
    let headText: 'title' | 'jsonLd' | null = null;
    /** Text as it stands on the page: a character may come in two pieces. */
    let waitingText = '';

    const scanner = createMarkupScanner({
        onOpenTag(name, attributes) {
            if (isMainPassed) return 'enter';
            const classes = readClasses(attributes.class);
            // Dialogs before the page's main part have a `main` of their own.
            if (open.length === 0 && (name !== 'main' || classes.padded.includes(' modal__main '))) {
                if (readHeadTag(name, attributes)) return 'text';
                return isUnwanted(name, attributes, classes) ? 'skip' : 'enter';
            }
            flushText();
            if (open.length > maxDepth || isUnwanted(name, attributes, classes)) return 'skip';
            endWhatWasLeftOpen(name);
            for (const key in attributes) detachAttribute(attributes, key as AttributeName);
            if (attributes.class !== undefined) attributes.class = classes.value;
            const node: PageNode = { name, attributes, classes: classes.padded, children: [] };
            open.at(-1)?.children.push(node);
            main ??= node;
            if (!voidElements.has(name)) open.push(node);
            return 'enter';
        },
        onText(bytes) {
            if (isMainPassed) return;
            if (open.length > 0) waitingText += bytes;
            else if (headText === 'title') head.title += bytes;
            else if (headText === 'jsonLd') head.jsonLd[head.jsonLd.length - 1] += bytes;
        },
        onCloseTag(name) {
            if (open.length === 0 || isMainPassed) {
                headText = null;
                return;
            }
            flushText();
            const isPageEnd = name === 'body' || name === 'html';
            const place = isPageEnd ? 0 : open.findLastIndex((node) => node.name === name);
            if (place >= 0) open.length = place;
            if (open.length === 0) isMainPassed = true;
        },
    });

    function flushText(): void {
        if (waitingText === '') return;
        open.at(-1)?.children.push(detach(decodeText(waitingText)));
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
            head.jsonLd.push('');
            headText = 'jsonLd';
            return true;
        }
        return false;
    }

    return {
        write(bytes) {
            isHopeless ||= !scanner.write(bytes.toString('latin1'));
            return isMainPassed || isHopeless;
        },
        end() {
            const decoded = { ...head, title: decodeText(head.title), jsonLd: head.jsonLd.map(decodeBytes) };
            return { head: decoded, main: isMainPassed ? main : null };
        },
    };
}

/**
 * A copy of a piece of the page. V8 lets a piece hold the whole text that it was cut from, and with what is kept of it
 * a page would stay in memory as a whole. Shorter pieces are copies already.
 */
function detach(piece: string): string {
    return piece.length < 13 ? piece : Buffer.from(piece).toString();
}

function detachAttribute(attributes: Attributes, name: AttributeName): void {
    const value = attributes[name];
    if (value !== undefined && name !== 'class') attributes[name] = detach(value);
}

/** What a class attribute says: its text, and its names with a space before and behind each, to be found by ` name `. */
type ClassList = { value: string; padded: string; isDialog: boolean };

const noClasses: ClassList = { value: '', padded: '', isDialog: false };
/** Pages have a few hundred different ones between them, each many times. */
const knownClasses = new Map<string, ClassList>();
const maxKnownClasses = 2000;
const otherSpace = /[\t\n\f\r]/g;

function readClasses(piece: string | undefined): ClassList {
    if (piece === undefined) return noClasses;
    const known = knownClasses.get(piece);
    if (known) return known;
    const value = detach(piece);
    const padded = ` ${value.replace(otherSpace, ' ')} `;
    const classes = { value, padded, isDialog: unwantedClasses.test(padded) };
    if (knownClasses.size < maxKnownClasses && value.length < 1000) knownClasses.set(value, classes);
    return classes;
}

function isUnwanted(name: string, attributes: Attributes, classes: ClassList): boolean {
    if (unwantedElements.has(name)) return true;
    const section = attributes['data-section'];
    if (section !== undefined && unwantedSections.has(section)) return true;
    return classes.isDialog && attributes.id !== wantedDialogId;
}
