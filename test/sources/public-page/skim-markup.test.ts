import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMarkupSkimmer } from '../../../src/sources/public-page/skim-markup.ts';

function skim(text: string, pieceLength = text.length): string {
    const skimmer = createMarkupSkimmer();
    let kept = '';
    for (let at = 0; at < text.length; at += pieceLength) kept += skimmer.write(text.slice(at, at + pieceLength));
    return kept + skimmer.end();
}

describe('skimming a page', () => {
    it.each([
        ['comments', 'a<!-- <b> -->b', 'ab'],
        [
            'icons and forms, however deep',
            '<p>a<svg><g><svg/><path/></g></svg>b<form><form></form></form>c</p>',
            '<p>abc</p>',
        ],
        ['scripts', '<script>if (a < b) "</div>"</script><p>a</p>', '<p>a</p>'],
        ['dialogs', '<div><div class="modal x"><div>q</div></div>a</div>', '<div>a</div>'],
        [
            'dialogs with a main part of their own',
            '<div class="sign-in-modal"><main>q</main></div><main>a</main>',
            '<main>a</main>',
        ],
        ['what a person wrote', '<section data-section="posts"><section>q</section></section>a', 'a'],
    ])('leaves out %s', (_name, page, kept) => {
        expect(skim(page)).toBe(kept);
    });

    it.each([
        ['JSON-LD', '<script type="application/ld+json">{"a": 1}</script>'],
        ['classes that only sound like dialogs', '<div class="modal__main">a</div><p class="x-modal-y">b</p>'],
        ['the dialog that lists websites', '<div id="websites" class="modal">a</div>'],
        ['words', '<p>a modal verb, data-section="posts" and 1 < 2</p>'],
        ['elements that only begin like others', '<formula>a</formula><codex>b</codex>'],
    ])('keeps %s', (_name, page) => {
        expect(skim(page)).toBe(page);
    });

    it('never leaves out the end of the main part, whatever is not closed', () => {
        expect(skim('<main><div class="modal"><div>q</main><p>a</p>')).toBe('<main></main><p>a</p>');
    });

    it('comes to the same in any pieces', () => {
        const part = fc.constantFrom(
            '<p>',
            '</p>',
            'text ',
            '<!-- c -->',
            '<!--',
            '-->',
            '<svg>',
            '<svg/>',
            '</svg>',
            '<div class="modal">',
            '<div>',
            '</div>',
            '<section data-section="posts">',
            '</section>',
            '<main>',
            '</main>',
            '<script>',
            '</script>',
            '<form a="b">',
            '</form>',
            '<',
            '>',
            'modal',
        );
        fc.assert(
            fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (parts, pieceLength) => {
                const page = parts.join('');
                expect(skim(page, pieceLength)).toBe(skim(page));
            }),
            { numRuns: 2000 },
        );
    });
});
