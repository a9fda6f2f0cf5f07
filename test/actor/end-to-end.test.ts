import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectTruth } from '../helpers/expect-truth.ts';
import { runActor, type ActorRunResult } from '../helpers/run-actor.ts';

const quick = { mode: 'test', maxRequestsPerSecond: 50, maxAttempts: 3, timeoutSecs: 5 };
const urlOf = (handle: string) => `https://www.linkedin.com/in/${handle}/`;

describe('the sandbox', () => {
    const outcomes = {
        'example-1': 'success',
        'not-found-1': 'not_found',
        'wall-1': 'upstream_error',
        'blocked-1': 'upstream_error',
        'rate-limited-1': 'success',
        'flaky-1': 'success',
        'error-1': 'upstream_error',
        'slow-1': 'success',
        'timeout-1': 'upstream_timeout',
        'moved-1': 'success',
        'bare-1': 'success',
        'masked-1': 'success',
        'unicode-1': 'success',
        'huge-1': 'upstream_error',
    };
    let result: ActorRunResult;
    beforeAll(async () => {
        result = await runActor({ ...quick, timeoutSecs: 8, profileUrls: Object.keys(outcomes).map(urlOf) });
    }, 60_000);
    const rowOf = (handle: string) => result.rows.find((row) => row.url === urlOf(handle));

    it.each(Object.entries(outcomes))('answers %s with %s', (handle, outcome) => {
        const row = rowOf(handle);
        expect(row?.status === 'error' ? row.code : row?.status).toBe(outcome);
    });

    it('adds up and charges what it found', () => expectTruth(result));

    it('follows a renamed profile to its new address', () => {
        expect(rowOf('moved-1')).toMatchObject({ canonical_url: urlOf('example-900001') });
    });

    it('passes nothing masked off as data', () => {
        const row = rowOf('masked-1');
        expect(JSON.stringify(row)).not.toMatch(/\*{3}|undefined/);
        expect(row).toMatchObject({ profile: { title: null, headline: null, company: { name: expect.any(String) } } });
    });

    it('tries again what failed once', () => {
        expect(rowOf('flaky-1')?.meta.attempts).toBe(2);
        expect(rowOf('rate-limited-1')?.meta.attempts).toBe(2);
        expect(rowOf('wall-1')?.meta.attempts).toBe(3);
    });
});

describe('a run', () => {
    it('answers existing callers as before', async () => {
        const result = await runActor({ ...quick, profileUrls: [urlOf('example-7')], includeCompanyDetails: false });
        expect(result.exitCode).toBe(0);
        expect(result.rows).toHaveLength(1);
        expect(result.rows[0]).toMatchObject({
            status: 'success',
            profile: {
                full_name: expect.any(String),
                position_groups: expect.arrayContaining([
                    expect.objectContaining({
                        profile_positions: expect.arrayContaining([
                            expect.objectContaining({ title: expect.any(String), company: expect.any(String) }),
                        ]),
                    }),
                ]),
                educations: [expect.objectContaining({ degree_name: expect.any(String) })],
                location: expect.objectContaining({ default: expect.any(String) }),
            },
        });
        expect(result.output.warnings).toEqual(['Unknown input field `includeCompanyDetails` was ignored.']);
        expectTruth(result);
    });

    it('answers every line once: one row a profile, the other spellings beside it, bad lines with their reason', async () => {
        const lines = [
            urlOf('example-1'),
            'uk.linkedin.com/in/Example-1',
            'https://example.com/x',
            urlOf('not-found-2'),
        ];
        const result = await runActor({ ...quick, profileUrls: lines });
        expect(result.output).toMatchObject({
            lines: 4,
            found: 1,
            not_found: 1,
            invalid: 1,
            duplicates: 1,
            remaining: 0,
        });
        const row = result.rows.find(({ status }) => status === 'success');
        expect(row).toMatchObject({ input_index: 0, duplicate_urls: ['uk.linkedin.com/in/Example-1'] });
        expect(result.rows.find(({ input_index: index }) => index === 2)).toMatchObject({
            code: 'validation_failed',
            url: lines[2],
        });
        expectTruth(result);
    });

    it('writes a row a line when asked to, and charges one person once', async () => {
        const lines = [urlOf('example-1'), 'linkedin.com/in/example-1', urlOf('example-1')];
        const result = await runActor({ ...quick, duplicates: 'repeat', profileUrls: lines });
        expect(result.rows.map((row) => row.duplicate_of).sort((one, other) => (one ?? 9) - (other ?? 9))).toEqual([
            0,
            0,
            null,
        ]);
        expect(result.output).toMatchObject({ found: 1, duplicates: 2, charged: 1 });
        expectTruth(result);
    });

    it('keeps only the fields asked for', async () => {
        const result = await runActor({
            ...quick,
            fields: ['full_name', 'headline'],
            profileUrls: [urlOf('example-1')],
        });
        const [row] = result.rows;
        expect(row?.status === 'success' && Object.keys(row.profile).sort()).toEqual(['full_name', 'headline']);
    });

    it('neither fetches nor shows a person on the suppression list', async () => {
        const result = await runActor({
            ...quick,
            suppressedUrls: ['linkedin.com/in/example-1'],
            profileUrls: [urlOf('example-1')],
        });
        expect(result.rows).toEqual([expect.objectContaining({ status: 'not_found' })]);
        expect(result.rows[0]?.meta.attempts).toBe(0);
    });

    it('stops at the spending limit, names what is left and charges no more', async () => {
        const profileUrls = Array.from({ length: 9 }, (_, n) => urlOf(`example-${n}`));
        const env = { ACTOR_TEST_PAY_PER_EVENT: '1', ACTOR_MAX_TOTAL_CHARGE_USD: '4' };
        const result = await runActor({ ...quick, profileUrls }, { env });
        expect(result.exitCode).toBe(0);
        expect(result.output).toMatchObject({ found: 4, remaining: 5, ending: 'budget' });
        expect(result.remainingUrls).toEqual(profileUrls.slice(4));
        expect(result.output.message).toContain('spending limit');
        expectTruth(result);
    });

    it('estimates without fetching', async () => {
        const result = await runActor({
            ...quick,
            estimateOnly: true,
            profileUrls: [urlOf('example-1'), urlOf('example-1'), 'x y'],
        });
        expect(result.output.estimate).toEqual({ valid: 1, duplicates: 1, invalid: 1, max_cost_usd: null, seconds: 1 });
        expect(result.rows).toHaveLength(0);
    });

    it('says so when every line is invalid, and succeeds', async () => {
        const result = await runActor({ profileUrls: ['a b', 'c d', 'e f'] });
        expect(result.exitCode).toBe(0);
        expect(result.output.message).toBe('None of the 3 lines is a LinkedIn profile URL.');
        expect(result.rows).toHaveLength(3);
    });

    it('on Ctrl-C keeps what it has and goes on from there when started again', async () => {
        const storage = await mkdtemp(join(tmpdir(), 'actor-resume-'));
        const profileUrls = Array.from({ length: 30 }, (_, n) => urlOf(`example-${n}`));
        const input = { ...quick, maxRequestsPerSecond: 10, profileUrls };
        const env = { CRAWLEE_PURGE_ON_START: '0', APIFY_PURGE_ON_START: '0', LEDGER_SETTLE_MS: '0' };
        let isSent = false;
        const first = await runActor(input, {
            storage,
            env,
            onLog: (log) => {
                if (isSent || !/[1-9]\d* found/.test(log)) return null;
                isSent = true;
                return 'SIGINT';
            },
        });
        expect(first.exitCode).toBe(0);
        expect(first.output).toMatchObject({ ending: 'aborted', lines: 30 });
        expect(first.output.remaining).toBeGreaterThan(0);
        expect(first.remainingUrls).toHaveLength(first.output.remaining);
        const second = await runActor(input, { storage, env });
        expect(second.output).toMatchObject({ found: 30, remaining: 0 });
        expect(second.rows).toHaveLength(30);
        expectTruth(second);
        await rm(storage, { recursive: true, force: true });
    }, 60_000);

    it('survives being killed: no row twice, no charge twice, none missing', async () => {
        const storage = await mkdtemp(join(tmpdir(), 'actor-kill-'));
        const profileUrls = Array.from({ length: 40 }, (_, n) =>
            urlOf(n % 5 === 4 ? `not-found-${n}` : `example-${n}`),
        );
        const input = { ...quick, maxRequestsPerSecond: 12, profileUrls };
        const env = { CRAWLEE_PURGE_ON_START: '0', APIFY_PURGE_ON_START: '0', LEDGER_SETTLE_MS: '0' };
        let isKilled = false;
        const first = await runActor(input, {
            storage,
            env,
            onLog: (log) => {
                if (isKilled || !/[1-9]\d* found/.test(log)) return null;
                isKilled = true;
                return 'SIGKILL';
            },
        });
        expect(first.exitCode).toBeNull();
        const second = await runActor(input, { storage, env });
        expect(second.output).toMatchObject({ found: 32, not_found: 8, remaining: 0 });
        expect(second.rows).toHaveLength(40);
        expectTruth(second);
        await rm(storage, { recursive: true, force: true });
    }, 60_000);

    it('answers 5,000 lines with repetitions and bad ones among them, and its sums add up', async () => {
        const profileUrls = Array.from({ length: 5000 }, (_, n) => {
            if (n % 10 === 9) return `no profile ${n}`;
            return urlOf(n % 10 === 8 ? `not-found-${n % 700}` : `bare-${n % 700}`);
        });
        const result = await runActor({ ...quick, maxRequestsPerSecond: 500, profileUrls });
        expect(result.exitCode).toBe(0);
        expect(result.output).toMatchObject({
            lines: 5000,
            found: 560,
            not_found: 70,
            errors: 0,
            invalid: 500,
            duplicates: 3870,
            remaining: 0,
        });
        expect(result.rows).toHaveLength(1130);
        expect(result.rows.flatMap((row) => row.duplicate_urls)).toHaveLength(3870);
        expectTruth(result);
    }, 120_000);

    it('stops early and fails when the source refuses everybody, and charges nothing', async () => {
        const profileUrls = Array.from({ length: 60 }, (_, n) => urlOf(`blocked-${n}`));
        const result = await runActor({ ...quick, maxAttempts: 1, maxConcurrency: 5, profileUrls });
        expect(result.exitCode).toBe(1);
        expect(result.output.ending).toBe('refused');
        expect(result.output.remaining).toBeGreaterThan(20);
        expect(result.charges).toHaveLength(0);
        expectTruth(result);
    });
});

describe('a mistake in the input', () => {
    const tooMany = Array.from({ length: 5001 }, (_, n) => urlOf(`example-${n}`));
    it.each([
        ['no line', {}, 'There is no profile URL in the input. Put at least one into `profileUrls`.'],
        [
            'too many lines',
            { profileUrls: tooMany },
            'The input has 5,001 lines, and one run takes 5,000. Split the list and run it in parts.',
        ],
        [
            'a wrong type',
            { profileUrls: 5 },
            'The input field `profileUrls` takes a list of profile URLs, one text a line. Correct it and run again.',
        ],
        [
            'a bad proxy',
            { profileUrls: [urlOf('someone')], proxyConfiguration: { proxyUrls: ['nonsense'] } },
            'The proxy cannot be used: `proxyConfiguration` takes what',
        ],
        [
            'an unreadable list',
            { startUrls: [{ requestsFromUrl: 'http://127.0.0.1:1/list.csv' }] },
            'The linked list http://127.0.0.1:1/list.csv could not be downloaded.',
        ],
        [
            'real profiles in test mode',
            { mode: 'test', profileUrls: [urlOf('someone')] },
            'These are real profiles, but `mode` is `test`: nothing was fetched. Set `mode` to `live`.',
        ],
    ])('%s is one clear sentence, exit 1, nothing fetched, nothing charged', async (_name, input, message) => {
        const result = await runActor(input);
        expect(result.exitCode).toBe(1);
        expect(result.output).toEqual({
            error: { code: expect.any(String), message: expect.stringContaining(message) },
        });
        expect(result.log).toContain(message);
        expect(result.log).not.toMatch(/\n\s+at /);
        expect(result.rows).toHaveLength(0);
        expect(result.charges).toHaveLength(0);
    });
});

describe('a live run', () => {
    it('reads linked lists and fetches each profile once from the address configured', async () => {
        const asked: string[] = [];
        const server = createServer((request, response) => {
            asked.push(request.url ?? '');
            if (request.url === '/list.csv')
                return response.end(
                    'name,link\nA,https://www.linkedin.com/in/one\nB,https://www.linkedin.com/in/two\n',
                );
            response.writeHead(404).end();
        });
        await new Promise<void>((resolve) => {
            server.listen(0, '127.0.0.1', resolve);
        });
        const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const result = await runActor(
            { startUrls: [{ requestsFromUrl: `${origin}/list.csv` }], maxRequestsPerSecond: 50 },
            { env: { PUBLIC_PAGE_ORIGIN: origin } },
        );
        server.close();
        expect(asked.toSorted((one, other) => one.localeCompare(other))).toEqual(['/in/one/', '/in/two/', '/list.csv']);
        expect(result.output).toMatchObject({ lines: 2, not_found: 2 });
    });
});
