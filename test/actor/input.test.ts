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
        [{ maxRequestsPerSecond: true }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: [5] }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: '0x2' }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: '1e2' }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: '' }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxConcurrency: '2.5' }, 'The input field `maxConcurrency` takes a whole number from 1 to 500.'],
        [{ maxAttempts: 11 }, 'The input field `maxAttempts` takes a whole number from 1 to 10.'],
        [{ timeoutSecs: false }, 'The input field `timeoutSecs` takes a number of seconds from 1 to 600.'],
        [{ fields: 'headline' }, 'The input field `fields` takes a list of profile fields, such as `headline`.'],
        [{ fields: ['skills', 'headlin'] }, 'and `headlin` is none. Did you mean `headline`? Correct it'],
        [{ fields: ['email'] }, 'takes profile fields, and `email` is none. These are known: identifier, '],
        [{ profileUrl: ['ada'] }, 'There is no profile URL in the input. Did you mean `profileUrls` by `profileUrl`?'],
        [{ estimateOnly: 'yes' }, 'The input field `estimateOnly` takes `true` or `false`.'],
    ])('%j is one sentence that says what the field takes', (raw, message) => {
        expect(messageOf(raw)).toContain(message);
        expect(messageOf(raw)).not.toMatch(/expected|received|undefined|zod/i);
    });

    it('takes what forms and no-code tools send: one text with a line each, numbers as text, null for "not set"', () => {
        const parsing = parseInput({ profileUrls: 'ada\r\nbob', maxAttempts: '2', maxConcurrency: null });
        expect(parsing).toMatchObject({ ok: true, input: { profileUrls: ['ada', 'bob'], maxAttempts: 2 } });
    });

    it('takes a decimal number as text, and an emptied text field for one not set', () => {
        const parsing = parseInput({ maxRequestsPerSecond: ' 2.5 ', suppressionListId: ' ' });
        expect(parsing).toMatchObject({ ok: true, input: { maxRequestsPerSecond: 2.5, suppressionListId: undefined } });
    });

    it('repeats no control characters and no long texts', () => {
        const { warnings } = parseInput({ ['\u001b[31mred\u001b[0m\r\n']: 1, ['x'.repeat(200)]: 1 });
        expect(warnings[0]).toBe('Unknown input field `[31mred[0m` was ignored.');
        expect(warnings[1]?.length).toBeLessThan(130);
    });

    it('names a field it does not know, and the one that was meant', () => {
        const parsing = parseInput({ profileUrl: ['ada'], urls: ['bob'], includeCompanyDetails: false });
        expect(parsing.warnings).toEqual([
            'Unknown input field `profileUrl` was ignored. Did you mean `profileUrls`?',
            'Unknown input field `includeCompanyDetails` was ignored.',
        ]);
    });

    it('takes an empty input for one without lines, not for a wrong one', () => {
        expect(parseInput(null)).toMatchObject({ ok: true, input: { profileUrls: [], mode: 'live' } });
    });
});
