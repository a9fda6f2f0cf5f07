import { Tokenizer } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { parsePage, SearchingTokenizer } from '../../../../src/sources/public-page/markup/parse-page.ts';
import type { PageNode } from '../../../../src/sources/public-page/markup/page-tree.ts';
import { damages } from '../../../fixtures/damage-page.ts';
import { renderPersonPage } from '../../../fixtures/render-page.ts';
import { fullPerson } from '../../../fixtures/shown-person.ts';

const parse = (page: string) => parsePage(Buffer.from(page));

/** The kept part of a page's `<main>`, as markup. */
function parseMain(markup: string): string {
    const { root } = parse(`<html><body><main>${markup}</main></body></html>`);
    const [main] = root.children;
    if (!main || typeof main === 'string') throw new Error('no main part');
    return main.children.map(render).join('');
}

function render(node: PageNode | string): string {
    if (typeof node === 'string') return node;
    const classes = node.classes.size === 0 ? '' : ` class="${[...node.classes].join(' ')}"`;
    const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${value}"`);
    const opening = `<${node.name}${classes}${attributes.join('')}>`;
    return ['br', 'img'].includes(node.name)
        ? opening
        : `${opening}${node.children.map(render).join('')}</${node.name}>`;
}

describe('the tree of a page', () => {
    it.each([
        ['comments, also empty ones', 'a<!-- <b> --><!----><!--><!--->b', 'ab'],
        ['pictures, however deep', '<p>a<svg><g><svg/><path/></g></svg>b<svg/>c</p>', '<p>abc</p>'],
        ['scripts', '<script>if (a < b) "</div>"</script><p>a</p>', '<p>a</p>'],
        ['dialogs', '<div><div class="modal x"><div>q</div></div>a</div>', '<div>a</div>'],
        ['dialogs with unusual quotes', "<div class=modal><div>q</div></div><p class='y\n modal'>q</p>a", 'a'],
        ['dialogs with their own main part', '<div class="sign-in-modal"><main>q</main></div>a', 'a'],
        ['comments inside dropped elements', '<code><!-- </code> --></code><icon><!-- x --></icon>a', 'a'],
        ['posts', '<section data-section="posts"><section>q</section></section>a', 'a'],
        ['stray end tags', 'a</div></p></main-part>b', 'a<p></p>b'],
        ['unwanted attributes', '<p aria-label="a > b" style=x hidden id="x">a</p>', '<p>a</p>'],
    ])('drops %s', (_name, markup, kept) => {
        expect(parseMain(markup)).toBe(kept);
    });

    it.each([
        ['classes that resemble dialogs', '<div class="modal__main">a</div><p class="x-modal-y">b</p>'],
        ['words', '<p>a modal verb, data-section="posts" and 1 < 2 <3 </p>'],
        ['elements whose names start like dropped ones', '<formula>a</formula><codex>b</codex>'],
        ['quotes and brackets in attributes', `<a href="a>b'c">d</a>`],
        ['characters of every length', '<p class="é…👋">Zoë – 王 👋</p>'],
    ])('keeps %s', (_name, markup) => {
        expect(Buffer.from(parseMain(markup)).toString()).toBe(
            markup.replace('é…👋', Buffer.from('é…👋').toString('latin1')),
        );
    });

    it('does not depend on where the page is split into windows', () => {
        const markup =
            'é – <p class="x é">R&amp;D &lt<b title="a<b>c">👋 1 < 2</b><!-- <p> -- > --></P ><A HREF=/a/?b&amp;c ID>d</A\n>' +
            '<svg><path d="<"/></svg><script type="application/ld+json">{"a":"<p>é"}</script><di<v name=y>e</di<v>f';
        const expected = parse(`<main>${markup}</main>`);
        const bytes = Buffer.byteLength(markup);
        for (let before = 0; before < bytes; before += 1) {
            // The first window ends after about 32 KB.
            const filler = `<i>${'x'.repeat(32 * 1024 - before - 6)}</i>`;
            const { root, head } = parse(`${filler}<main>${markup}</main>`);
            expect(root.children.slice(1), String(before)).toEqual(expected.root.children);
            expect(head, String(before)).toEqual(expected.head);
        }
    });

    it('keeps the dialog that lists websites', () => {
        expect(parseMain('<div id="websites" class="modal">a</div>')).toBe('<div class="modal">a</div>');
    });

    it.each([
        ['entities in text', 'R&amp;D &eacute; &#x1F44B; &ampx &', 'R&D é 👋 &x &'],
        ['entities in attributes', '<a href="/a?b=1&amp;c=2&copy=3">x</a>', '<a href="/a?b=1&c=2&copy=3">x</a>'],
        ['attributes in capitals, without quotes', '<A HREF=/a/ ID >x</A>', '<a href="/a/">x</a>'],
        ['the first of two attributes of a name', '<a href="a" href="b">x</a>', '<a href="a">x</a>'],
        ['spaces around the equals sign', '<a href = "a">x</a>', '<a href="a">x</a>'],
        ['elements without content', '<p>a<br>b<br/><img src="c"></p>', '<p>a<br>b<br><img src="c"></p>'],
    ])('reads %s as browsers do', (_name, markup, kept) => {
        expect(parseMain(markup)).toBe(kept);
    });

    it.each([
        ['entries', '<ul><li>a<li>b</ul>', '<ul><li>a</li><li>b</li></ul>'],
        ['list items with unclosed elements', '<ul><li><div>a<li>b</ul>', '<ul><li><div>a</div></li><li>b</li></ul>'],
        ['paragraphs', '<p>a<p>b<div>c</div>', '<p>a</p><p>b</p><div>c</div>'],
        ['headings', '<h2>a<h3>b</h3>', '<h2>a</h2><h3>b</h3>'],
        ['the content of an element that is closed', '<div><span>a</div>b', '<div><span>a</span></div>b'],
        ['pictures at the first HTML element', '<p><svg><path></p><div>a</div>b', '<p></p><div>a</div>b'],
    ])('closes %s that are unclosed', (_name, markup, kept) => {
        expect(parseMain(markup)).toBe(kept);
    });

    it.each([
        ['the end tag of a text element inside a block', '<span><div>a</span>b</div>', '<span><div>ab</div></span>'],
        [
            'a stray end tag of a list item inside a nested list',
            '<ul><li><ul>a</li>b</ul>c</ul>',
            '<ul><li><ul>ab</ul>c</li></ul>',
        ],
        ['a self-closing icon', '<h2><icon class="x"/>a</h2><p>b</p>', '<h2></h2><p>b</p>'],
        ['the end of the body and the page', '<ul><li>a</body></html><li>b</ul>', '<ul><li>a</li><li>b</li></ul>'],
    ])('continues after %s', (_name, markup, kept) => {
        expect(parseMain(markup)).toBe(kept);
    });

    it('keeps content after the main part, without header and footer', () => {
        const { root } = parse('<header>x</header><main>a</main><p>b</p><footer><main>y</main></footer>');
        expect(root.children.map(render).join('')).toBe('<main>a</main><p>b</p>');
    });

    it('finds the main part in an unclosed header', () => {
        const { root } = parse('<header>x<div><main>a</main></html>');
        expect(root.children.map(render).join('')).toBe('<main>a</main>');
    });

    it('reads the head, including text that looks like tags', () => {
        const { head } =
            parse(`<head><meta name="pageKey" content="public_profile_v3_desktop"><meta property='a' content="R&amp;D é">
            <meta name="pageKey" content="second"><title>Zoë &lt;b> a</title><link rel="canonical" href="https://www.linkedin.com/in/a">
            <script type="application/ld+json">{"a":"</p>é <main>"}</script><svg><title>An icon</title></svg></head>`);
        expect(Object.fromEntries(head.metas)).toEqual({ pageKey: 'public_profile_v3_desktop', a: 'R&D é' });
        expect(head.title).toBe('Zoë <b> a');
        expect(head.canonicalHref).toBe('https://www.linkedin.com/in/a');
        expect(head.jsonLd).toEqual(['{"a":"</p>é <main>"}']);
    });

    it.each([
        ['<main><p>a</p>', false],
        ['<main><svg><p>a</p>', false],
        ['<main><div class="modal"><main>q</main></div><p>a</p>', false],
        ['<main><p>a</p></main>', true],
        ['<main><p>a</p></body>', true],
        ['<p>a</p></HTML >', true],
    ])('reports whether %j is complete: %s', (page, isComplete) => {
        expect(parse(page).isComplete).toBe(isComplete);
    });

    it('reports any truncated page as incomplete', () => {
        const whole = Buffer.from(renderPersonPage(fullPerson, { era: 2026, language: 'fr' }));
        const mainEnd = whole.lastIndexOf('</main>', whole.indexOf('<footer>')) + '</main>'.length;
        for (let end = 0; end < whole.length; end += 37) {
            expect(parsePage(whole.subarray(0, end)).isComplete, String(end)).toBe(end >= mainEnd);
        }
    });

    it('flattens very deep nesting, and rejects a page of tags only', () => {
        const deep = parseMain(`${'<div>'.repeat(5000)}b${'</div>'.repeat(5000)}<p>a</p>`);
        expect(deep).toContain('b');
        expect(deep.endsWith('<p>a</p>')).toBe(true);
        expect(parse(`<main>${'<div>'.repeat(400_000)}</main>`).isComplete).toBe(false);
    });
});

/** All events of a tokenizer for a page given in two parts. */
function listEvents(Tried: typeof Tokenizer, page: string, cut: number): string {
    const events: unknown[][] = [];
    const callbacks = new Proxy({} as ConstructorParameters<typeof Tokenizer>[1], {
        get: (_, name) =>
            name === 'isInForeignContext'
                ? () => false
                : (...details: unknown[]) => void events.push([name, ...details]),
    });
    const tokenizer = new Tried({ decodeEntities: false }, callbacks);
    tokenizer.write(page.slice(0, cut));
    tokenizer.write(page.slice(cut));
    tokenizer.end();
    return JSON.stringify(events);
}

describe('the searching tokenizer', () => {
    it('emits the same events as the original for any page, intact or damaged, split anywhere', () => {
        const page = renderPersonPage(fullPerson, { era: 2026 });
        let step = 0;
        for (const [kind, damage] of damages) {
            step += 1;
            const broken = damage(page, () => (step * 0.377) % 1) ?? page;
            const cut = (step * 7919) % broken.length;
            expect(listEvents(SearchingTokenizer, broken, cut), kind).toBe(listEvents(Tokenizer, broken, cut));
        }
    });

    it.each(['<p a', '<p a=', '<p a="b', '<p a/', '<p a\vb\t=c\n>', '<p a=b"c>d', '<!-- -', 'a', '<script>a', ''])(
        'ends with a page that ends in %j, split anywhere',
        (page) => {
            for (let cut = 0; cut <= page.length; cut += 1) {
                expect(listEvents(SearchingTokenizer, page, cut)).toBe(listEvents(Tokenizer, page, cut));
            }
        },
    );

    it.each(['fastForwardTo', 'stateInAttributeName'])('overrides %s, which exists in the original', (method) => {
        expect(Tokenizer.prototype).toHaveProperty(method, expect.any(Function));
    });

    it('is called for what it does faster', () => {
        let asked = 0;
        class Counting extends (SearchingTokenizer as unknown as new (...all: unknown[]) => {
            fastForwardTo(code: number): boolean;
        }) {
            override fastForwardTo(code: number): boolean {
                asked += 1;
                return super.fastForwardTo(code);
            }
        }
        listEvents(Counting as unknown as typeof Tokenizer, '<p a="b">text</p><!-- c -->', 0);
        expect(asked).toBeGreaterThan(2);
    });
});
