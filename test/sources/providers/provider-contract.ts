import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isProfileSubstantial, profileSchema, type Profile } from '../../../src/enrichment/result/profile.ts';
import { SourceUnusableError, type Source, type SourceOutcome } from '../../../src/enrichment/source.ts';
import type { ProviderOptions } from '../../../src/sources/providers/provider-source.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { itKeepsTheServiceContract } from './service-contract.ts';
import { startStandIn, type Asked, type Reply, type StandIn } from './stand-in.ts';

/** The handle of the test records. */
export const handle = 'ada-exemplar';
const apiKey = 'key-of-the-test';

/** A person's record in the provider's format. */
export type RawRecord = Record<string, unknown>;

export type ProviderUnderTest = {
    title: string;
    keyField: string;
    timeoutMs: number;
    maxRequestsPerSecond: number;
    create(options: ProviderOptions): Source;
    /** A complete record, with fields that must not be read. */
    record: RawRecord;
    /** The same with another handle everywhere; null for none. */
    named(handle: string | null): RawRecord;
    /** The same with names only. */
    nameOnly: RawRecord;
    profile: Profile;
    dataAsOf: string;
    /** The request for `handle`, without the key. */
    request: Pick<Asked, 'method' | 'path' | 'query' | 'body'>;
    /** The profile URL requested. */
    readRequestedUrl(asked: Asked): string;
    keyHeader: { name: string; value(key: string): string };
    found: (record: RawRecord) => Reply;
    unknown: Reply;
    /** The statuses without credits, and for an invalid key. */
    noCredits: number[];
    keyRefused: number[];
    /** Other documented statuses. */
    failures: number[];
    /** Those that are retryable without `Retry-After`. */
    busy: number[];
    creditsHeader?: { name: string; value: string; credits: number };
};

/** Marks keys, records and error bodies, which must never be quoted. */
const canary = /canary/i;

/** Tests a provider's adapter with a local server that responds as documented by the provider. */
export function describeProvider(provider: ProviderUnderTest): void {
    const { title, keyField, record, found, unknown } = provider;
    let standIn: StandIn;
    let clock: FakeClock;
    let reply: ((asked: Asked) => Reply) | null;

    /** The documented behaviour, with one person and one key. */
    function behave(asked: Asked): Reply {
        if (asked.headers[provider.keyHeader.name] !== provider.keyHeader.value(apiKey))
            return { status: provider.keyRefused[0] ?? 401, body: { message: 'canary of an error body' } };
        return provider.readRequestedUrl(asked) === canonical(handle) ? found(record) : unknown;
    }

    beforeAll(async () => {
        standIn = await startStandIn((asked) => (reply ?? behave)(asked));
    });
    afterAll(() => standIn.close());
    beforeEach(() => {
        reply = null;
        standIn.asked.length = 0;
        clock = new FakeClock(Date.parse('2026-03-01T10:00:00Z'));
    });

    function open(key: string = apiKey, options: Partial<ProviderOptions> = {}): Source {
        return provider.create({ apiKey: key, origin: standIn.origin, clock, ...options });
    }

    function ask({ source = open(), signal = new AbortController().signal, asked = handle } = {}) {
        let sent = 0;
        const request = { handle: asked, timeoutMs: provider.timeoutMs, signal, onSent: () => void (sent += 1) };
        return { outcome: source.fetchProfile(request), sentTimes: () => sent };
    }

    function askScripted(scripted: Reply): Promise<SourceOutcome> {
        reply = () => scripted;
        return ask().outcome;
    }

    describe('as a service', () => {
        itKeepsTheServiceContract(() => ({ open, apiKey, knownHandle: handle, unknownHandle: 'nobody-at-all' }));
    });

    describe('a request', () => {
        it('is for one person, with the key in a header only', async () => {
            await ask().outcome;
            const [asked] = standIn.asked;
            expect(asked).toMatchObject(provider.request);
            expect(asked?.headers[provider.keyHeader.name]).toBe(provider.keyHeader.value(apiKey));
            expect(JSON.stringify([asked?.path, asked?.query, asked?.body])).not.toContain(apiKey);
        });

        it('percent-encodes a handle beyond ASCII as a browser does', async () => {
            await ask({ asked: 'zoë-例' }).outcome;
            expect(provider.readRequestedUrl(standIn.asked[0] as Asked)).toBe(canonical('zoë-例'));
        });

        it('is reported as sent, once', async () => {
            const { outcome, sentTimes } = ask();
            await outcome;
            expect(sentTimes()).toBe(1);
        });

        it('obeys the limits of the provider', () => {
            const { maxRequestsPerSecond, timeoutMs } = provider;
            expect(open().provider).toEqual({
                maxRequestsPerSecond,
                maxInFlight: 10,
                limits: { maxAttempts: 3, timeoutMs, isTimeWhole: true },
            });
        });
    });

    describe('a record', () => {
        it('becomes a profile with every key, its date and nothing else', async () => {
            const outcome = await ask().outcome;
            expect(outcome).toMatchObject({ kind: 'found', handle, dataAsOf: provider.dataAsOf, unreadSections: [] });
            expect(outcome).toHaveProperty('profile', provider.profile);
            expect(profileSchema.parse(provider.profile)).toEqual(provider.profile);
        });

        it('loses fields that must not be read', async () => {
            expect(JSON.stringify(record)).toMatch(canary);
            expect(JSON.stringify(await ask().outcome)).not.toMatch(canary);
        });

        it('of another person is not found, and not a refusal', async () => {
            for (const other of ['somebody-else', 'ada-exemplar-2', null])
                expect(await askScripted(found(provider.named(other)))).toMatchObject({ kind: 'not_found' });
        });

        it.each(['Ada-Exemplar', 'https://uk.linkedin.com/in/ada-exemplar?trk=x', 'linkedin.com/in/ADA-exemplar/en'])(
            'is found with its handle spelled as %s',
            async (spelling) => {
                expect(await askScripted(found(provider.named(spelling)))).toMatchObject({ kind: 'found', handle });
            },
        );

        it('with a name only is not found', async () => {
            expect(await askScripted(found(provider.nameOnly))).toMatchObject({ kind: 'not_found' });
        });

        it('is a valid profile or not found, whatever any of its values is replaced by', async () => {
            const odd = [undefined, true, '---', '****', 9_223_372_036_854_776_000, 'x', [null, 7], {}, -1];
            const source = open();
            for (const damaged of damage(record, odd)) {
                reply = () => found(damaged);
                const outcome = await ask({ source }).outcome;
                expect(['found', 'not_found']).toContain(outcome.kind);
                if (outcome.kind !== 'found') continue;
                expect(profileSchema.parse(outcome.profile)).toEqual(outcome.profile);
                expect(isProfileSubstantial(outcome.profile)).toBe(true);
                expect(JSON.stringify(outcome)).not.toMatch(/canary|\*{3}|---|9223372036854776000/);
            }
        }, 60_000);
    });

    describe('a response', () => {
        it.each(provider.noCredits)('of status %i says that no credits are left', async (status) => {
            const asked = askScripted({ status, body: 'canary of an error body' });
            await expect(asked).rejects.toThrow(SourceUnusableError);
            await expect(asked).rejects.toThrow(
                `The account at ${title} has no credits left: top it up, or correct \`${keyField}\`, and run again.`,
            );
        });

        it.each(provider.keyRefused)('of status %i says that the key is refused', async (status) => {
            const asked = askScripted({ status, body: 'canary of an error body' });
            await expect(asked).rejects.toThrow(SourceUnusableError);
            await expect(asked).rejects.toThrow(`${title} refuses the API key: correct \`${keyField}\` and run again.`);
        });

        it('names the environment variable that the key came from', async () => {
            const source = open('another-key', { keyName: 'A_VARIABLE' });
            await expect(ask({ source }).outcome).rejects.toThrow('correct `A_VARIABLE` and run again.');
        });

        it.each(['canary\nkey', 'canary-\u{1F511}', ''])('is not requested with an invalid key: %j', async (key) => {
            const asked = ask({ source: open(key) }).outcome;
            await expect(asked).rejects.toThrow(SourceUnusableError);
            await expect(asked).rejects.not.toThrow(canary);
            expect(standIn.asked).toEqual([]);
        });

        it('accepts a key with spaces around it', async () => {
            expect(await ask({ source: open(` ${apiKey}\n`) }).outcome).toMatchObject({ kind: 'found' });
        });

        it.each([
            ['2', 2000],
            ['Sun, 01 Mar 2026 10:00:09 GMT', 9000],
            [null, 20_000],
        ])('of status 429 with Retry-After %j pauses the queue for %i ms', async (retryAfter, waitMs) => {
            const headers: Record<string, string> = retryAfter === null ? {} : { 'retry-after': retryAfter };
            expect(await askScripted({ status: 429, headers, body: 'canary' })).toEqual({
                kind: 'failed',
                code: 'rate_limit_exceeded',
                cause: 'rate_limited',
                isRetryable: true,
                isRefusal: true,
                pause: { ms: waitMs, scope: 'queue' },
                peer: title,
                detail: `${title}: status 429`,
            });
        });

        const broken = [...new Set([...provider.failures, 500, 502, 503, 504])].filter((status) => status !== 429);
        it.each(broken)('of status %i is a failure, not a refusal, and quotes nothing', async (status) => {
            expect(await askScripted({ status, body: { message: 'canary of an error body' } })).toEqual({
                kind: 'failed',
                code: 'upstream_error',
                cause: 'server_error',
                isRetryable: provider.busy.includes(status),
                isRefusal: false,
                peer: title,
                detail: `${title}: status ${status}`,
            });
        });

        it('of status 5xx with Retry-After is retried, without pausing the queue', async () => {
            const reply503 = { status: 503, headers: { 'retry-after': '3' } };
            expect(await askScripted(reply503)).toMatchObject({
                isRetryable: true,
                isRefusal: false,
                pause: { ms: 3000, scope: 'url' },
            });
        });

        it.each([301, 302, 307])(
            'of status %i is not followed: the key is sent to no other address',
            async (status) => {
                const headers = { location: `${standIn.origin}/elsewhere` };
                expect(await askScripted({ status, headers })).toMatchObject({ kind: 'failed', isRetryable: false });
                expect(standIn.asked).toHaveLength(1);
            },
        );

        it.each(['', 'canary <html>', '[]', '"canary"', 'null', '{"canary": 1}', '{"content": {}, "data": []}'])(
            'with the body %j is unreadable',
            async (body) => {
                const outcome = await askScripted({ body });
                expect(outcome).toMatchObject({ kind: 'failed', cause: 'unreadable', isRetryable: false });
                expect(JSON.stringify(outcome)).not.toMatch(canary);
            },
        );

        it('of more than 10 MB is not read', async () => {
            const outcome = await askScripted({ body: `{"content": "${'x'.repeat(11 * 1024 * 1024)}"}` });
            expect(outcome).toMatchObject({ kind: 'failed', cause: 'too_large', peer: title });
        });

        it('that times out may have been billed, and is not retried', async () => {
            reply = () => 'silence';
            const arrival = standIn.nextArrival();
            const { outcome, sentTimes } = ask();
            await arrival;
            await clock.advance(provider.timeoutMs);
            const expected = { code: 'upstream_timeout', cause: 'timeout', isRetryable: false, isRefusal: false };
            expect(await outcome).toMatchObject({ kind: 'failed', ...expected, peer: title });
            expect(sentTimes()).toBe(1);
        });

        it('that breaks off may have been billed, and is not retried', async () => {
            expect(await askScripted('broken')).toMatchObject({
                kind: 'failed',
                cause: 'no_connection',
                isRetryable: false,
                isRefusal: false,
                peer: title,
            });
        });

        it('counts as not sent without a server', async () => {
            const { outcome, sentTimes } = ask({ source: open(apiKey, { origin: 'http://127.0.0.1:1' }) });
            expect(await outcome).toMatchObject({
                kind: 'failed',
                cause: 'no_connection',
                isRefusal: true,
                peer: title,
            });
            expect(sentTimes()).toBe(0);
        });

        it('is aborted with the run', async () => {
            const run = new AbortController();
            reply = () => {
                run.abort(new Error('the run is ending'));
                return 'silence';
            };
            await expect(ask({ signal: run.signal }).outcome).rejects.toThrow('the run is ending');
        });

        it('reports its cost for every outcome, where the provider states it', async () => {
            const { creditsHeader } = provider;
            const headers: Record<string, string> = creditsHeader ? { [creditsHeader.name]: creditsHeader.value } : {};
            const withHeaders = (one: Reply): Reply => (typeof one === 'string' ? one : { ...one, headers });
            for (const one of [found(record), found(provider.named('somebody-else')), unknown, { status: 500 }]) {
                const outcome = await askScripted(withHeaders(one));
                expect(outcome.credits).toBe(creditsHeader?.credits);
                expect((await askScripted(one)).credits).toBeUndefined();
            }
        });
    });
}

function canonical(one: string): string {
    return `https://www.linkedin.com/in/${encodeURIComponent(one)}/`;
}

/** Copies of a value with one part replaced, each part by two of `odd` in turn. */
function* damage(value: unknown, odd: readonly unknown[]): Generator<RawRecord> {
    for (const [place, path] of listPaths(value).entries()) {
        for (const turn of [0, 1]) {
            const copy = structuredClone(value) as RawRecord;
            let parent: Record<string, unknown> = copy;
            for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
            parent[path.at(-1) as string] = odd[(place * 2 + turn) % odd.length];
            yield copy;
        }
    }
}

function listPaths(value: unknown, path: string[] = []): string[][] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, part]) => [[...path, key], ...listPaths(part, [...path, key])]);
}
