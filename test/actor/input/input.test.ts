import { describe, expect, it } from 'vitest';
import { inputSchema, parseInput, readMaxProfiles } from '../../../src/actor/input/input.ts';

function messageOf(raw: unknown): string {
    const parsing = parseInput(raw);
    return parsing.ok ? 'taken' : parsing.message;
}

describe('the input', () => {
    it.each([
        [[], 'The input is a list, and it must be an object that holds it: {"profileUrls": [ … ]}.'],
        [{ profileUrls: 7 }, 'The input field `profileUrls` takes a list of profile URLs, one text a line.'],
        [{ mode: 'prod' }, 'The input field `mode` takes `live` or `test`.'],
        [{ maxRequestsPerSecond: 'fast' }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: true }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: [5] }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: '0x2' }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxRequestsPerSecond: '1e2' }, 'The input field `maxRequestsPerSecond` takes a number from 0.1 to 500.'],
        [{ maxProfiles: 0 }, 'The input field `maxProfiles` takes a whole number from 1.'],
        [{ maxItems: '1.5' }, 'The input field `maxItems` takes a whole number from 1.'],
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
        const parsing = parseInput({ suppressedUrls: 'ada\r\nbob', maxAttempts: '2', maxConcurrency: null });
        expect(parsing).toMatchObject({ ok: true, input: { suppressedUrls: ['ada', 'bob'], maxAttempts: 2 } });
    });

    it.each(Object.keys(inputSchema.shape))('takes an empty text for `%s` as not given', (field) => {
        const none = parseInput({});
        for (const empty of ['', '  ', null]) {
            const parsing = parseInput({ [field]: empty });
            expect(parsing).toEqual(none);
        }
    });

    it('takes an empty text inside of a field as not given', () => {
        const parsing = parseInput({ fields: [''], sources: [' '], requiredFields: [''] });
        expect(parsing).toMatchObject({ ok: true, input: { fields: null, sources: undefined, requiredFields: [] } });
    });

    it.each([
        [{ links: ['https://www.linkedin.com/in/ada'] }, 'Did you mean `profileUrls` by `links`?'],
        [{ people: [{ linkedin: 'linkedin.com/in/ada' }] }, 'Did you mean `profileUrls` by `people`?'],
        [{ startUrl: 'https://www.linkedin.com/in/ada' }, 'Did you mean `startUrls` by `startUrl`?'],
        [{ linkedin_urls: ['linkedin.com/in/ada'] }, 'Did you mean `linkedinUrls` by `linkedin_urls`?'],
    ])('says of a list under another Actor’s name what it is called here: %j', (raw, message) => {
        expect(parseInput(raw)).toMatchObject({
            ok: false,
            code: 'no_lines',
            message: `There is no profile URL in the input. ${message}`,
        });
        expect(parseInput({ ...raw, profileUrls: ['ada'] })).toMatchObject({
            ok: true,
            warnings: [expect.stringMatching(/^Unknown input field `\w+` was ignored\. Did you mean/)],
        });
    });

    it.each([
        [{ maxRequestsPerSecond: ' 2.5 ' }, { maxRequestsPerSecond: 2.5 }],
        [{ maxConcurrency: '30' }, { maxConcurrency: 30 }],
        [
            { timeoutSecs: '30', maxAttempts: '2' },
            { timeoutSecs: 30, maxAttempts: 2 },
        ],
        [{ maxResults: '7' }, { maxResults: 7 }],
        [{ estimateOnly: 'true' }, { estimateOnly: true }],
        [
            { estimateOnly: 'False', onlyChanged: ' false ' },
            { estimateOnly: false, onlyChanged: false },
        ],
        [
            { mode: ' Test\n', duplicates: 'REPEAT' },
            { mode: 'test', duplicates: 'repeat' },
        ],
        [{ fields: [' skills '] }, { fields: ['skills'] }],
        [{ requiredFields: ['Title', ''] }, { requiredFields: ['title'] }],
        [{ apiBaseUrl: ' https://api.example.com ' }, { apiBaseUrl: 'https://api.example.com' }],
    ])('reads the texts in %j as what they mean', (raw, input) => {
        expect(parseInput(raw)).toMatchObject({ ok: true, input });
    });

    it.each([
        [{ maxTotalChargeUsd: 0.01 }, '`maxTotalChargeUsd` is an option of the run', '`?maxTotalChargeUsd=…`'],
        [{ max_total_charge_usd: 1 }, '`max_total_charge_usd` is an option', '`?maxTotalChargeUsd=…`'],
        [{ maxTotalChargeUSD: 1 }, '`maxTotalChargeUSD` is an option of the run', '`?maxTotalChargeUsd=…`'],
        [{ maxTotalCharge: 1 }, '`maxTotalCharge` is an option of the run', '`?maxTotalChargeUsd=…`'],
        [{ memory: 256 }, '`memory` is an option of the run', '`?memory=…`'],
        [{ memory_mbytes: 256 }, '`memory_mbytes` is an option of the run', '`?memory=…`'],
        [{ timeout: 60 }, '`timeout` is an option of the run', 'The time for one profile is `timeoutSecs`.'],
        [{ build: 'latest', webhooks: [] }, '`build` is an option of the run', 'Run options in Console'],
    ])('ends the run for the option of a run in %j, and says where it belongs', (raw, what, where) => {
        const message = messageOf({ profileUrls: ['ada'], ...raw });
        expect(message).toContain(what);
        expect(message).toContain('so nothing was fetched');
        expect(message).toContain(where);
    });

    it.each([
        ['estimate_only', 'estimateOnly'],
        ['Mode', 'mode'],
        ['mod', 'mode'],
        ['suppressed_urls', 'suppressedUrls'],
        ['supressedUrls', 'suppressedUrls'],
        ['suppressionlistid', 'suppressionListId'],
        ['only_changed', 'onlyChanged'],
        ['Fields', 'fields'],
        ['Watch', 'watch'],
        ['maxRequestPerSecond', 'maxRequestsPerSecond'],
        ['max_profiles', 'maxProfiles'],
        ['maxProfile', 'maxProfiles'],
        ['max_items', 'maxItems'],
    ])('ends the run for `%s`, because `%s` decides about money or people', (name, meant) => {
        expect(messageOf({ profileUrls: ['ada'], [name]: 'x' })).toBe(
            `Unknown input field \`${name}\`. Did you mean \`${meant}\`? Nothing was fetched. Correct it and run again.`,
        );
    });

    it('goes on with fields that callers send out of habit', () => {
        const habits = { name: 'x', model: 'x', code: 1, maxDepth: 2, includeRecentActivity: true, findEmail: false };
        expect(messageOf({ profileUrls: ['ada'], ...habits })).toBe('taken');
    });

    it('takes the lowest of the names for the most profiles to find', () => {
        const limitOf = (raw: object) => readMaxProfiles(inputSchema.parse(raw));
        expect(limitOf({})).toBeNull();
        expect(limitOf({ maxItems: 3 })).toBe(3);
        expect(limitOf({ maxProfiles: 5, maxItems: 3, maxResults: 4 })).toBe(3);
    });

    it('repeats no control characters and no long texts', () => {
        const { warnings } = parseInput({ ['\u001b[31mred\u001b[0m\r\n']: 1, ['x'.repeat(200)]: 1 });
        expect(warnings[0]).toBe('Unknown input field `[31mred[0m` was ignored.');
        expect(warnings[1]?.length).toBeLessThan(130);
    });

    it.each([
        ['includeCompanyDetails', false, []],
        ['findEmail', true, ['E-mail addresses are not looked for: `findEmail` was ignored.']],
        ['maxItems', 1, []],
        ['includeRecentActivity', true, ['Unknown input field `includeRecentActivity` was ignored.']],
        ['urls', ['https://www.linkedin.com/in/bob'], []],
    ])('lets callers of the Actor it replaces send %s', (name, value, warnings) => {
        const parsing = parseInput({ profileUrls: ['https://www.linkedin.com/in/ada'], [name]: value });
        expect(parsing).toMatchObject({ ok: true, warnings });
    });

    it('names a field it does not know, and the one that was meant', () => {
        const parsing = parseInput({ profileUrl: ['ada'], urls: ['bob'], includeRecentActivity: false });
        expect(parsing.warnings).toEqual([
            'Unknown input field `profileUrl` was ignored. Did you mean `profileUrls`?',
            'Unknown input field `includeRecentActivity` was ignored.',
        ]);
    });

    it('names five of many fields it does not know, those that were meant for another one first, and counts the rest', () => {
        const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`custom_${index}`, index]));
        const { warnings } = parseInput({ a: 1, profileUrl: ['ada'], ...many, urls: ['bob'] });
        expect(warnings).toEqual([
            'Unknown input field `profileUrl` was ignored. Did you mean `profileUrls`?',
            'Unknown input field `a` was ignored.',
            ...[0, 1, 2].map((index) => `Unknown input field \`custom_${index}\` was ignored.`),
            '19,997 more unknown input fields were ignored.',
        ]);
        expect(parseInput({ a1: 1, a2: 1, a3: 1, a4: 1, a5: 1, a6: 1 }).warnings.at(-1)).toBe(
            '1 more unknown input field was ignored.',
        );
    });

    it.each(['suppressionListId', 'datasetId'])('says what `%s` takes, whatever path stands in it', (name) => {
        for (const value of [
            '../../etc',
            '..',
            '../datasets/default',
            'a/../../b',
            'a~../b',
            '/etc',
            'C:\\x',
            'a b',
            'a%2Fb',
            'x\0',
        ]) {
            expect(messageOf({ profileUrls: ['ada'], [name]: value })).toMatch(
                new RegExp(
                    `^The input field \`${name}\` takes the id or name of a .*: letters, digits and hyphens\\. `,
                ),
            );
        }
        for (const value of ['my-list', ' pQ3kUxN9', 'me.too/my-list', 'me~my-list', 'my_list', '']) {
            expect(messageOf({ profileUrls: ['ada'], [name]: value })).toBe('taken');
        }
    });

    it('takes an empty input for one without lines, not for a wrong one', () => {
        expect(parseInput(null)).toMatchObject({ ok: true, input: { profileUrls: [], mode: 'live' } });
    });
});
