import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runActor } from '../../helpers/runs/run-actor.ts';
import { startScriptedServer } from '../../helpers/sites/scripted-server.ts';
import { startApi, type Account, type RunningApi } from '../../helpers/api/start-api.ts';

let api: RunningApi;
let account: Account;

beforeAll(async () => {
    api = await startApi();
});
afterAll(() => api.stop());
beforeEach(async () => {
    account = await api.createAccount(100);
});

/** Spelled unlike the form's samples, which live runs do not fetch. */
const lineOf = (handle: string) => `linkedin.com/in/${handle}`;

/** The local settings of a run with pay per event. */
const chargingEnv = { ACTOR_TEST_PAY_PER_EVENT: '1', ACTOR_MAX_TOTAL_CHARGE_USD: '100' };

function run(handles: string[], changes: Record<string, unknown> = {}, env: Record<string, string> = {}) {
    return runActor(
        {
            profileUrls: handles.map(lineOf),
            source: 'enrichment-api',
            apiBaseUrl: api.origin,
            apiKey: account.key,
            maxAttempts: 2,
            ...changes,
        },
        { env: { ...chargingEnv, ...env } },
    );
}

describe('an Actor run in front of the API', () => {
    it('writes a row per response and charges the profiles found', async () => {
        const { exitCode, rows, charges, output } = await run(['example-1', 'example-2', 'not-found-1', 'wall-1']);
        expect(exitCode).toBe(0);
        expect(output).toMatchObject({ found: 2, not_found: 1, errors: 1, charged: 2 });
        expect(charges.reduce((sum, { count }) => sum + count, 0)).toBe(2);
        expect(new Set(rows.map(({ meta }) => meta.source))).toEqual(new Set(['enrichment-api']));
        expect(await api.usage(account)).toEqual({ credits: 98, reserved: 0, used: 2 });
    });

    it('takes address and key from the environment by default', async () => {
        const { output } = await run(
            ['example-1'],
            { apiBaseUrl: undefined, apiKey: undefined },
            { ENRICHMENT_API_URL: api.origin, ENRICHMENT_API_KEY: account.key },
        );
        expect(output).toMatchObject({ found: 1 });
    });

    it.each([
        ['is refused', () => 'atm_live_wrong', 'The enrichment API refuses the API key.'],
        ['is a test key', () => account.testKey, 'The API key is a test key'],
    ])('ends at once when its key %s, charging nothing and listing the rest', async (_, key, sentence) => {
        const { exitCode, rows, charges, output, remainingUrls, log } = await run(['example-1', 'example-2'], {
            apiKey: key(),
        });
        expect(exitCode).toBe(1);
        expect(output).toMatchObject({ ending: 'source', remaining: 2, charged: 0 });
        expect(output.message).toContain(sentence);
        expect([rows, charges]).toEqual([[], []]);
        expect(remainingUrls).toEqual([lineOf('example-1'), lineOf('example-2')]);
        expect(log).not.toContain(key());
    });

    it('ends when the credits are used up, and keeps what was found', async () => {
        const poor = await api.createAccount(2);
        const handles = Array.from({ length: 12 }, (_, index) => `example-${index}`);
        const { exitCode, output } = await run(handles, { apiKey: poor.key });
        expect(exitCode).toBe(1);
        expect(output).toMatchObject({ ending: 'source', found: 2, errors: 0, remaining: 10, charged: 2 });
        expect(output.message).toContain('has no credits left');
    });

    it.each([
        ['address', { apiBaseUrl: undefined }, 'Set `apiBaseUrl`'],
        ['key', { apiKey: undefined }, 'Set `apiKey`'],
    ])('does not start without the API’s %s', async (_, changes, sentence) => {
        const { exitCode, output } = await run(['example-1'], changes);
        expect(exitCode).toBe(1);
        expect(output.error?.message).toContain(sentence);
    });
});

/** What a malicious deployment writes into every text: control characters, and the key it received. */
const ill = (key: string) => `\u001b[31m${key}\u0007\u202e\r\nforged line`;

it('a run on an API that echoes the key and control characters shows neither in log, status or OUTPUT', async () => {
    const key = 'canary-key-77';
    const foreign = await startScriptedServer({}, (response, request) => {
        void text(request).then((body) => {
            const handle = /\/in\/([^/]+)\//.exec(body)?.[1] ?? '';
            const error = { code: ill(key), message: ill(key), retryable: handle.endsWith('-1'), request_id: ill(key) };
            const found = {
                data: {
                    status: 'success',
                    canonical_url: ill(key),
                    profile: { full_name: ill(key), headline: ill(key) },
                },
                meta: { mode: 'live' },
            };
            const status = handle.startsWith('found') ? 200 : Number(handle.slice(0, 3));
            response.statusMessage = `canary ${key}`;
            response.writeHead(status, { 'x-echo': key, 'retry-after': key, location: `/${key}`, date: key });
            response.end(handle.endsWith('-2') ? ill(key) : JSON.stringify(status === 200 ? found : { error }));
        });
    });
    const statuses = [301, 400, 404, 409, 418, 429, 500, 502, 503, 504];
    const handles = statuses.flatMap((status) => [`${status}-1`, `${status}-2`, `${status}-3`]);
    const result = await run([...handles, 'found-1', 'found-2'], {
        apiBaseUrl: foreign.origin,
        apiKey: key,
        maxAttempts: 1,
    });
    await foreign.close();
    expect(result.output).toMatchObject({ found: 0, errors: 32, charged: 0 });
    expect(result.log).toMatch(/Gave up on 400-1: .*\(status 400\)/);
    const told = `${result.log}${JSON.stringify(result.output)}`;
    expect(told).not.toMatch(/canary|forged|\[31m/);
    // eslint-disable-next-line no-control-regex
    expect(told).not.toMatch(/[\0-\x08\x0B-\x1F\x7F\u202e]/);
});
