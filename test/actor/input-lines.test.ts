import { describe, expect, it } from 'vitest';
import { parseInput, type ActorInput } from '../../src/actor/input.ts';
import { readInputLines } from '../../src/actor/input-lines.ts';

function inputOf(raw: object): ActorInput {
    const parsing = parseInput(raw);
    if (!parsing.ok) throw new Error(parsing.message);
    return parsing.input;
}

const read = (raw: object, text = '') => readInputLines(inputOf(raw), async () => ({ ok: true, text }));

describe('the lines of the input', () => {
    it('come from every list, in the order of the fields, without blank ones', async () => {
        const lists = { urls: ['b', ' '], profileUrls: ['a', ''], linkedinUrls: ['c'], startUrls: ['d', { url: 'e' }] };
        expect(await read(lists)).toEqual({ ok: true, lines: ['a', 'b', 'c', 'd', 'e'] });
    });

    it.each([
        ['a text with a line each', 'ada\nbob\r\n\n', ['ada', 'bob']],
        [
            'a table',
            'name;link\nAda;https://linkedin.com/in/ada\nBob;linkedin.com/in/bob;x',
            ['https://linkedin.com/in/ada', 'linkedin.com/in/bob'],
        ],
        ['a file that begins with a byte order mark', '\uFEFFada', ['ada']],
    ])('are found in %s', async (_name, text, lines) => {
        expect(await read({ startUrls: [{ requestsFromUrl: 'https://example.com/list' }] }, text)).toEqual({
            ok: true,
            lines,
        });
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
