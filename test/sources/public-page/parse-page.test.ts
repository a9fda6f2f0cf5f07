import { load } from 'cheerio';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageLanguageNames } from '../../fixtures/page-languages.ts';
import { pageEras } from '../../fixtures/page-markup.ts';
import { buildPage } from '../../bench/page.ts';
import { renderPersonPage } from '../../fixtures/render-page.ts';
import { fullPerson } from '../../fixtures/shown-person.ts';
import { buildPageTree } from '../../../src/sources/public-page/parse-page.ts';
import type { PageNode } from '../../../src/sources/public-page/page-tree.ts';
import { attributeNames } from '../../../src/sources/public-page/read-attributes.ts';
import { voidElements } from '../../../src/sources/public-page/scan-markup.ts';

const readPage = (page: string, windowBytes?: number) => buildPageTree(Buffer.from(page), windowBytes);

/** What is kept of a page's main part, as markup. */
function readMain(markup: string, windowBytes?: number): string | null {
    const { main } = readPage(`<html><body><main>${markup}</main></body></html>`, windowBytes);
    return main && main.children.map(render).join('');
}

function render(node: PageNode | string): string {
    if (typeof node === 'string') return node;
    const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${value}"`);
    const opening = `<${node.name}${attributes.join('')}>`;
    return voidElements.has(node.name) ? opening : `${opening}${node.children.map(render).join('')}</${node.name}>`;
}

/** Spaces and line breaks are one space to a reader, however many there are. */
const onOneLine = (markup: string): string => markup.replace(/[ \t\n\f\r]+/g, ' ');

const wanted = new Set<string>(attributeNames);
const unwanted =
    'svg, form, code, style, iframe, noscript, template, icon, script, textarea, .modal:not(#websites), ' +
    '.contextual-sign-in-modal, .sign-in-modal, [data-section=posts], [data-section=articles], ' +
    '[data-section=instructor-courses], [data-section=activity]';

/** The same by a parser that follows the HTML standard to the letter and builds the whole tree first. */
function readMainByTheStandard(page: string): string {
    const $ = load(page);
    $(unwanted).remove();
    type Node = { type: string; data?: string; name?: string; attribs?: Record<string, string>; children?: Node[] };
    const renderStandard = ({ type, data = '', name = '', attribs = {}, children = [] }: Node): string => {
        if (type === 'text') return data;
        if (type === 'comment') return '';
        const attributes = Object.entries(attribs).filter(([attribute]) => wanted.has(attribute));
        const opening = `<${name}${attributes.map(([attribute, value]) => ` ${attribute}="${value}"`).join('')}>`;
        return voidElements.has(name) ? opening : `${opening}${children.map(renderStandard).join('')}</${name}>`;
    };
    return renderStandard($('main')[0] as unknown as Node);
}

describe('the tree of a page', () => {
    it.each(pageEras)('is what the HTML standard says, for pages of %d in every language', (era) => {
        for (const language of pageLanguageNames) {
            for (const isMasked of [false, true]) {
                const page = renderPersonPage(fullPerson, { era, language, isMasked });
                const { main } = readPage(page, 1000);
                expect(main && onOneLine(render(main))).toBe(onOneLine(readMainByTheStandard(page)));
            }
        }
    });

    it('is what the HTML standard says, also where closing tags are left out', () => {
        const { markup } = fc.letrec<{ markup: string }>((tie) => ({
            markup: fc
                .array(
                    fc.oneof(
                        { maxDepth: 4 },
                        fc.constantFrom(
                            'text',
                            ' 1 < 2 & 3 ',
                            '&eacute;&lt;é…👋',
                            '<!-- <p> -->',
                            '<br>',
                            '<img src=a>',
                        ),
                        fc.constantFrom(
                            '<svg><g/><path d="a>b"/></svg>',
                            '<div class="b modal"><p>q<div>q</div></div>',
                        ),
                        fc
                            .tuple(fc.constantFrom('div', 'section', 'ul', 'h3', 'span'), tie('markup'))
                            .map(([name, inner]) => `<${name} class='a "b"' id=c/>${inner}</${name}>`),
                        tie('markup').map((inner) => `<ul><li>${inner}<li title=">">${inner}</ul>`),
                    ),
                    { maxLength: 4 },
                )
                .map((parts) => parts.join('')),
        }));
        // A paragraph holds no blocks, and ends before one.
        const inline = fc.array(fc.constantFrom('a', '<span>b</span>', '<br>', '&amp;'), { maxLength: 3 });
        const page = fc
            .array(
                fc.oneof(
                    markup,
                    inline.map((parts) => `<p>${parts.join('')}<div>c</div>`),
                ),
                { maxLength: 4 },
            )
            .map((parts) => `<!DOCTYPE html><html><body><main>${parts.join('')}</main></body></html>`);
        fc.assert(
            fc.property(page, fc.integer({ min: 1, max: 40 }), (text, windowBytes) => {
                const { main } = readPage(text, windowBytes);
                expect(main && onOneLine(render(main))).toBe(onOneLine(readMainByTheStandard(text)));
            }),
            { numRuns: 1000 },
        );
    });

    it.each([
        ['comments, also empty ones', 'a<!-- <b> --><!----><!--><!--->b', 'ab'],
        [
            'icons and forms, however deep',
            '<p>a<svg><g><svg/><path/></g></svg>b<svg/><form><form></form></form>c</p>',
            '<p>abc</p>',
        ],
        ['scripts', '<script>if (a < b) "</div>"</script><p>a</p>', '<p>a</p>'],
        ['dialogs', '<div><div class="modal x"><div>q</div></div>a</div>', '<div>a</div>'],
        ['dialogs with unusual quotes', "<div class=modal><div>q</div></div><p class='y\n modal'>q</p>a", 'a'],
        ['dialogs with a main part of their own', '<div class="sign-in-modal"><main>q</main></div>a', 'a'],
        ['comments inside what is left out', '<code><!-- </code> --></code><form><!-- x --></form>a', 'a'],
        ['what a person wrote', '<section data-section="posts"><section>q</section></section>a', 'a'],
        ['closing tags of nothing', 'a</div></p></main-part>b', 'ab'],
        ['attributes that nobody reads', '<p aria-label="a > b" style=x hidden>a</p>', '<p>a</p>'],
    ])('leaves out %s', (_name, markup, kept) => {
        expect(readMain(markup)).toBe(kept);
    });

    it.each([
        ['classes that only sound like dialogs', '<div class="modal__main">a</div><p class="x-modal-y">b</p>'],
        ['the dialog that lists websites', '<div id="websites" class="modal">a</div>'],
        ['words', '<p>a modal verb, data-section="posts" and 1 < 2 <3 </p>'],
        ['elements that only begin like others', '<formula>a</formula><codex>b</codex>'],
        ['quotes and brackets in attributes', `<a href="a>b'c">d</a>`],
        ['characters of every length', '<p class="é…👋">Zoë – 王 👋</p>'],
    ])('keeps %s', (_name, markup) => {
        expect(readMain(markup)).toBe(markup);
    });

    it.each([
        ['entities in text', 'R&amp;D &eacute; &#x1F44B; &ampx &', 'R&D é 👋 &x &'],
        ['entities in attributes', '<a href="/a?b=1&amp;c=2&copy=3">x</a>', '<a href="/a?b=1&c=2&copy=3">x</a>'],
        ['attributes in capitals, without quotes or values', '<A HREF=/a/ ID >x</A>', '<a href="/a/" id="">x</a>'],
        ['the first of two attributes of a name', '<p id="a" id="b">x</p>', '<p id="a">x</p>'],
        ['blanks around the equals sign', '<p id = "a">x</p>', '<p id="a">x</p>'],
        ['elements without content', '<p>a<br>b<br/><img src="c"></p>', '<p>a<br>b<br><img src="c"></p>'],
    ])('reads %s as browsers do', (_name, markup, kept) => {
        expect(readMain(markup)).toBe(kept);
    });

    it.each([
        ['entries', '<ul><li>a<li>b</ul>', '<ul><li>a</li><li>b</li></ul>'],
        ['paragraphs', '<p>a<p>b<div>c</div>', '<p>a</p><p>b</p><div>c</div>'],
        ['headings', '<h2>a<h3>b</h3>', '<h2>a</h2><h3>b</h3>'],
        ['cells', '<tr><td>a<td>b<tr><td>c', '<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>'],
        ['terms', '<dl><dt>a<dd>b<dt>c</dl>', '<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>'],
        ['what stands in an element that ends', '<div><span>a</div>b', '<div><span>a</span></div>b'],
    ])('ends %s that were left open where the next thing begins', (_name, markup, kept) => {
        expect(readMain(markup)).toBe(kept);
    });

    it('reads the head, and what only looks like a tag there', () => {
        const { head } =
            readPage(`<head><meta name="pageKey" content="public_profile_v3_desktop"><meta property='a' content="R&amp;D é">
            <meta name="pageKey" content="second"><title>Zoë &lt;b> a</title><link rel="canonical" href="https://www.linkedin.com/in/a">
            <script type="application/ld+json">{"a":"</p>é <main>"}</script><svg><title>An icon</title></svg></head>`);
        expect(Object.fromEntries(head.metas)).toEqual({ pageKey: 'public_profile_v3_desktop', a: 'R&D é' });
        expect(head.title).toBe('Zoë <b> a');
        expect(head.canonicalHref).toBe('https://www.linkedin.com/in/a');
        expect(head.jsonLd).toEqual(['{"a":"</p>é <main>"}']);
    });

    it("does not take the main part of a dialog for the page's", () => {
        const { main } = readPage('<div><main class="modal__main">q</main></div><main>a</main>');
        expect(main?.children).toEqual(['a']);
    });

    it('ends with the main part, whatever is not closed in it', () => {
        expect(readMain('<p>a</p><div class="modal"><div>q')).toBe('<p>a</p>');
        expect(readMain('<p>a</p><div><section>b')).toBe('<p>a</p><div><section>b</section></div>');
    });

    it('has no main part when that did not end', () => {
        expect(readPage('<main><p>a</p>').main).toBeNull();
        expect(readPage('<main><svg><p>a</p>').main).toBeNull();
        expect(readPage('<main><p>a</p></body>').main).not.toBeNull();
    });

    it('drops what is nested too deep', () => {
        const deep = readMain(`<p>a</p>${'<div>'.repeat(100_000)}b`);
        expect(deep?.match(/<div>/g)?.length).toBeLessThanOrEqual(200);
        expect(deep).toContain('<p>a</p>');
    });

    it('comes to the same through a window of any size', () => {
        const parts =
            '<p> </p> text <!-- --> <svg> <svg/> </svg> <div> </div> </section> <main> </main> <script> </script> </form> ' +
            '<! </ < > - é…👋 &amp; <br/> =" <li>';
        const part = fc.constantFrom(
            ...parts.split(' '),
            '<div class="modal">',
            '<section data-section="posts">',
            '<form a="b">',
            "<a href='é>'>",
            '<p id=a ',
            '<a-longer-element-name class="modal">',
            '</a-longer-element-name>',
            '<code><!-- </code> -->',
        );
        fc.assert(
            fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (chosen, windowBytes) => {
                const markup = chosen.join('');
                expect(readMain(markup, windowBytes)).toBe(readMain(markup));
            }),
            { numRuns: 2000 },
        );
    });

    it('comes to the same for a large page, which takes several windows', () => {
        for (let number = 0; number < 5; number += 1) {
            const page = Buffer.from(buildPage(number, 400 * 1024));
            expect(buildPageTree(page)).toEqual(buildPageTree(page, page.length));
        }
    });

    it('reads a head through a window of any size', () => {
        const head = `<head><title>Zoë &lt;b> a</title><script type="application/ld+json">{"a":"</p>"}</script>
            <script type="application/ld+json">{"b":1}</script><script>"</main>"</script></head><main>a</main>`;
        for (let windowBytes = 1; windowBytes < 60; windowBytes += 1)
            expect(readPage(head, windowBytes)).toEqual(readPage(head));
        expect(readPage(head).head.jsonLd).toEqual(['{"a":"</p>"}', '{"b":1}']);
    });

    it('reads any beginning of a page', () => {
        const page = renderPersonPage(fullPerson, { era: 2026, language: 'fr', isMasked: false });
        const whole = Buffer.from(page);
        const mainEnd = whole.lastIndexOf('</main>', whole.indexOf('<footer>'));
        fc.assert(
            fc.property(fc.nat({ max: whole.length }), (end) => {
                const { main } = buildPageTree(whole.subarray(0, end));
                expect(main !== null).toBe(end > mainEnd + '</main'.length);
            }),
            { numRuns: 500 },
        );
    });
});
