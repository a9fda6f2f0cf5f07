import { measureRun, type Program } from '../programs/measured-run.ts';
import { basicCrawler, ours, profileUrls } from '../programs/programs.ts';
import type { BenchLine, BenchOptions } from '../report.ts';
import type { PageServer } from '../programs/start-page-server.ts';
import { spreadOf } from '../statistics.ts';

type Kept = { share: number; refused: number };

/** The rate reached against a server that counts strictly, and how often it had to refuse. */
export async function benchRate(server: PageServer, { isQuick, runs }: BenchOptions): Promise<BenchLine[]> {
    const lines: BenchLine[] = [];
    const seconds = isQuick ? 5 : 15;
    for (const maxPerSecond of [4, 200]) {
        for (const latencyMs of isQuick ? [2000] : [50, 2000]) {
            const our: Kept[] = [];
            const peer: Kept[] = [];
            // No run to warm up: what the first seconds lose is part of it.
            for (let run = 0; run < (isQuick ? 1 : runs); run += 1) {
                our.push(await keepRate(ours, server, { maxPerSecond, latencyMs, seconds }));
                peer.push(await keepRate(basicCrawler, server, { maxPerSecond, latencyMs, seconds }));
            }
            const { median } = spreadOf(our.map(({ share }) => share));
            lines.push({
                what: `rate kept, ${maxPerSecond}/s, ${latencyMs} ms latency`,
                ours: describe(our),
                peer: `BasicCrawler ${describe(peer)}`,
                ratio: median,
                budget: '≥ 0.98, no 429',
                isWithin: median >= 0.98 && sumRefused(our) === 0,
            });
        }
    }
    return lines;
}

async function keepRate(
    program: Program,
    server: PageServer,
    { maxPerSecond, latencyMs, seconds }: { maxPerSecond: number; latencyMs: number; seconds: number },
): Promise<Kept> {
    await server.order({ pageBytes: null, latencyMs, maxPerSecond });
    const input = { profileUrls: profileUrls(maxPerSecond * seconds), maxRequestsPerSecond: maxPerSecond };
    // Whoever has not done it in twice the time is judged by what was done.
    const endMs = seconds * 2000 + 5000;
    // The rate is the subject here, not the memory class: both get room to hold what latency asks for.
    await measureRun({ ...program, env: { ...program.env, ACTOR_MEMORY_MBYTES: '4096' } }, server, input, endMs);
    const { asked, refused, seconds: span } = await server.report();
    return { share: (asked - 1 - refused) / span / maxPerSecond, refused };
}

function describe(kept: readonly Kept[]): string {
    const { median, min, max } = spreadOf(kept.map(({ share }) => share * 100));
    return `${median.toFixed(1)} % (${min.toFixed(1)}–${max.toFixed(1)}), ${sumRefused(kept)} × 429`;
}

function sumRefused(kept: readonly Kept[]): number {
    return kept.reduce((sum, { refused }) => sum + refused, 0);
}
