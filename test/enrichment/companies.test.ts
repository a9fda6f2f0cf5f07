import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createCompanies, runMemory, type CompaniesOptions } from '../../src/enrichment/companies.ts';
import type { Enrichment } from '../../src/enrichment/enrich-profile.ts';
import { createPacer } from '../../src/enrichment/pacer.ts';
import { parseCompanyPath, type CompanyDetails } from '../../src/enrichment/result/company.ts';
import type { CompanyOutcome } from '../../src/enrichment/source.ts';
import { buildProfile } from '../helpers/ledger/build-row-draft.ts';
import { FakeClock } from '../helpers/fake-clock.ts';
import {
    buildCompany,
    createScriptedCompanies,
    foundCompany,
    type ScriptedCompany,
} from '../helpers/sources/scripted-companies.ts';
import { failed } from '../helpers/sources/scripted-source.ts';

const refusal = failed({ cause: 'blocked', isRefusal: true, isRetryable: false }) as CompanyOutcome;

/** A person found within a second, who works at the company with this URL. */
function employeeOf(address: string | null, companyDetails: CompanyDetails | null = null): Enrichment {
    const profile = buildProfile({ company: { name: 'Acme', linkedin_url: address } });
    return {
        canonicalUrl: 'https://www.linkedin.com/in/ada/',
        outcome: { status: 'success', profile, isPartial: false, companyDetails },
        attempts: 1,
        durationMs: 1000,
        spentMs: 1000,
        source: 'public-page',
        sourcesTried: [],
        dataAsOf: null,
        fetchedAt: null,
        isRefused: false,
        isInterrupted: false,
        isSuppressed: false,
        unreadSections: [],
    };
}

const at = (slug: string) => employeeOf(`https://www.linkedin.com/company/${slug}`);

function setUp(plan: (path: string, attempt: number) => ScriptedCompany, changes: Partial<CompaniesOptions> = {}) {
    const clock = new FakeClock();
    const source = createScriptedCompanies(clock, plan);
    const [stop, abort] = [new AbortController(), new AbortController()];
    setMaxListeners(0, stop.signal, abort.signal);
    const pacer = createPacer({ maxRequestsPerSecond: 50, clock });
    const told = { asked: [] as string[], givenUp: 0, bugs: [] as unknown[] };
    const companies = createCompanies({
        source,
        pacer,
        limits: { maxAttempts: 3, timeoutMs: 30_000 },
        clock,
        random: () => 0.5,
        signal: abort.signal,
        stopSignal: stop.signal,
        maxInFlight: 100,
        memory: runMemory,
        onAsked: (outcome) => told.asked.push(outcome),
        onGivenUp: () => {
            told.givenUp += 1;
        },
        onBug: (error) => told.bugs.push(error),
        ...changes,
    });
    const add = async (enrichment: Enrichment, timeoutMs = 29_000) => {
        const { outcome, durationMs } = await companies.addDetails(enrichment, timeoutMs);
        if (outcome.status !== 'success') throw new Error('nobody was found');
        return { name: outcome.companyDetails?.name, status: outcome.companyStatus, durationMs };
    };
    const work = <T>(promise: Promise<T>) => clock.runUntil(promise);
    return { clock, companies, add, work, told, stop, abort, pacer, paths: () => source.asked.map(({ path }) => path) };
}

describe('a company', () => {
    it('is requested once, for all profiles waiting and later ones', async () => {
        const { add, work, paths, told } = setUp((path) => ({ outcome: foundCompany(path), afterMs: 500 }));
        const together = await work(Promise.all([add(at('acme')), add(at('Acme')), add(at('acme/about'))]));
        expect(together.map(({ name }) => name)).toEqual(Array.from({ length: 3 }, () => 'company/acme'));
        expect(together[0]?.durationMs).toBeGreaterThanOrEqual(1500);
        expect((await work(add(at('acme')))).name).toBe('company/acme');
        expect([paths(), told.asked]).toEqual([['company/acme'], ['found']]);
    });

    it('is cached by the URL of the response and by its id too', async () => {
        const linkedin_url = 'https://www.linkedin.com/school/acme-school';
        const { add, work, paths } = setUp((path) => ({
            outcome: foundCompany(path, { linkedin_url, organization_id: '77' }),
        }));
        await work(add(at('old-name')));
        await work(add(employeeOf('https://uk.linkedin.com/school/acme-school/')));
        await work(add(at('77')));
        expect(paths()).toEqual(['company/old-name']);
    });

    it('is not requested if a record includes it, or an earlier start stored it', async () => {
        const stored = buildCompany({ name: 'Stored', linkedin_url: 'https://www.linkedin.com/company/stored' });
        const { add, work, paths } = setUp(() => ({ outcome: foundCompany('') }), { known: [stored] });
        expect(await work(add(at('stored')))).toMatchObject({ name: 'Stored' });
        const told = employeeOf('https://www.linkedin.com/company/told', {
            ...stored,
            name: 'Told',
            linkedin_url: 'https://www.linkedin.com/company/told',
        });
        expect(await work(add(told))).toMatchObject({ name: 'Told', durationMs: 1000 });
        expect(await work(add(at('told')))).toMatchObject({ name: 'Told' });
        expect(paths()).toEqual([]);
    });

    it('is not requested without a company URL in the profile', async () => {
        const { add, work, paths } = setUp(() => ({ outcome: foundCompany('') }));
        for (const address of [null, 'https://www.linkedin.com/showcase/acme', 'https://acme.example/company/acme']) {
            expect(await work(add(employeeOf(address)))).toEqual({
                name: undefined,
                status: undefined,
                durationMs: 1000,
            });
        }
        expect(paths()).toEqual([]);
    });

    it.each<[string, CompanyOutcome, number]>([
        ['not_found', { kind: 'not_found' }, 1],
        ['refused', refusal, 1],
        [
            'refused',
            failed({ code: 'rate_limit_exceeded', cause: 'rate_limited', isRefusal: true }) as CompanyOutcome,
            3,
        ],
        ['timeout', failed({ code: 'upstream_timeout', cause: 'timeout' }) as CompanyOutcome, 3],
        ['failed', failed() as CompanyOutcome, 3],
    ])(
        'that cannot be fetched is %s, after its attempts, and is not requested again',
        async (status, outcome, attempts) => {
            const { add, work, paths, told } = setUp(() => ({ outcome }));
            expect(await work(add(at('acme')))).toMatchObject({ name: undefined, status });
            expect(await work(add(at('acme')))).toMatchObject({ name: undefined, status });
            expect([paths().length, told.asked]).toEqual([attempts, [status]]);
        },
    );

    it('that fails because of a bug does so alone, and the bug is reported', async () => {
        const { add, work, told } = setUp(() => {
            throw new TypeError('a bug in the reader');
        });
        expect(await work(add(at('acme')))).toMatchObject({ status: 'failed' });
        expect(told.bugs).toHaveLength(1);
    });

    it('that fails because of a bug while the run is ending does so too', async () => {
        const { add, work, told, stop } = setUp(() => {
            stop.abort(new Error('over'));
            throw new TypeError('a bug in the reader');
        });
        expect(await work(add(at('acme')))).toMatchObject({ status: 'failed' });
        expect(told.bugs).toEqual([new TypeError('a bug in the reader')]);
    });
});

describe('the wait for a company', () => {
    it('ends with the time budget of the profile, and a later answer serves the next profile', async () => {
        const { add, work, clock, paths } = setUp((path) => ({ outcome: foundCompany(path), afterMs: 8000 }));
        const startedAt = clock.now();
        expect(await work(add(at('acme'), 5000))).toMatchObject({ status: 'timeout', durationMs: 6000 });
        expect(clock.now() - startedAt).toBe(5000);
        expect(await work(add(at('acme'), 5000))).toMatchObject({ name: 'company/acme' });
        expect(paths()).toEqual(['company/acme']);
    });

    it('does not start without time left', async () => {
        const { add, work, paths } = setUp((path) => ({ outcome: foundCompany(path) }));
        expect(await work(add(at('acme'), 0))).toMatchObject({ status: 'timeout' });
        expect(paths()).toEqual([]);
    });

    it('does not count a pause of the queue', async () => {
        const { add, work, pacer } = setUp((path) => ({ outcome: foundCompany(path), afterMs: 1000 }));
        pacer.pause(60_000);
        expect(await work(add(at('acme'), 5000))).toMatchObject({ name: 'company/acme', durationMs: 62_000 });
    });

    it('ends when the client disconnects, and at the end of the run', async () => {
        const { companies, clock, abort, told } = setUp((path) => ({ outcome: foundCompany(path), afterMs: 8000 }));
        const hangUp = new AbortController();
        const first = companies.addDetails(at('acme'), 29_000, hangUp.signal);
        const second = companies.addDetails(at('acme'), 29_000);
        await clock.advance(100);
        hangUp.abort();
        await expect(first).resolves.toMatchObject({ outcome: { companyStatus: 'timeout' } });
        abort.abort(new Error('over'));
        await expect(second).resolves.toMatchObject({ outcome: { companyStatus: 'timeout' } });
        expect(told.bugs).toEqual([]);
    });

    it('requests nothing once the run is ending; cached companies are still returned', async () => {
        const { add, work, stop, paths } = setUp((path) => ({ outcome: foundCompany(path) }));
        await work(add(at('acme')));
        stop.abort(new Error('over'));
        expect(await work(add(at('acme')))).toMatchObject({ name: 'company/acme' });
        expect(await work(add(at('other')))).toMatchObject({ status: 'timeout' });
        expect(paths()).toEqual(['company/acme']);
    });
});

describe('companies that are refused', () => {
    const askInTurn = async ({ add, work }: ReturnType<typeof setUp>, count: number, prefix = 'c') => {
        const statuses = [];
        for (let n = 0; n < count; n += 1) statuses.push((await work(add(at(`${prefix}${n}`)))).status);
        return statuses;
    };

    it('stop all requests after twenty in a row, with one report', async () => {
        const set = setUp((path) => ({ outcome: path === 'company/c5' ? { kind: 'not_found' } : refusal }));
        const statuses = await askInTurn(set, 40);
        expect(statuses.filter((status) => status === 'refused')).toHaveLength(39);
        expect([set.paths().length, set.told.givenUp]).toEqual([26, 1]);
        expect(set.told.asked).toHaveLength(26);
    });

    it('stop requests for a while if so configured, and one more refusal stops them again', async () => {
        const memory = { answersMs: 1e6, failuresMs: 0, restMs: 60_000, maxAnswers: 1000 };
        const set = setUp((path) => ({ outcome: path.includes('open') ? foundCompany(path) : refusal }), { memory });
        await askInTurn(set, 25);
        expect(set.paths()).toHaveLength(20);
        await set.clock.advance(60_001);
        await askInTurn(set, 3, 'again');
        expect([set.paths().length, set.told.givenUp]).toEqual([21, 2]);
        await set.clock.advance(60_001);
        expect(await set.work(set.add(at('open')))).toMatchObject({ name: 'company/open' });
        expect(await askInTurn(set, 3, 'more')).toEqual(['refused', 'refused', 'refused']);
        expect(set.paths()).toHaveLength(25);
    });
});

describe('the cache of companies', () => {
    it('drops answers and failures after their time, and the oldest beyond its size', async () => {
        const memory = { answersMs: 10_000, failuresMs: 1000, restMs: 1000, maxAnswers: 2 };
        const plan = (path: string) => ({
            outcome: path.endsWith('bad') ? (failed({ isRetryable: false }) as CompanyOutcome) : foundCompany(path),
        });
        const { add, work, clock, paths } = setUp(plan, { memory });
        for (const slug of ['good', 'bad']) await work(add(at(slug)));
        await clock.advance(2000);
        for (const slug of ['good', 'bad']) await work(add(at(slug)));
        expect(paths()).toEqual(['company/good', 'company/bad', 'company/bad']);
        await clock.advance(9000);
        await work(add(at('good')));
        expect(paths().slice(3)).toEqual(['company/good']);
        for (const slug of ['one', 'two', 'good']) await work(add(at(slug)));
        expect(paths().slice(4)).toEqual(['company/one', 'company/two', 'company/good']);
    });
});

describe('a company URL', () => {
    it.each([
        ['https://www.linkedin.com/company/acme', 'company/acme'],
        ['https://uk.linkedin.com/company/Acme/about/?trk=x', 'company/acme'],
        ['linkedin.com/school/mit', 'school/mit'],
        ['https://www.linkedin.com/company/caf%C3%A9', 'company/café'],
        ['https://www.linkedin.com/company/1441', 'company/1441'],
        ['https://www.linkedin.com/company/unavailable', null],
        ['https://www.linkedin.com/company/', null],
        ['https://www.linkedin.com/company/%E0%A4%A', null],
        ['https://www.linkedin.com/showcase/acme', null],
        ['https://www.linkedin.com/in/acme', null],
        ['https://linkedin.com.evil.example/company/acme', null],
        ['https://evil.example/linkedin.com/company/acme', null],
        ['', null],
        [null, null],
    ])('%s is %s', (address, path) => {
        expect(parseCompanyPath(address)).toBe(path);
    });
});
