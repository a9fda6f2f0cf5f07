import { measureRun } from '../programs/measured-run.ts';
import { ours, profileUrls } from '../programs/programs.ts';
import type { BenchLine, BenchOptions } from '../report.ts';
import type { PageServer } from '../programs/start-page-server.ts';
import { describeSpread, measureInTurn, spreadOf } from '../statistics.ts';

const memoryBudgetMb = 160;

/**
 * What company details cost: everybody works at a company of their own, so that there are two pages for each profile,
 * against the same run without them. Memory is that of the smallest class.
 */
export async function benchCompanies(server: PageServer, { isQuick, runs }: BenchOptions): Promise<BenchLine[]> {
    const count = isQuick ? 200 : 500;
    const memory: number[] = [];

    async function cpuPerProfile(includeCompanyDetails: boolean, many = count): Promise<number> {
        await server.order({ pageBytes: 400 * 1024, latencyMs: 50, maxPerSecond: null, hasCompanies: true });
        const input = { profileUrls: profileUrls(many), maxRequestsPerSecond: 100, includeCompanyDetails };
        const { cpuMs, maxRssMb, run, exitCode, log } = await measureRun(ours, server, input);
        const rows = run.dataset.readTruth();
        const isWhole =
            rows.length === many && rows.every((row) => (row['company_details'] !== null) === includeCompanyDetails);
        if (!isWhole) throw new Error(`a run ended with ${exitCode} and ${rows.length} rows: ${log}`);
        if (includeCompanyDetails && many > count) memory.push(maxRssMb);
        return cpuMs / many;
    }

    const spreads = await measureInTurn(
        { on: () => cpuPerProfile(true), off: () => cpuPerProfile(false) },
        isQuick ? 1 : runs,
    );
    const most = isQuick ? 500 : 5000;
    await cpuPerProfile(true, most);
    const peak = spreadOf(memory);
    return [
        {
            what: `profile + its own company, ms CPU a profile (${count})`,
            ours: describeSpread(spreads.on, 1),
            peer: `without companies ${describeSpread(spreads.off, 1)}`,
            ratio: spreads.on.median / spreads.off.median,
            budget: '',
            isWithin: null,
        },
        {
            what: `peak memory, ${most} profiles at as many companies`,
            ours: `${describeSpread(peak)} MB`,
            peer: '',
            ratio: null,
            budget: `≤ ${memoryBudgetMb} MB`,
            isWithin: peak.max <= memoryBudgetMb,
        },
    ];
}
