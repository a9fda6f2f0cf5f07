import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { urlOf } from '../../helpers/runs/quick-input.ts';
import { runActor } from '../../helpers/runs/run-actor.ts';

describe('an error in the input', () => {
    it.each([
        ['no lines', {}, 'There is no profile URL in the input. Put at least one into `profileUrls`.'],
        [
            'a wrong type',
            { profileUrls: 5 },
            'The input field `profileUrls` takes a list of profile URLs, one per line. Correct it and run again.',
        ],
        [
            'a bad proxy',
            { profileUrls: [urlOf('someone')], proxyConfiguration: { proxyUrls: ['nonsense'] } },
            'The proxy cannot be used: `proxyConfiguration` takes what',
        ],
        [
            'an API address with a password',
            {
                profileUrls: [urlOf('someone')],
                sources: ['enrichment-api'],
                apiKey: 'k',
                apiBaseUrl: 'https://u:canary@x.invalid',
            },
            'The input field `apiBaseUrl` takes the address of an enrichment API',
        ],
        [
            'an unreadable list',
            { startUrls: [{ requestsFromUrl: 'http://127.0.0.1:1/list.csv' }] },
            'The linked list http://127.0.0.1:1/list.csv could not be downloaded.',
        ],
        [
            'real profiles in test mode',
            { mode: 'test', profileUrls: [urlOf('someone')] },
            'These are real profiles, but `mode` is `test`, so nothing was fetched. Set `mode` to `live`.',
        ],
    ])(
        '(%s) is reported in one sentence, with exit code 1 and nothing fetched or charged',
        async (_name, input, message) => {
            const result = await runActor(input);
            expect(result.exitCode).toBe(1);
            expect(result.output).toEqual({
                error: { code: expect.any(String), message: expect.stringContaining(message) },
            });
            expect(result.log).toContain(message);
            expect(result.log).not.toMatch(/\n\s+at |canary/);
            expect(result.rows).toHaveLength(0);
            expect(result.charges).toHaveLength(0);
        },
    );

    it('in the name of the list is reported, in OUTPUT with all warnings', async () => {
        const { exitCode, output } = await runActor({ profileUrl: [urlOf('someone')], '\u001b[31mred\u001b[0m': 1 });
        expect(exitCode).toBe(1);
        expect(output).toEqual({
            error: {
                code: 'no_lines',
                message: 'There is no profile URL in the input. Did you mean `profileUrls` instead of `profileUrl`?',
            },
            warnings: [
                'Unknown input field `profileUrl` was ignored. Did you mean `profileUrls`?',
                'Unknown input field `[31mred[0m` was ignored.',
            ],
        });
    });

    it('in its JSON is reported by file and line, without colours outside a terminal', async () => {
        const rawInput = `{\n  "profileUrls": [\n    "${urlOf('example-1')}"\n    "${urlOf('example-2')}"\n  ]\n}`;
        const { exitCode, output, log } = await runActor(null, { rawInput });
        expect(exitCode).toBe(1);
        expect(output.error?.code).toBe('invalid_json');
        expect(output.error?.message).toMatch(
            /\/key_value_stores\/default\/INPUT\.json is not JSON: line 4, column 5: a comma is missing before this place\. Correct it and run again\.$/,
        );
        expect(log).toContain('MemoryStorage');
        // eslint-disable-next-line no-control-regex
        expect(log).not.toMatch(/[\0-\x08\x0B-\x1F]/);
    });

    it('that is a list instead of an object is reported as one', async () => {
        const { exitCode, output } = await runActor([urlOf('example-1')]);
        expect(exitCode).toBe(1);
        expect(output.error?.message).toBe('The input is a list; put it into an object: {"profileUrls": [ … ]}.');
    });

    it('in several fields is reported for all at once', async () => {
        const { output } = await runActor({ mode: 'prod', maxConcurrency: 0, fields: ['headlin'] });
        expect(output.error?.message).toBe(
            'The input field `mode` takes `live` or `test`. The input field `maxConcurrency` takes a whole number from 1 to 500. The input field `fields` takes profile fields, and `headlin` is not one. Did you mean `headline`? Correct them and run again.',
        );
    });

    it('in the name of the suppression list creates no store', async () => {
        const storage = await mkdtemp(join(tmpdir(), 'actor-suppression-'));
        const input = { mode: 'test', profileUrls: [urlOf('example-1')], suppressionListId: 'mistyped' };
        const { exitCode, output } = await runActor(input, { storage });
        expect(exitCode).toBe(1);
        expect(output.error?.message).toContain('there is no key-value store `mistyped`');
        expect(await readdir(join(storage, 'key_value_stores'))).toEqual(['default']);
        await rm(storage, { recursive: true, force: true });
    });
});
