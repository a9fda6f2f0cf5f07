import { describe, expect, it } from 'vitest';
import { parseInput } from '../../src/actor/input.ts';

function messageOf(raw: unknown): string {
    const parsing = parseInput(raw);
    return parsing.ok ? 'taken' : parsing.message;
}

describe('the input', () => {
    it.each([
        [[], 'The input must be an object such as {"profileUrls": ["https://www.linkedin.com/in/someone/"]}.'],
        [{ profileUrls: [7] }, 'The input field `profileUrls` takes a list of profile URLs, one text a line.'],
        [{ mode: 'prod' }, 'The input field `mode` takes `live` or `test`.'],
        [{ maxRequestsPerSecond: 'fast' }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ fields: ['email'] }, 'The input field `fields` takes a list of profile fields; these are known: '],
        [{ estimateOnly: 'yes' }, 'The input field `estimateOnly` takes `true` or `false`.'],
    ])('%j is one sentence that says what the field takes', (raw, message) => {
        expect(messageOf(raw)).toContain(message);
        expect(messageOf(raw)).not.toMatch(/expected|received|undefined|zod/i);
    });

    it('takes what forms and no-code tools send: one text with a line each, numbers as text, null for "not set"', () => {
        const parsing = parseInput({ profileUrls: 'ada\r\nbob', maxAttempts: '2', maxConcurrency: null });
        expect(parsing).toMatchObject({ ok: true, input: { profileUrls: ['ada', 'bob'], maxAttempts: 2 } });
    });

    it('names a field it does not know, and the one that was meant', () => {
        const parsing = parseInput({ profileUrl: ['ada'], includeCompanyDetails: false });
        expect(parsing.ok && parsing.warnings).toEqual([
            'Unknown input field `profileUrl` was ignored. Did you mean `profileUrls`?',
            'Unknown input field `includeCompanyDetails` was ignored.',
        ]);
    });

    it('takes an empty input for one without lines, not for a wrong one', () => {
        expect(parseInput(null)).toMatchObject({ ok: true, input: { profileUrls: [], mode: 'live' } });
    });
});
