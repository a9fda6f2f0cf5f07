import { measureRun, type Measurement } from '../programs/measured-run.ts';
import { ours, profileUrls } from '../programs/programs.ts';
import type { BenchLine, BenchOptions } from '../report.ts';
import type { PageServer } from '../programs/start-page-server.ts';
import { describeSpread, spreadOf } from '../statistics.ts';

const memoryBudgetMb = 160;

/** Time, CPU and memory from 100 to 5,000 profiles with pages of 400 KB, in the smallest memory class. */
export async function benchGrowth(server: PageServer, { isQuick, runs }: BenchOptions): Promise<BenchLine[]> {
    const counts = isQuick ? [100, 500] : [100, 1000, 5000];
    const measured = new Map<number, Measurement[]>(counts.map((count) => [count, []]));
    for (let run = 0; run < (isQuick ? 1 : runs); run += 1) {
        for (const [count, measurements] of measured) measurements.push(await runOnce(server, count));
    }
    const cpuOf = (count: number, measurements: Measurement[]) =>
        spreadOf(measurements.map(({ cpuMs }) => cpuMs / count));
    const [first] = [...measured].map(([count, measurements]) => cpuOf(count, measurements).median);
    return [...measured].map(([count, measurements]) => {
        const cpu = cpuOf(count, measurements);
        const seconds = spreadOf(measurements.map(({ wallMs }) => wallMs / 1000));
        const memory = spreadOf(measurements.map(({ maxRssMb }) => maxRssMb));
        return {
            what: `${count} profiles of 400 KB`,
            ours: `${describeSpread(seconds, 1)} s, ${describeSpread(cpu, 1)} ms CPU a profile, ${describeSpread(memory)} MB`,
            peer: '',
            ratio: cpu.median / (first ?? Number.NaN),
            budget: `≤ ${memoryBudgetMb} MB`,
            isWithin: memory.max <= memoryBudgetMb,
        };
    });
}

async function runOnce(server: PageServer, count: number): Promise<Measurement> {
    await server.order({ pageBytes: 400 * 1024, latencyMs: 200, maxPerSecond: null });
    const input = { profileUrls: profileUrls(count), maxRequestsPerSecond: 100 };
    const measurement = await measureRun(ours, server, input);
    const rows = measurement.run.dataset.readTruth().length;
    const { exitCode, log } = measurement;
    if (rows !== count) throw new Error(`the run of ${count} ended with ${exitCode} and ${rows} rows: ${log}`);
    return measurement;
}
