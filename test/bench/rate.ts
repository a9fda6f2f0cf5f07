import { measureRun, type Program } from './measured-run.ts';
import { basicCrawler, ours, profileUrls } from './programs.ts';
import type { BenchLine, BenchOptions } from './report.ts';
import type { PageServer } from './start-page-server.ts';

type Kept = { share: number; refused: number; asked: number };

/** The rate reached against a server that counts strictly, and how often it had to refuse. */
export async function benchRate(server: PageServer, { isQuick }: BenchOptions): Promise<BenchLine[]> {
    const lines: BenchLine[] = [];
    for (const maxPerSecond of [4, 200]) {
        for (const latencyMs of isQuick ? [2000] : [50, 2000]) {
            const seconds = isQuick ? 10 : maxPerSecond === 4 ? 30 : 15;
            const keep = (program: Program) => keepRate(program, server, { maxPerSecond, latencyMs, seconds });
            const our = await keep(ours);
            const peer = await keep(basicCrawler);
            const describe = ({ share, refused }: Kept) => `${(share * 100).toFixed(1)} %, ${refused} × 429`;
            lines.push({
                what: `rate kept, ${maxPerSecond}/s, ${latencyMs} ms latency`,
                ours: describe(our),
                peer: `BasicCrawler ${describe(peer)}`,
                ratio: our.share,
                budget: '≥ 0.98, no 429',
                isWithin: our.share >= 0.98 && our.refused === 0,
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
    // Whoever has not done it in three times the time is judged by what was done.
    const endMs = seconds * 3000 + 10_000;
    // The rate is the subject here, not the memory class: both get room to hold what latency asks for.
    await measureRun({ ...program, env: { ...program.env, ACTOR_MEMORY_MBYTES: '4096' } }, server, input, endMs);
    const { asked, refused, seconds: span } = await server.report();
    return { share: (asked - 1 - refused) / span / maxPerSecond, refused, asked };
}
