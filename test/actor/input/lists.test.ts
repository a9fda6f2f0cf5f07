import { describe, expect, it } from 'vitest';
import { parseInput, type ActorInput } from '../../../src/actor/input.ts';
import { readInputLines } from '../../../src/actor/input/lists.ts';

function inputOf(raw: object): ActorInput {
    const parsing = parseInput(raw);
    if (!parsing.ok) throw new Error(parsing.message);
    return parsing.input;
}

const read = (raw: object, text = '') => readInputLines(inputOf(raw), async () => ({ ok: true, text }));

describe('the lines of the input', () => {
    it('come from every list, in the order of the fields, without blank ones', async () => {
        const lists = { urls: ['b', ' '], profileUrls: ['a', ''], linkedinUrls: ['c'], startUrls: ['d', { url: 'e' }] };
        expect(await read(lists)).toEqual({ ok: true, lines: ['a', 'b', 'c', 'd', 'e'], warnings: [] });
    });

    it('say what of a linked list was not taken', async () => {
        const list = { startUrls: [{ requestsFromUrl: 'https://example.com/list' }] };
        const text = 'Verweis;x\nlinkedin.com/in/ada;x\nlinkedin.com/in/bob;x\n;Cem';
        expect(await read(list, text)).toEqual({
            ok: true,
            lines: ['linkedin.com/in/ada', 'linkedin.com/in/bob'],
            warnings: [
                'The linked list https://example.com/list: 1 row holds no LinkedIn address and was left out.',
                'The linked list https://example.com/list begins with `Verweis`, which was taken for its header.',
            ],
        });
    });

    it('name a linked list that is empty', async () => {
        const list = { startUrls: [{ requestsFromUrl: 'https://example.com/list' }] };
        expect(await read(list, '\n')).toMatchObject({
            ok: false,
            message: expect.stringMatching(/^The linked list https:\/\/example\.com\/list holds no line\. There is no/),
        });
        expect(await read({ ...list, urls: ['ada'] }, '')).toMatchObject({
            ok: true,
            warnings: ['The linked list https://example.com/list holds no line.'],
        });
    });

    it('are cut when they are far too long, never in the middle of a character', async () => {
        const reading = await read({ urls: [`${'x'.repeat(1999)}😀${'y'.repeat(9_000_000)}`] });
        expect(reading.ok && reading.lines).toEqual([`${'x'.repeat(1999)}…`]);
    });

    it('are 5,000 at most, and one at least', async () => {
        const lines = Array.from({ length: 5000 }, (_, place) => `p${place}`);
        expect(await read({ profileUrls: lines })).toMatchObject({ ok: true });
        expect(await read({ profileUrls: [...lines, 'more'] })).toMatchObject({ ok: false, code: 'too_many_lines' });
        expect(await read({ profileUrls: [' '] })).toMatchObject({ ok: false, code: 'no_lines' });
    });

    it('are missed with a sentence when a linked list cannot be read', async () => {
        const reading = await readInputLines(
            inputOf({ startUrls: [{ requestsFromUrl: 'https://example.com/list' }] }),
            async () => ({ ok: false, problem: 'could not be downloaded' }),
        );
        expect(reading).toEqual({
            ok: false,
            code: 'unreadable_list',
            message: 'The linked list https://example.com/list could not be downloaded.',
        });
    });
});
