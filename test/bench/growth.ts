import { measureRun } from './measured-run.ts';
import { ours, profileUrls } from './programs.ts';
import type { BenchLine, BenchOptions } from './report.ts';
import type { PageServer } from './start-page-server.ts';

const memoryBudgetMb = 160;

/** Time, CPU and memory from 100 to 5,000 profiles with pages of 400 KB, in the smallest memory class. */
export async function benchGrowth(server: PageServer, { isQuick }: BenchOptions): Promise<BenchLine[]> {
    const lines: BenchLine[] = [];
    let firstCpuMs: number | null = null;
    for (const count of isQuick ? [100, 500] : [100, 1000, 5000]) {
        await server.order({ pageBytes: 400 * 1024, latencyMs: 200, maxPerSecond: null });
        const input = { profileUrls: profileUrls(count), maxRequestsPerSecond: 100 };
        const { cpuMs, maxRssMb, wallMs, run, exitCode, log } = await measureRun(ours, server, input);
        const rows = run.dataset.readTruth().length;
        if (rows !== count) throw new Error(`the run of ${count} ended with ${exitCode} and ${rows} rows: ${log}`);
        const perProfile = cpuMs / count;
        firstCpuMs ??= perProfile;
        lines.push({
            what: `${count} profiles of 400 KB`,
            ours: `${(wallMs / 1000).toFixed(1)} s, ${perProfile.toFixed(1)} ms CPU a profile, ${maxRssMb.toFixed(0)} MB`,
            peer: '',
            ratio: perProfile / firstCpuMs,
            budget: `≤ ${memoryBudgetMb} MB`,
            isWithin: maxRssMb <= memoryBudgetMb,
        });
    }
    return lines;
}
