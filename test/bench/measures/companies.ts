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
    async function measure(
        includeCompanyDetails: boolean,
        count: number,
    ): Promise<{ cpuMs: number; maxRssMb: number }> {
        await server.order({ pageBytes: 400 * 1024, latencyMs: 50, maxPerSecond: null, hasCompanies: true });
        const input = { profileUrls: profileUrls(count), maxRequestsPerSecond: 100, includeCompanyDetails };
        const { cpuMs, maxRssMb, run, exitCode, log } = await measureRun(ours, server, input);
        const rows = run.dataset.readTruth();
        const isWhole =
            rows.length === count && rows.every((row) => (row['company_details'] !== null) === includeCompanyDetails);
        if (!isWhole) throw new Error(`a run ended with ${exitCode} and ${rows.length} rows: ${log}`);
        return { cpuMs: cpuMs / count, maxRssMb };
    }

    const lines: BenchLine[] = [];
    // The long runs once each: they take minutes.
    for (const [count, times] of isQuick ? [[200, 1] as const] : [[500, runs] as const, [5000, 0] as const]) {
        const memory = { on: [] as number[], off: [] as number[] };
        const measureOne = async (kind: keyof typeof memory): Promise<number> => {
            const { cpuMs, maxRssMb } = await measure(kind === 'on', count);
            memory[kind].push(maxRssMb);
            return cpuMs;
        };
        const candidates = { on: () => measureOne('on'), off: () => measureOne('off') };
        const cpu =
            times > 0
                ? await measureInTurn(candidates, times)
                : { on: spreadOf([await candidates.on()]), off: spreadOf([await candidates.off()]) };
        const [on, off] = [spreadOf(memory.on), spreadOf(memory.off)];
        lines.push(
            {
                what: `profile and its own company, ms CPU a profile (${count})`,
                ours: describeSpread(cpu.on, 1),
                peer: `without companies ${describeSpread(cpu.off, 1)}`,
                ratio: cpu.on.median / cpu.off.median,
                budget: '',
                isWithin: null,
            },
            {
                what: `the same, peak memory`,
                ours: `${describeSpread(on)} MB`,
                peer: `without companies ${describeSpread(off)} MB`,
                ratio: on.median / off.median,
                budget: `≤ ${memoryBudgetMb} MB`,
                isWithin: on.max <= memoryBudgetMb,
            },
        );
    }
    return lines;
}
