import { measureStart } from '../programs/measured-run.ts';
import { ours, profileUrls, template } from '../programs/programs.ts';
import type { BenchLine, BenchOptions } from '../report.ts';
import type { PageServer } from '../programs/start-page-server.ts';
import { describeSpread, measureInTurn } from '../statistics.ts';

/** From the start of the process to its first request. */
export async function benchStart(server: PageServer, { runs }: BenchOptions): Promise<BenchLine[]> {
    const prepare = () => server.order({ pageBytes: 300 * 1024, latencyMs: 0, maxPerSecond: null });
    const spreads = await measureInTurn(
        {
            ours: async () => {
                await prepare();
                return measureStart(ours, server, { profileUrls: profileUrls(1) });
            },
            template: async () => {
                await prepare();
                return measureStart(template, server, { startUrls: [{ url: `${server.origin}/in/example-0/` }] });
            },
        },
        runs,
    );
    const ratio = spreads.ours.median / spreads.template.median;
    return [
        {
            what: 'start to first request, ms CPU',
            ours: describeSpread(spreads.ours),
            peer: `template ${describeSpread(spreads.template)}`,
            ratio,
            budget: '≤ 0.35',
            isWithin: ratio <= 0.35,
        },
    ];
}
