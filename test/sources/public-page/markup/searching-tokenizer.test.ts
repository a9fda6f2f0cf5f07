import { Tokenizer } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { SearchingTokenizer } from '../../../../src/sources/public-page/markup/searching-tokenizer.ts';
import { damages } from '../../../fixtures/damage-page.ts';
import { renderPersonPage } from '../../../fixtures/render-page.ts';
import { fullPerson } from '../../../fixtures/shown-person.ts';

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
