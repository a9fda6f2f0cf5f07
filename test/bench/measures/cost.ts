import { measureRun, type Program } from '../programs/measured-run.ts';
import { cheerioCrawler, ours, profileUrls } from '../programs/programs.ts';
import type { BenchLine, BenchOptions } from '../report.ts';
import type { PageServer } from '../programs/start-page-server.ts';
import { describeSpread, measureInTurn } from '../statistics.ts';

/** Fetch, parse and store: CPU of the whole run by profile, against CheerioCrawler doing the same job. */
export async function benchCost(server: PageServer, { isQuick, runs }: BenchOptions): Promise<BenchLine[]> {
    const count = isQuick ? 200 : 500;

    async function cpuPerProfile(program: Program): Promise<number> {
        await server.order({ pageBytes: 400 * 1024, latencyMs: 50, maxPerSecond: null });
        const input = { profileUrls: profileUrls(count), maxRequestsPerSecond: 50 };
        const { cpuMs, run, exitCode, log } = await measureRun(program, server, input);
        const rows = run.dataset.readTruth().length;
        if (rows !== count) throw new Error(`${program.name} ended with ${exitCode} and ${rows} rows: ${log}`);
        return cpuMs / count;
    }

    const spreads = await measureInTurn(
        { ours: () => cpuPerProfile(ours), crawler: () => cpuPerProfile(cheerioCrawler) },
        isQuick ? 1 : runs,
    );
    const ratio = spreads.ours.median / spreads.crawler.median;
    return [
        {
            what: `fetch + parse + row, ms CPU a profile (${count})`,
            ours: describeSpread(spreads.ours, 1),
            peer: `CheerioCrawler ${describeSpread(spreads.crawler, 1)}`,
            ratio,
            budget: '≤ 0.25',
            isWithin: ratio <= 0.25,
        },
    ];
}
