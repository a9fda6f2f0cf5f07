import { describe, expect, it } from 'vitest';
import type { RequirableField } from '../../src/enrichment/result/profile-content.ts';
import type { Enrichment } from '../../src/enrichment/enrich-profile.ts';
import { createPacer } from '../../src/enrichment/pacer.ts';
import { buildCanonicalUrl, type ProfileUrl } from '../../src/enrichment/profile-url/profile-url.ts';
import type { SourceName } from '../../src/enrichment/result/result.ts';
import { refusalsToGiveUp } from '../../src/enrichment/chain-link.ts';
import { createSourceChain } from '../../src/enrichment/source-chain.ts';
import { SourceUnusableError, type Source, type SourceOutcome } from '../../src/enrichment/source.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import { createScriptedSource, failed, found, type Answer } from '../helpers/sources/scripted-source.ts';

const notFound: SourceOutcome = { kind: 'not_found' };
const masked = (handle: string) => found(handle, { headline: null, summary: 'About me' });
const full = (handle: string) => found(handle, { title: 'Engineer', company: { name: 'Acme', linkedin_url: null } });
const refusal = failed({ isRefusal: true, isRetryable: false, cause: 'blocked' });

type Plan = (handle: string) => SourceOutcome | Answer;
type Options = {
    /** The script of each source, in the order of the chain; all but `public-page` are providers. */
    sources: Partial<Record<SourceName, Plan>>;
    required?: RequirableField[];
    asksProvidersForNotFound?: boolean;
    lookups?: number;
    suppressed?: string[];
    runLeftMs?: number;
    getRunLeftMs?: () => number;
};

function setUp({ sources, required = ['title'], lookups = 1000, suppressed = [], ...options }: Options) {
    const clock = new FakeClock();
    const asked: string[] = [];
    const lost: string[] = [];
    const credits = new Map<string, number>();
    const [stop, abort] = [new AbortController(), new AbortController()];
    let left = lookups;
    const links = Object.entries(sources).map(([name, plan]) => {
        const scripted = createScriptedSource(clock, (handle) => {
            asked.push(`${name} ${handle}`);
            const answer = plan(handle);
            return 'kind' in answer ? { outcome: answer } : answer;
        });
        const limits = { maxAttempts: 3, timeoutMs: 10_000, isTimeWhole: true };
        const source: Source = {
            ...scripted,
            name: name as SourceName,
            async fetchProfile(request) {
                request.onSent?.();
                return scripted.fetchProfile(request);
            },
            ...(name === 'public-page' ? {} : { provider: { maxRequestsPerSecond: 50, maxInFlight: 2, limits } }),
        };
        return { source, pacer: createPacer({ maxRequestsPerSecond: 50, clock }), limits, signal: abort.signal };
    });
    const chain = createSourceChain({
        links,
        requiredFields: required,
        asksProvidersForNotFound: options.asksProvidersForNotFound ?? false,
        lookups: {
            reserve: () => left > 0 && (left -= 1) >= 0,
            release: () => void (left += 1),
            hasLeft: () => left > 0,
        },
        isSuppressed: (url) => suppressed.some((handle) => url === buildCanonicalUrl(handle)),
        clock,
        random: () => 0,
        stopSignal: stop.signal,
        getRunLeftMs: options.getRunLeftMs ?? (() => options.runLeftMs ?? Number.POSITIVE_INFINITY),
        onSourceUnusable: (message) => lost.push(message),
        onAsked: ({ source }, spent) => credits.set(source, (credits.get(source) ?? 0) + (spent ?? 0)),
    });
    const urlOf = (handle: string): ProfileUrl => ({ handle, canonicalUrl: buildCanonicalUrl(handle) });
    async function ask(handle = 'ada'): Promise<Enrichment | null> {
        const turn = await clock.runUntil(chain.acquire(stop.signal));
        return turn && clock.runUntil(chain.enrich(urlOf(handle), turn));
    }
    return { chain, clock, ask, asked, lost, credits, stop, abort, getLeft: () => left, urlOf };
}

const told = (enrichment: Enrichment | null) =>
    enrichment?.sourcesTried.map(({ source, outcome }) => `${source} ${outcome}`);

describe('a chain of sources', () => {
    it('stops at the first source with all required fields', async () => {
        const { ask, asked } = setUp({ sources: { 'public-page': full, 'ai-ark': full } });
        expect(await ask()).toMatchObject({ source: 'public-page', outcome: { status: 'success', isPartial: false } });
        expect(asked).toEqual(['public-page ada']);
    });

    it('asks the next source when a required field is missing, and never mixes records', async () => {
        const { ask } = setUp({ sources: { 'public-page': masked, 'ai-ark': full } });
        const enrichment = await ask();
        expect(enrichment).toMatchObject({
            source: 'ai-ark',
            attempts: 2,
            outcome: { status: 'success', isPartial: false, profile: { title: 'Engineer', summary: null } },
        });
        expect(told(enrichment)).toEqual(['public-page partial', 'ai-ark found']);
    });

    it('returns the most complete record, marked partial, when none has all required fields; the earlier on a tie', async () => {
        const fuller = (handle: string) => found(handle, { company: { name: 'Acme', linkedin_url: null } });
        const first = setUp({ sources: { 'public-page': masked, 'ai-ark': fuller, 'enrich-layer': masked } });
        expect(await first.ask()).toMatchObject({ source: 'ai-ark', outcome: { isPartial: true } });
        const second = setUp({ sources: { 'public-page': masked, 'ai-ark': masked } });
        expect(await second.ask()).toMatchObject({ source: 'public-page', outcome: { isPartial: true } });
    });

    it.each([
        ['refused', refusal],
        ['failed', failed({ isRetryable: false })],
    ])('asks the next source when the one before %s', async (outcome, answer) => {
        const { ask } = setUp({ sources: { 'public-page': () => answer, 'ai-ark': full } });
        const enrichment = await ask();
        expect(enrichment).toMatchObject({ source: 'ai-ark', isRefused: false, outcome: { status: 'success' } });
        expect(told(enrichment)).toEqual([`public-page ${outcome}`, 'ai-ark found']);
    });

    it('does not look up a profile that LinkedIn reports as not found, unless told to', async () => {
        const sources = { 'public-page': () => notFound, 'ai-ark': full };
        const closed = setUp({ sources });
        expect(await closed.ask()).toMatchObject({ outcome: { status: 'not_found' } });
        expect(closed.asked).toEqual(['public-page ada']);
        const open = setUp({ sources, asksProvidersForNotFound: true });
        expect(await open.ask()).toMatchObject({ source: 'ai-ark', outcome: { status: 'success' } });
        const gone = setUp({ sources: { ...sources, 'ai-ark': () => refusal }, asksProvidersForNotFound: true });
        expect(await gone.ask()).toMatchObject({ outcome: { status: 'not_found' } });
    });

    it.each<[string, Options['sources'], object]>([
        [
            'every provider says so',
            { 'ai-ark': () => notFound, 'enrich-layer': () => notFound },
            { status: 'not_found' },
        ],
        [
            'not when LinkedIn could not be asked',
            { 'public-page': () => refusal, 'ai-ark': () => notFound },
            { status: 'error', cause: 'blocked' },
        ],
        [
            'not when another provider failed',
            { 'ai-ark': () => failed({ isRetryable: false, cause: 'timeout' }), 'enrich-layer': () => notFound },
            { status: 'error', cause: 'timeout' },
        ],
    ])('reports not found when %s', async (_name, sources, outcome) => {
        expect((await setUp({ sources }).ask())?.outcome).toMatchObject(outcome);
    });

    it('reports the failure of the last source that failed', async () => {
        const last = failed({ code: 'upstream_timeout', cause: 'timeout', isRetryable: false });
        const { ask } = setUp({ sources: { 'public-page': () => refusal, 'ai-ark': () => last } });
        expect(await ask()).toMatchObject({ isRefused: false, outcome: { code: 'upstream_timeout' } });
    });

    it('stops at a suppressed person found under another address', async () => {
        const { ask, asked } = setUp({
            sources: { 'public-page': () => masked('ada-lovelace'), 'ai-ark': full },
            suppressed: ['ada-lovelace'],
        });
        expect(await ask()).toMatchObject({
            isSuppressed: true,
            canonicalUrl: buildCanonicalUrl('ada'),
            outcome: { status: 'not_found' },
        });
        expect(asked).toEqual(['public-page ada']);
    });

    it('skips a source that refuses all, except for one profile in fifty', async () => {
        const { ask, asked } = setUp({ sources: { 'public-page': () => refusal, 'ai-ark': full } });
        for (let place = 0; place < refusalsToGiveUp + 100; place += 1) await ask(`p${place}`);
        expect(asked.filter((question) => question.startsWith('public-page'))).toHaveLength(refusalsToGiveUp + 2);
        expect(told(await ask())).toEqual(['public-page skipped', 'ai-ark found']);
    });

    it('asks it for all profiles again once it answers', async () => {
        let isOpen = false;
        const sources = { 'public-page': (handle: string) => (isOpen ? full(handle) : refusal), 'ai-ark': full };
        const { ask } = setUp({ sources });
        for (let place = 0; place < refusalsToGiveUp; place += 1) await ask(`p${place}`);
        isOpen = true;
        for (let place = 0; place < 50; place += 1) await ask(`q${place}`);
        expect(told(await ask())).toEqual(['public-page found']);
    });

    it('is refused when all sources asked refuse, and never reports not found for a skipped one', async () => {
        const both = setUp({ sources: { 'public-page': () => refusal, 'ai-ark': () => refusal } });
        for (let place = 0; place < 60; place += 1)
            expect(await both.ask(`p${place}`)).toMatchObject({ isRefused: true });
        const one = setUp({ sources: { 'public-page': () => refusal, 'ai-ark': () => notFound } });
        for (let place = 0; place < refusalsToGiveUp; place += 1) await one.ask(`p${place}`);
        expect(await one.ask()).toMatchObject({ outcome: { status: 'error', cause: 'blocked' } });
    });

    it('never reports not found for a skipped page that has recovered since', async () => {
        let isOpen = false;
        const { ask, chain, clock, stop, urlOf } = setUp({
            sources: { 'public-page': (handle) => (isOpen ? full(handle) : refusal), 'ai-ark': () => notFound },
        });
        for (let place = 0; place < refusalsToGiveUp; place += 1) await ask(`p${place}`);
        const late = await chain.acquire(stop.signal);
        expect(late).toMatchObject({ skipped: [0] });
        isOpen = true;
        for (let place = 0; place < 50; place += 1) await ask(`q${place}`);
        expect(told(await ask())).toEqual(['public-page found']);
        expect(await clock.runUntil(chain.enrich(urlOf('ada'), late!))).toMatchObject({
            outcome: { status: 'error', cause: 'blocked' },
        });
    });

    it('continues without a provider that became unusable, with one warning', async () => {
        const sources = {
            'public-page': masked,
            'ai-ark': () => {
                throw new SourceUnusableError('AI Ark refuses the key.');
            },
        };
        const { ask, asked, lost } = setUp({ sources });
        for (const handle of ['ada', 'bob']) {
            expect(await ask(handle)).toMatchObject({ source: 'public-page', outcome: { isPartial: true } });
        }
        expect(lost).toEqual(['AI Ark refuses the key.']);
        expect(asked).toEqual(['public-page ada', 'ai-ark ada', 'public-page bob']);
    });

    it('ends when the last source becomes unusable', async () => {
        const lose = () => {
            throw new SourceUnusableError('The key is refused.');
        };
        const { ask, lost } = setUp({ sources: { 'ai-ark': lose } });
        await expect(ask()).rejects.toThrow('The key is refused.');
        await expect(ask()).rejects.toThrow('The key is refused.');
        expect(lost).toEqual([]);
    });

    it('rejects on a bug, and asks no other source', async () => {
        const sources = {
            'public-page': () => {
                throw new TypeError('a bug');
            },
            'ai-ark': full,
        };
        const { ask, asked } = setUp({ sources });
        await expect(ask()).rejects.toThrow('a bug');
        expect(asked).toEqual(['public-page ada']);
    });

    describe('with a limit on lookups', () => {
        it('keeps the result of the source before, when none is left', async () => {
            const { ask } = setUp({ sources: { 'public-page': masked, 'ai-ark': full }, lookups: 1 });
            expect(await ask('ada')).toMatchObject({ source: 'ai-ark' });
            const second = await ask('bob');
            expect(second).toMatchObject({ source: 'public-page', outcome: { isPartial: true } });
            expect(told(second)).toEqual(['public-page partial', 'ai-ark skipped']);
        });

        it('counts two providers asked for one profile as two lookups', async () => {
            const { ask, getLeft } = setUp({ sources: { 'ai-ark': masked, 'enrich-layer': masked }, lookups: 5 });
            await ask();
            expect(getLeft()).toBe(3);
        });

        it('grants no turn when there is no other source', async () => {
            const { ask } = setUp({ sources: { 'ai-ark': full }, lookups: 1 });
            expect(await ask('ada')).toMatchObject({ outcome: { status: 'success' } });
            expect(await ask('bob')).toBeNull();
        });

        it('starts no profile without a lookup, and releases a lookup that was not sent', async () => {
            const { chain, clock, stop, getLeft, urlOf } = setUp({ sources: { 'ai-ark': full }, lookups: 1 });
            const turn = await chain.acquire(stop.signal);
            expect(await chain.acquire(stop.signal)).toBeNull();
            stop.abort(new Error('the run is ending'));
            expect(await clock.runUntil(chain.enrich(urlOf('ada'), turn!))).toMatchObject({ isInterrupted: true });
            expect(getLeft()).toBe(1);
        });

        it('still asks the page after a provider whose lookups are used up', async () => {
            const { ask } = setUp({ sources: { 'ai-ark': full, 'public-page': full }, lookups: 0 });
            expect(told(await ask())).toEqual(['ai-ark skipped', 'public-page found']);
        });
    });

    it('keeps no more lookups in flight than the provider allows', async () => {
        let [underWay, most] = [0, 0];
        const { chain, clock, stop, urlOf } = setUp({
            sources: {
                'ai-ark': (handle) => {
                    most = Math.max(most, (underWay += 1));
                    void clock.sleep(3000).then(() => (underWay -= 1));
                    return { outcome: full(handle), afterMs: 3000 };
                },
            },
        });
        const people = Array.from({ length: 7 }, async (_, place) => {
            const turn = await chain.acquire(stop.signal);
            return chain.enrich(urlOf(`p${place}`), turn!);
        });
        await clock.runUntil(Promise.all(people));
        expect(most).toBe(2);
    });

    it('leaves the next source five seconds of the run', async () => {
        const slow = (handle: string) => ({ outcome: full(handle), afterMs: 60_000 });
        const { ask, clock } = setUp({ sources: { 'ai-ark': slow, 'public-page': full }, runLeftMs: 8_000 });
        const startedAt = clock.now();
        expect(told(await ask())).toEqual(['ai-ark failed', 'public-page found']);
        expect(clock.now() - startedAt).toBe(3_000);
        const late = setUp({ sources: { 'ai-ark': slow, 'public-page': full }, runLeftMs: 5_500 });
        expect(told(await late.ask())).toEqual(['ai-ark skipped', 'public-page found']);
    });

    it('leaves it those five seconds even after waiting for other lookups at the provider', async () => {
        let runLeftMs = 12_000;
        const { chain, clock, stop, urlOf, asked } = setUp({
            sources: {
                'ai-ark': (handle) => ({ outcome: notFound, afterMs: handle === 'cy' ? 0 : 4_000 }),
                'public-page': full,
            },
            getRunLeftMs: () => runLeftMs,
        });
        const turns = await Promise.all(['ada', 'bob', 'cy'].map(() => chain.acquire(stop.signal)));
        const people = Promise.all(['ada', 'bob', 'cy'].map((name, at) => chain.enrich(urlOf(name), turns[at]!)));
        await clock.advance(100);
        runLeftMs = 5_500;
        expect((await clock.runUntil(people)).map(told)).toEqual([
            ['ai-ark not_found', 'public-page found'],
            ['ai-ark not_found', 'public-page found'],
            ['ai-ark skipped', 'public-page found'],
        ]);
        expect(asked).not.toContain('ai-ark cy');
    });

    it('rejects on a bug while the run is ending', async () => {
        const { chain, clock, stop, urlOf } = setUp({
            sources: { 'public-page': () => ({ afterMs: 1000, outcome: null as unknown as SourceOutcome }) },
        });
        const turn = await clock.runUntil(chain.acquire(stop.signal));
        const enriching = chain.enrich(urlOf('ada'), turn!).catch((error: unknown) => error);
        await clock.advance(500);
        stop.abort(new Error('the run is ending'));
        await clock.advance(1000);
        expect(await enriching).toBeInstanceOf(TypeError);
    });

    it('starts no lookup once the run is ending, and waits for those in flight', async () => {
        const { chain, clock, stop, abort, asked, getLeft, urlOf } = setUp({
            sources: { 'public-page': masked, 'ai-ark': (handle) => ({ outcome: full(handle), afterMs: 3000 }) },
            lookups: 10,
        });
        const turns = await clock.runUntil(Promise.all(['ada', 'bob', 'cy'].map(() => chain.acquire(stop.signal))));
        const people = Promise.all(turns.map((turn, place) => chain.enrich(urlOf(`p${place}`), turn!)));
        await clock.advance(500);
        stop.abort(new Error('the run is ending'));
        const enrichments = await clock.runUntil(people);
        expect(enrichments.map(({ isInterrupted }) => isInterrupted)).toEqual([false, false, true]);
        expect(asked.filter((question) => question.startsWith('ai-ark'))).toHaveLength(2);
        expect(enrichments[2]).toMatchObject({ source: 'public-page', outcome: { isPartial: true } });
        expect(getLeft()).toBe(8);
        expect(abort.signal.aborted).toBe(false);
    });

    it('reports the cost of each lookup, where the provider states it', async () => {
        const { ask, credits } = setUp({
            sources: {
                'ai-ark': () => ({ ...notFound, credits: 0 }),
                'enrich-layer': (handle) => ({ ...full(handle), credits: 2 }),
            },
        });
        await ask();
        expect([...credits]).toEqual([
            ['ai-ark', 0],
            ['enrich-layer', 2],
        ]);
    });
});
