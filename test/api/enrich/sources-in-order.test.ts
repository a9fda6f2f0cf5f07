import { describe, expect, it } from 'vitest';
import type { LookupPermit } from '../../../src/accounts/lookups.ts';
import { createEnricher, type EnricherSettings } from '../../../src/api/enrich/enricher.ts';
import type { Lookup } from '../../../src/api/enrich/source-link.ts';
import { buildCanonicalUrl, type ProfileUrl } from '../../../src/enrichment/profile-url/profile-url.ts';
import type { RequirableField } from '../../../src/enrichment/result/profile-content.ts';
import type { SourceName } from '../../../src/enrichment/result/result.ts';
import { SourceUnusableError, type Source, type SourceOutcome } from '../../../src/enrichment/source.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { createScriptedSource, failed, found, type Answer } from '../../helpers/sources/scripted-source.ts';

const notFound: SourceOutcome = { kind: 'not_found' };
const masked = (handle: string) => found(handle, { headline: null, summary: 'About me' });
const full = (handle: string) => found(handle, { title: 'Engineer', company: { name: 'Acme', linkedin_url: null } });
const after = (afterMs: number, plan: Plan) => (handle: string) => ({ outcome: plan(handle), afterMs });

type Plan = (handle: string) => SourceOutcome;
type Options = {
    /** The outcomes of each source in the order asked; all but `public-page` are providers. */
    sources: Partial<Record<SourceName, (handle: string) => SourceOutcome | Answer>>;
    permit?: () => LookupPermit;
    settings?: EnricherSettings;
};

function setUp({ sources, permit = () => ({ kind: 'granted', day: 'today' }), settings }: Options) {
    const clock = new FakeClock();
    const asked: string[] = [];
    const lost: string[] = [];
    /** Lookups that were counted and not uncounted, with their people. */
    const counted: Array<readonly string[]> = [];
    const live = Object.entries(sources).map(([name, plan]): Source => {
        const scripted = createScriptedSource(clock, (handle) => {
            asked.push(`${name} ${handle}`);
            const answer = plan(handle);
            return 'kind' in answer ? { outcome: answer } : answer;
        });
        const limits = { maxAttempts: 3, timeoutMs: 15_000, isTimeWhole: true };
        return {
            ...scripted,
            name: name as SourceName,
            async fetchProfile(request) {
                request.onSent?.();
                return scripted.fetchProfile(request);
            },
            ...(name === 'public-page' ? {} : { provider: { maxRequestsPerSecond: 2, maxInFlight: 2, limits } }),
        };
    });
    const enricher = createEnricher({
        sources: { live, test: [] },
        lookups: {
            async reserveLookup({ people }) {
                const given = permit();
                if (given.kind === 'granted') counted.push(people);
                return given;
            },
            async releaseLookup() {
                counted.pop();
            },
        },
        clock,
        random: () => 0,
        onSourceUnusable: (message) => lost.push(message),
        ...(settings ? { settings } : {}),
    });
    const urlOf = (handle: string): ProfileUrl => ({ handle, canonicalUrl: buildCanonicalUrl(handle) });
    const begin = (handle = 'ada', requiredFields: RequirableField[] = ['title'], budgetMs = 8000) =>
        enricher.enrich(urlOf(handle), {
            caller: { tenantId: 'ten_1', mode: 'live' },
            requiredFields,
            includesCompanyDetails: false,
            budgetMs,
        });
    return {
        clock,
        asked,
        lost,
        counted,
        enricher,
        begin,
        ask: (...args: Parameters<typeof begin>) => clock.runUntil(begin(...args)),
    };
}

const told = ({ sourcesTried }: Lookup) =>
    sourcesTried.map(({ source, outcome, attempts }) => `${source} ${outcome} ${attempts}`);

describe('the sources of the API', () => {
    it('are asked in order until one has the required fields; the result is one complete record', async () => {
        const { ask, asked } = setUp({ sources: { 'public-page': masked, 'ai-ark': full } });
        const lookup = await ask();
        expect(lookup).toMatchObject({
            source: 'ai-ark',
            attempts: 2,
            outcome: { status: 'success', isPartial: false, profile: { title: 'Engineer', summary: null } },
        });
        expect(told(lookup)).toEqual(['public-page partial 1', 'ai-ark found 1']);
        await ask('bob', []);
        expect(asked).toEqual(['public-page ada', 'ai-ark ada', 'public-page bob']);
    });

    it('return the most complete profile, marked partial, if none has the required fields', async () => {
        const { ask } = setUp({ sources: { 'public-page': masked, 'ai-ark': () => notFound } });
        const lookup = await ask();
        expect(lookup).toMatchObject({ source: 'public-page', outcome: { status: 'success', isPartial: true } });
        expect(told(lookup)).toEqual(['public-page partial 1', 'ai-ark not_found 1']);
    });

    it('do not look up people who do not exist according to LinkedIn, unless configured to', async () => {
        const sources = { 'public-page': () => notFound, 'ai-ark': full };
        const closed = setUp({ sources });
        expect(await closed.ask()).toMatchObject({ source: 'public-page', outcome: { status: 'not_found' } });
        expect(closed.asked).toEqual(['public-page ada']);
        const told = setUp({ sources, settings: { asksProvidersForNotFound: true } });
        expect(await told.ask()).toMatchObject({ source: 'ai-ark', outcome: { status: 'success' } });
    });

    it('leave a hanging page after four of the eight seconds and one attempt, and ask a provider', async () => {
        const { ask, asked } = setUp({ sources: { 'public-page': after(60_000, full), 'ai-ark': after(2000, full) } });
        const lookup = await ask();
        expect(lookup).toMatchObject({ source: 'ai-ark', outcome: { status: 'success' }, durationMs: 6000 });
        expect(asked).toEqual(['public-page ada', 'ai-ark ada']);
    });

    it('leave three seconds to a page after a slow provider', async () => {
        const { ask } = setUp({ sources: { 'ai-ark': after(60_000, full), 'public-page': after(2000, full) } });
        const lookup = await ask();
        expect(lookup).toMatchObject({ source: 'public-page', outcome: { status: 'success' }, durationMs: 7000 });
        expect(told(lookup)).toEqual(['ai-ark failed 1', 'public-page found 1']);
    });

    it('ask no provider with less than four seconds left', async () => {
        const { ask, asked } = setUp({ sources: { 'public-page': after(5000, masked), 'ai-ark': full } });
        const lookup = await ask('ada', ['title'], 5500);
        expect(told(lookup)).toEqual(['public-page partial 1', 'ai-ark skipped 0']);
        expect(lookup.outcome).toMatchObject({ status: 'success', isPartial: true });
        expect(asked).toEqual(['public-page ada']);
    });

    it('ask one provider per request, and the next one on a retry, without paying the first twice', async () => {
        const { ask, asked, clock } = setUp({
            sources: { 'public-page': masked, 'ai-ark': () => notFound, 'enrich-layer': full },
        });
        expect(told(await ask())).toEqual(['public-page partial 1', 'ai-ark not_found 1', 'enrich-layer skipped 0']);
        expect(await ask()).toMatchObject({ source: 'enrich-layer', outcome: { isPartial: false } });
        expect(asked.filter((one) => one.startsWith('ai-ark'))).toHaveLength(1);
        await clock.advance(10 * 60 * 1000 + 1);
        await ask();
        expect(asked.filter((one) => one.startsWith('ai-ark'))).toHaveLength(2);
    });

    it('never report not found while a source has not answered', async () => {
        const { ask } = setUp({ sources: { 'ai-ark': () => notFound, 'enrich-layer': () => notFound } });
        const first = await ask();
        expect(first).toMatchObject({
            outcome: { status: 'error', code: 'upstream_timeout' },
            retryAfterMs: 1000,
            failureMessage: expect.stringContaining('Try again'),
        });
        expect(await ask()).toMatchObject({ outcome: { status: 'not_found' } });
    });

    it('share a lookup between concurrent requests with different fields', async () => {
        const { begin, clock, counted, asked } = setUp({
            sources: { 'public-page': masked, 'ai-ark': after(1000, full) },
        });
        const [one, other, plain] = await clock.runUntil(
            Promise.all([begin('ada', ['title']), begin('ada', ['company']), begin('ada', [])]),
        );
        expect([one, other, plain].map(({ source }) => source)).toEqual(['ai-ark', 'ai-ark', 'public-page']);
        expect(asked).toEqual(['public-page ada', 'ai-ark ada']);
        expect(counted).toHaveLength(1);
    });

    it('are skipped for five minutes if they refuse the key; the others continue', async () => {
        const refuse = (): never => {
            throw new SourceUnusableError('AI Ark refuses the API key: correct `AI_ARK_API_KEY` and run again.');
        };
        const { ask, asked, lost, clock } = setUp({
            sources: { 'public-page': masked, 'ai-ark': refuse, 'enrich-layer': full },
        });
        expect(await ask()).toMatchObject({ source: 'enrich-layer', outcome: { status: 'success' } });
        await ask('bob');
        expect(lost).toEqual(['AI Ark refuses the API key: correct `AI_ARK_API_KEY` and run again.']);
        expect(asked.filter((one) => one.startsWith('ai-ark'))).toHaveLength(1);
        await clock.advance(5 * 60 * 1000);
        await ask('cyd');
        expect(asked.filter((one) => one.startsWith('ai-ark'))).toHaveLength(2);
    });

    it('return the earliest retry time if none of them can be asked', async () => {
        const refused = () => failed({ isRefusal: true, isRetryable: false, cause: 'blocked' });
        const { ask, enricher, asked } = setUp({
            sources: { 'public-page': refused, 'ai-ark': full },
            permit: () => ({ kind: 'used_up', waitMs: 3_600_000 }),
        });
        for (let n = 0; n < 20; n += 1) await ask(`p-${n}`);
        expect(enricher.listPauses()[0]).toEqual({ source: 'public-page', pausedMs: 30_000 });
        const lookup = await ask();
        expect(lookup).toMatchObject({ outcome: { code: 'upstream_error' }, retryAfterMs: 30_000 });
        expect(told(lookup)).toEqual(['public-page skipped 0', 'ai-ark skipped 0']);
        expect(asked).toHaveLength(20);
    });
});

describe('provider lookups', () => {
    it('continue after the caller’s deadline: the record is kept for ten minutes and returned without a second lookup', async () => {
        const { ask, asked, counted, clock } = setUp({
            sources: { 'public-page': masked, 'ai-ark': after(12_000, full) },
        });
        const late = await ask();
        expect(late).toMatchObject({ source: 'public-page', outcome: { status: 'success', isPartial: true } });
        expect(told(late)).toEqual(['public-page partial 1', 'ai-ark failed 1']);
        await clock.advance(5000);
        const again = await ask();
        expect(again).toMatchObject({ source: 'ai-ark', attempts: 1, outcome: { isPartial: false } });
        expect(told(again)).toEqual(['public-page partial 1', 'ai-ark found 0']);
        await clock.advance(9 * 60 * 1000);
        expect(await ask()).toMatchObject({ source: 'ai-ark' });
        expect(counted).toHaveLength(1);
        await clock.advance(60 * 1000);
        await ask();
        expect(asked.filter((one) => one.startsWith('ai-ark'))).toHaveLength(2);
    });

    it('are shared by a retry before the late record arrives', async () => {
        const { ask, counted } = setUp({ sources: { 'ai-ark': after(12_000, full) } });
        expect(await ask()).toMatchObject({ outcome: { code: 'upstream_timeout' }, failureMessage: expect.anything() });
        expect(await ask()).toMatchObject({ outcome: { status: 'success' } });
        expect(counted).toHaveLength(1);
    });

    it('are made again after a record was delivered', async () => {
        const { ask, counted } = setUp({ sources: { 'ai-ark': full } });
        await ask();
        await ask();
        expect(counted).toHaveLength(2);
    });

    it('are not made, and are uncounted, if their slot comes too late', async () => {
        const { begin, clock, asked, counted } = setUp({ sources: { 'ai-ark': after(14_000, full) } });
        const outcomes = await clock.runUntil(Promise.all(['ada', 'bob', 'cyd'].map((handle) => begin(handle))));
        expect(outcomes.map((one) => told(one)[0])).toEqual(['ai-ark failed 1', 'ai-ark failed 1', 'ai-ark skipped 0']);
        await clock.advance(60_000);
        expect(asked).toEqual(['ai-ark ada', 'ai-ark bob']);
        expect(counted).toHaveLength(2);
    });

    it('keep the result of the previous sources if they are used up, and fail without one', async () => {
        const permit = (): LookupPermit => ({ kind: 'used_up', waitMs: 3_600_000 });
        const behind = setUp({ sources: { 'public-page': masked, 'ai-ark': full }, permit });
        const lookup = await behind.ask();
        expect(lookup.outcome).toMatchObject({ status: 'success', isPartial: true });
        expect(told(lookup)).toEqual(['public-page partial 1', 'ai-ark skipped 0']);
        const alone = setUp({ sources: { 'ai-ark': full }, permit });
        expect(await alone.ask()).toMatchObject({
            outcome: { status: 'error', code: 'upstream_error' },
            retryAfterMs: 3_600_000,
            failureMessage: 'Today’s provider lookups are used up. Try again tomorrow.',
        });
        expect([...behind.asked, ...alone.asked]).toEqual(['public-page ada']);
    });

    it('name every address of a person, and are not made if one of them is suppressed', async () => {
        const renamed = () => found('ada-new', { headline: null, summary: 'About me' });
        const open = setUp({ sources: { 'public-page': renamed, 'ai-ark': full } });
        await open.ask();
        expect(open.counted).toEqual([['ada', 'ada-new'].map(buildCanonicalUrl)]);
        const hidden = setUp({
            sources: { 'public-page': renamed, 'ai-ark': full },
            permit: () => ({ kind: 'suppressed' }),
        });
        await hidden.ask();
        expect(hidden.asked).toEqual(['public-page ada']);
    });

    it('stop if a provider requests a pause longer than callers wait', async () => {
        const slowDown = () =>
            failed({
                code: 'rate_limit_exceeded',
                isRefusal: true,
                cause: 'rate_limited',
                pause: { ms: 20_000, scope: 'queue' },
            });
        const { ask, asked, clock } = setUp({ sources: { 'ai-ark': slowDown } });
        await ask();
        expect(await ask('bob')).toMatchObject({ retryAfterMs: 20_000 });
        expect(asked).toEqual(['ai-ark ada']);
        await clock.advance(20_000);
        await ask('cyd');
        expect(asked).toEqual(['ai-ark ada', 'ai-ark cyd']);
    });
});
