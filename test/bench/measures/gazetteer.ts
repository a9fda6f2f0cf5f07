import { openGazetteer } from '../../../src/sources/public-page/text/gazetteer.ts';
import type { BenchLine } from '../report.ts';

/** What the gazetteer costs: the first place that needs it, and one more. Once a process. */
export async function benchGazetteer(): Promise<BenchLine[]> {
    const heldBefore = process.memoryUsage().rss;
    const steps: Array<[string, () => Promise<unknown>]> = [
        ['first place that needs the gazetteer', async () => (await openGazetteer())('Munich')],
        ['one more place', async () => (await openGazetteer())('Seattle')],
    ];
    const lines: BenchLine[] = [];
    for (const [what, step] of steps) {
        const before = process.cpuUsage();
        await step();
        const { user, system } = process.cpuUsage(before);
        const heldMb = (process.memoryUsage().rss - heldBefore) / 1024 / 1024;
        lines.push({
            what: `${what}, ms CPU`,
            ours: `${((user + system) / 1000).toFixed(1)}, ${heldMb.toFixed(0)} MB more since the start`,
            peer: '',
            ratio: null,
            budget: '',
            isWithin: null,
        });
    }
    return lines;
}
