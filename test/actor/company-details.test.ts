import { describe, expect, it } from 'vitest';
import type { StopReason } from '../../src/actor/platform/lifecycle.ts';
import type { CompanyOutcome } from '../../src/enrichment/source.ts';
import { foundCompany, type ScriptedCompany } from '../helpers/sources/scripted-companies.ts';
import { failed, found } from '../helpers/sources/scripted-source.ts';
import { setUpRun } from '../helpers/runs/set-up-run.ts';

type Options = Omit<Parameters<typeof setUpRun>[0], 'lines' | 'plan'> & {
    count: number;
    /** Company of each person by number; by default each has their own. */
    companyOf?: (person: number) => string;
    /** How long each profile takes, in milliseconds. */
    profileMs?: number;
    stop?: { reason: StopReason; afterMs: number };
};

const place = (handle: string) => Number(/\d+$/.exec(handle)?.[0]);

/** Runs `count` profiles at ten requests a second, each found in 100 ms by default. */
async function runList({
    count,
    companyOf = (person) => `company-${person}`,
    profileMs = 100,
    stop,
    ...options
}: Options) {
    const setUp = setUpRun({
        lines: Array.from({ length: count }, (_, person) => `linkedin.com/in/person-${person}`),
        plan: (handle) => {
            const linkedin_url = `https://www.linkedin.com/company/${companyOf(place(handle))}`;
            return { outcome: found(handle, { company: { name: 'Acme', linkedin_url } }), afterMs: profileMs };
        },
        maxRequestsPerSecond: 10,
        maxAttempts: 2,
        ...options,
        settings: { maxConcurrency: 100, isConcurrencyFixed: false, ...options.settings },
    });
    const { clock, lifecycle, work, dataset, charging, source, companySource, bugs } = setUp;
    const startedAt = clock.now();
    if (stop) void clock.sleep(stop.afterMs).then(() => lifecycle.stop(stop.reason));
    const report = await work();
    lifecycle.close();
    const rows = dataset.items.flatMap((row) => (row.status === 'success' ? [row] : []));
    return {
        ...report,
        rows,
        bugs,
        charged: charging.total,
        companiesAsked: companySource.asked,
        profilesAsked: source.asked,
        tookMs: clock.now() - startedAt,
    };
}

const there = (path: string): ScriptedCompany => ({ outcome: foundCompany(path), afterMs: 100 });
const never: ScriptedCompany = { outcome: foundCompany(''), afterMs: 1e9 };

describe('a run with company details', () => {
    it('writes each row once, with its company, and asks for each company once', async () => {
        const { rows, companiesAsked, totals, charged } = await runList({
            count: 30,
            companyOf: (person) => `company-${person % 3}`,
            companyPlan: there,
        });
        expect(new Set(companiesAsked.map(({ path }) => path)).size).toBe(companiesAsked.length);
        expect([rows.length, companiesAsked.length, totals.found, charged]).toEqual([30, 3, 30, 30]);
        for (const row of rows) {
            expect(row.company_details?.linkedin_url).toBe(row.profile.company.linkedin_url);
            expect(row.meta).not.toHaveProperty('company_status');
        }
    });

    it('keeps the rate, requests for companies included', async () => {
        const { companiesAsked, profilesAsked, tookMs } = await runList({ count: 40, companyPlan: there });
        const sent = [...companiesAsked, ...profilesAsked].map(({ at }) => at).toSorted((one, other) => one - other);
        expect(sent).toHaveLength(80);
        for (const [n, at] of sent.entries())
            expect(at - (sent[n - 10] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(1000);
        expect(tookMs).toBeLessThan(9000);
    });

    it.each<[string, CompanyOutcome]>([
        ['not_found', { kind: 'not_found' }],
        ['refused', failed({ cause: 'wall', isRefusal: true }) as CompanyOutcome],
        ['timeout', failed({ code: 'upstream_timeout', cause: 'timeout' }) as CompanyOutcome],
        ['failed', failed() as CompanyOutcome],
    ])('finds and charges everybody whose company is %s', async (status, outcome) => {
        const { rows, ending, charged } = await runList({ count: 30, companyPlan: () => ({ outcome }) });
        expect([ending, rows.length, charged]).toEqual(['completed', 30, 30]);
        for (const row of rows) {
            expect(row).toMatchObject({ company_details: null, meta: { company_status: status, credits_used: 1 } });
        }
    });

    it('is not delayed by companies that never respond', async () => {
        const { rows, profilesAsked, tookMs } = await runList({
            count: 60,
            companyPlan: (path) => (/[02468]$/.test(path) ? never : there(path)),
            settings: { timeoutSecs: 10 },
        });
        const startedAt = profilesAsked[0]!.at;
        // 120 requests and some retries, at ten a second.
        expect(profilesAsked.at(-1)!.at - startedAt).toBeLessThan(14_500);
        expect(tookMs).toBeLessThan(25_500);
        expect(rows.filter(({ company_details }) => company_details !== null)).toHaveLength(30);
        expect(rows.filter(({ meta }) => meta.company_status === 'timeout')).toHaveLength(30);
        for (const { meta } of rows) expect(meta.duration_ms).toBeLessThan(12_000);
    });

    it('is not delayed by many profiles waiting for one company', async () => {
        const { rows, companiesAsked, tookMs } = await runList({
            count: 50,
            companyOf: () => 'slow',
            companyPlan: (path) => ({ ...there(path), afterMs: 9000 }),
        });
        expect([rows.length, companiesAsked.length]).toEqual([50, 1]);
        expect(rows.every(({ company_details }) => company_details !== null)).toBe(true);
        expect(tookMs).toBeLessThan(10_500);
    });

    it('never has more requests under way than a fixed number, companies included', async () => {
        const { rows, profilesAsked, companiesAsked, tookMs } = await runList({
            count: 10,
            companyPlan: (path) => ({ ...there(path), afterMs: 2000 }),
            settings: { maxConcurrency: 2, isConcurrencyFixed: true },
        });
        const spans = [
            ...profilesAsked.map(({ at }) => ({ from: at, to: at + 100 })),
            ...companiesAsked.map(({ at }) => ({ from: at, to: at + 2000 })),
        ];
        const atOnce = spans.map(({ from: at }) => spans.filter(({ from, to }) => from <= at && at < to).length);
        expect([rows.length, spans.length, Math.max(...atOnce)]).toEqual([10, 20, 2]);
        // Two at a time, 2.1 s each.
        expect(tookMs).toBeGreaterThan(10_000);
    });

    it.each([
        [3000, null],
        [5000, 'timeout'],
    ])('waits for a company that takes %i ms within the time its profile left', async (afterMs, status) => {
        const { rows } = await runList({
            count: 1,
            profileMs: 6000,
            // One attempt may take all of the time.
            maxAttempts: 1,
            companyPlan: (path) => ({ ...there(path), afterMs }),
            settings: { timeoutSecs: 10 },
        });
        expect(rows[0]?.meta.company_status ?? null).toBe(status);
        expect(rows[0]?.meta.duration_ms).toBe(status === null ? 9000 : 10_000);
    });

    it.each<[StopReason]>([['timeout'], ['migrating'], ['aborted']])(
        'stopped early (%s) writes the profiles found, with the companies fetched in time',
        async (reason) => {
            const { rows, totals, companiesAsked, charged } = await runList({
                count: 100,
                companyPlan: (path) => (/[05]$/.test(path) ? never : there(path)),
                stop: { reason, afterMs: 3050 },
            });
            expect(totals.found).toBe(rows.length);
            expect(charged).toBe(rows.length);
            expect(totals.remaining).toBeGreaterThan(50);
            expect(rows.length).toBeGreaterThan(10);
            for (const { company_details, meta } of rows) {
                expect(company_details === null).toBe(meta.company_status === 'timeout');
            }
            const firstAsked = new Map(companiesAsked.toReversed().map(({ path, at }) => [path, at]));
            expect(Math.max(...firstAsked.values())).toBeLessThan(companiesAsked[0]!.at + 3050);
        },
    );

    it('fetches and shows no company unless requested', async () => {
        const { rows, companiesAsked } = await runList({ count: 3 });
        expect(companiesAsked).toEqual([]);
        for (const row of rows) expect(row).toMatchObject({ company_details: null });
    });

    it('survives bugs in company pages', async () => {
        const { rows, bugs, ending } = await runList({
            count: 30,
            companyPlan: () => {
                throw new TypeError('a bug in the reader');
            },
        });
        expect([ending, rows.length, bugs.length]).toEqual(['completed', 30, 30]);
        expect(rows[0]?.meta.company_status).toBe('failed');
    });

    it('stays within its budget while waiting for companies', async () => {
        const { rows, charged, ending } = await runList({
            count: 30,
            companyPlan: (path) => ({ ...there(path), afterMs: 3000 }),
            maxProfiles: 7,
        });
        expect([rows.length, charged, ending]).toEqual([7, 7, 'max_profiles']);
    });
});
