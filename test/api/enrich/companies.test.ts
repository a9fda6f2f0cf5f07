import { describe, expect, it } from 'vitest';
import { createEnricher } from '../../../src/api/enrich/enricher.ts';
import { buildCanonicalUrl } from '../../../src/enrichment/profile-url/profile-url.ts';
import type { CompanyOutcome, Source } from '../../../src/enrichment/source.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import {
    createScriptedCompanies,
    foundCompany,
    type ScriptedCompany,
} from '../../helpers/sources/scripted-companies.ts';
import { createScriptedSource, failed, found, type Answer } from '../../helpers/sources/scripted-source.ts';

const unused = () => Promise.reject(new Error('no provider is asked here'));

/** The company of a handle such as `ada-acme` is its last part. */
function start({
    pageMs = () => 100,
    plan,
    answer,
}: {
    /** How long the page of a handle takes, in milliseconds. */
    pageMs?: (handle: string) => number;
    plan: (path: string) => ScriptedCompany;
    answer?: Answer;
}) {
    const clock = new FakeClock();
    const companies = createScriptedCompanies(clock, plan);
    const page = createScriptedSource(clock, (handle) => {
        const linkedin_url = `https://www.linkedin.com/company/${handle.split('-').at(-1)}`;
        return (
            answer ?? { outcome: found(handle, { company: { name: 'Acme', linkedin_url } }), afterMs: pageMs(handle) }
        );
    });
    const source: Source = { ...page, fetchCompany: (request) => companies.fetchCompany(request) };
    const told: string[] = [];
    const bugs: unknown[] = [];
    const enricher = createEnricher({
        sources: { live: [source], test: [source] },
        lookups: { reserveLookup: unused, releaseLookup: unused },
        clock,
        random: () => 0,
        onCompany: (outcome) => told.push(outcome),
        onBug: (error) => bugs.push(error),
    });
    const ask = (handle: string, includesCompanyDetails = true) =>
        enricher.enrich(
            { handle, canonicalUrl: buildCanonicalUrl(handle) },
            { caller: { tenantId: 'ten_1', mode: 'live' }, requiredFields: [], includesCompanyDetails, budgetMs: 8000 },
        );
    /** The outcome of the company, and the total time. */
    const readAll = (...handles: string[]) => {
        const startedAt = clock.now();
        const reading = handles.map(async (handle) => {
            const { outcome } = await ask(handle);
            const shown =
                outcome.status === 'success' ? (outcome.companyStatus ?? outcome.companyDetails?.name) : outcome.status;
            return [shown, clock.now() - startedAt];
        });
        return clock.runUntil(Promise.all(reading));
    };
    const read = async (handle: string) => (await readAll(handle))[0]!;
    return { clock, read, readAll, ask, told, bugs, page, paths: () => companies.asked.map(({ path }) => path) };
}

const there =
    (afterMs: number) =>
    (path: string): ScriptedCompany => ({ outcome: foundCompany(path), afterMs });

describe('the API’s companies', () => {
    it('are returned within the time of the profile, and not after it', async () => {
        const { read, told } = start({ pageMs: () => 3000, plan: there(3000) });
        expect(await read('ada-acme')).toEqual(['company/acme', 6000]);
        const slow = start({ pageMs: () => 3000, plan: there(60_000) });
        expect(await slow.read('ada-acme')).toEqual(['timeout', 8000]);
        expect([told, slow.told]).toEqual([['found'], []]);
    });

    it('are shared while they are fetched and for ten minutes afterwards', async () => {
        const { read, ask, clock, paths } = start({ plan: there(500) });
        await clock.runUntil(Promise.all([ask('ada-acme'), ask('bob-acme'), ask('cyd-acme', false)]));
        expect(await read('dan-acme')).toEqual(['company/acme', 100]);
        expect(paths()).toEqual(['company/acme']);
        await clock.advance(10 * 60 * 1000);
        await read('eve-acme');
        expect(paths()).toEqual(['company/acme', 'company/acme']);
    });

    it('that failed are not requested again for half a minute', async () => {
        const { read, clock, paths } = start({
            plan: () => ({ outcome: failed({ isRetryable: false }) as CompanyOutcome }),
        });
        for (const handle of ['ada-acme', 'bob-acme']) expect((await read(handle))[0]).toBe('failed');
        expect(paths()).toHaveLength(1);
        await clock.advance(31_000);
        await read('cyd-acme');
        expect(paths()).toHaveLength(2);
    });

    it('are not requested during a pause of LinkedIn, without waiting; cached ones are returned', async () => {
        const pause = { ms: 60_000, scope: 'queue' } as const;
        const slowDown = failed({ code: 'rate_limit_exceeded', cause: 'rate_limited', isRefusal: true, pause });
        const { read, readAll, paths } = start({
            // Bob's company is requested first and pauses all; the others are found afterwards.
            pageMs: (handle) => (handle === 'bob-busy' ? 100 : 1000),
            plan: (path) => (path.endsWith('busy') ? { outcome: slowDown as CompanyOutcome } : there(10)(path)),
        });
        await read('ada-acme');
        expect(await readAll('bob-busy', 'cyd-acme', 'dan-other')).toEqual([
            ['timeout', 8000],
            ['company/acme', 1000],
            ['refused', 1000],
        ]);
        expect(paths()).toEqual(['company/acme', 'company/busy']);
    });

    it('that fail because of a bug do not affect the profile', async () => {
        const { read, bugs } = start({
            plan: () => {
                throw new TypeError('a bug in the reader');
            },
        });
        expect(await read('ada-acme')).toEqual(['failed', 100]);
        expect(bugs).toHaveLength(1);
    });

    it('are not requested for people who were not found', async () => {
        const { read, paths } = start({ plan: there(10), answer: { outcome: { kind: 'not_found' } } });
        expect((await read('ada-acme'))[0]).toBe('not_found');
        expect(paths()).toEqual([]);
    });
});
