import { describe, expect, it } from 'vitest';
import { inputSchema, parseInput, readMaxProfiles } from '../../../src/actor/input/input.ts';

function messageOf(raw: unknown): string {
    const parsing = parseInput(raw);
    return parsing.ok ? 'taken' : parsing.message;
}

describe('the input', () => {
    it.each([
        [[], 'The input is a list; put it into an object: {"profileUrls": [ … ]}.'],
        [{ profileUrls: 7 }, 'The input field `profileUrls` takes a list of profile URLs, one per line.'],
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
        [{ fields: ['skills', 'headlin'] }, 'and `headlin` is not one. Did you mean `headline`? Correct it'],
        [{ fields: ['email'] }, 'takes profile fields, and `email` is not one. Known fields: identifier, '],
        [
            { profileUrl: ['ada'] },
            'There is no profile URL in the input. Did you mean `profileUrls` instead of `profileUrl`?',
        ],
        [{ estimateOnly: 'yes' }, 'The input field `estimateOnly` takes `true` or `false`.'],
    ])('%j is an error that says what the field accepts', (raw, message) => {
        expect(messageOf(raw)).toContain(message);
        expect(messageOf(raw)).not.toMatch(/expected|received|undefined|zod/i);
    });

    it('accepts what forms and no-code tools send: one text with several lines, numbers as text, null for "not set"', () => {
        const parsing = parseInput({ suppressedUrls: 'ada\r\nbob', maxAttempts: '2', maxConcurrency: null });
        expect(parsing).toMatchObject({ ok: true, input: { suppressedUrls: ['ada', 'bob'], maxAttempts: 2 } });
    });

    it.each(Object.entries(inputSchema.shape))('says what `%s` takes', (_, { description }) => {
        expect(description).toMatch(/^takes /);
    });

    it.each(Object.keys(inputSchema.shape))('treats an empty text for `%s` as not given', (field) => {
        const none = parseInput({});
        for (const empty of ['', '  ', null]) {
            const parsing = parseInput({ [field]: empty });
            expect(parsing).toEqual(none);
        }
    });

    it('treats an empty text inside a field as not given', () => {
        const parsing = parseInput({ fields: [''], sources: [' '], requiredFields: [''] });
        expect(parsing).toMatchObject({ ok: true, input: { fields: null, sources: undefined, requiredFields: [] } });
    });

    it.each([
        [{ links: ['https://www.linkedin.com/in/ada'] }, 'Did you mean `profileUrls` instead of `links`?'],
        [{ people: [{ linkedin: 'linkedin.com/in/ada' }] }, 'Did you mean `profileUrls` instead of `people`?'],
        [{ startUrl: 'https://www.linkedin.com/in/ada' }, 'Did you mean `startUrls` instead of `startUrl`?'],
        [{ linkedin_urls: ['linkedin.com/in/ada'] }, 'Did you mean `linkedinUrls` instead of `linkedin_urls`?'],
    ])('names the right field for a list under another name: %j', (raw, message) => {
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
    ])('converts the texts in %j', (raw, input) => {
        expect(parseInput(raw)).toMatchObject({ ok: true, input });
    });

    it.each([
        [{ maxTotalChargeUsd: 0.01 }, '`maxTotalChargeUsd` is a run option', '`?maxTotalChargeUsd=…`'],
        [{ max_total_charge_usd: 1 }, '`max_total_charge_usd` is a run option', '`?maxTotalChargeUsd=…`'],
        [{ maxTotalChargeUSD: 1 }, '`maxTotalChargeUSD` is a run option', '`?maxTotalChargeUsd=…`'],
        [{ maxTotalCharge: 1 }, '`maxTotalCharge` is a run option', '`?maxTotalChargeUsd=…`'],
        [{ memory: 256 }, '`memory` is a run option', '`?memory=…`'],
        [{ memory_mbytes: 256 }, '`memory_mbytes` is a run option', '`?memory=…`'],
        [{ timeout: 60 }, '`timeout` is a run option', 'The time limit of a profile is `timeoutSecs`.'],
        [{ build: 'latest', webhooks: [] }, '`build` is a run option', 'Run options in Console'],
    ])('rejects the run option in %j, and says where it belongs', (raw, what, where) => {
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
    ])('rejects `%s`, because `%s` affects money or people', (name, meant) => {
        expect(messageOf({ profileUrls: ['ada'], [name]: 'x' })).toBe(
            `Unknown input field \`${name}\`. Did you mean \`${meant}\`? Nothing was fetched. Correct it and run again.`,
        );
    });

    it('ignores other unknown fields', () => {
        const habits = { name: 'x', model: 'x', code: 1, maxDepth: 2, includeRecentActivity: true, findEmail: false };
        expect(messageOf({ profileUrls: ['ada'], ...habits })).toBe('taken');
    });

    it('uses the lowest of the three limits on profiles', () => {
        const limitOf = (raw: object) => readMaxProfiles(inputSchema.parse(raw));
        expect(limitOf({})).toBeNull();
        expect(limitOf({ maxItems: 3 })).toBe(3);
        expect(limitOf({ maxProfiles: 5, maxItems: 3, maxResults: 4 })).toBe(3);
    });

    it('repeats no control characters and no long texts in messages', () => {
        const { warnings } = parseInput({ ['\u001b[31mred\u001b[0m\r\n']: 1, ['x'.repeat(200)]: 1 });
        expect(warnings[0]).toBe('Unknown input field `[31mred[0m` was ignored.');
        expect(warnings[1]?.length).toBeLessThan(130);
    });

    it.each([
        ['includeCompanyDetails', false, []],
        ['findEmail', true, ['E-mail addresses are not looked up: `findEmail` was ignored.']],
        ['maxItems', 1, []],
        ['includeRecentActivity', true, ['Unknown input field `includeRecentActivity` was ignored.']],
        ['urls', ['https://www.linkedin.com/in/bob'], []],
    ])('accepts %s from callers of the Actor it replaces', (name, value, warnings) => {
        const parsing = parseInput({ profileUrls: ['https://www.linkedin.com/in/ada'], [name]: value });
        expect(parsing).toMatchObject({ ok: true, warnings });
    });

    it('names an unknown field and the likely correction', () => {
        const parsing = parseInput({ profileUrl: ['ada'], urls: ['bob'], includeRecentActivity: false });
        expect(parsing.warnings).toEqual([
            'Unknown input field `profileUrl` was ignored. Did you mean `profileUrls`?',
            'Unknown input field `includeRecentActivity` was ignored.',
        ]);
    });

    it('names five of many unknown fields, those with a likely correction first, and counts the rest', () => {
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

    it.each(['suppressionListId', 'datasetId'])('rejects a path in `%s`', (name) => {
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

    it('accepts an empty input, which has no lines', () => {
        expect(parseInput(null)).toMatchObject({ ok: true, input: { profileUrls: [], mode: 'live' } });
    });
});
