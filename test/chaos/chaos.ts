import { parseArgs } from 'node:util';
import { systemClock } from '../../src/runtime/clock.ts';
import { startSandboxSite } from '../../src/sources/sandbox/sandbox-site.ts';
import { LocalPlatform } from '../platform/local/local-platform.ts';
import { createSeededRandom } from '../platform/local/seeded-random.ts';
import { startChaosProvider } from './chaos-provider.ts';
import { playScenario, type PlayReport } from './play-scenario.ts';
import { buildScenario, type Scenario } from './scenario.ts';

export type ChaosOptions = {
    runs: number;
    seed: number;
    /** Runs played at the same time. */
    parallel: number;
    /** The script that is tried; the built Actor unless told otherwise. */
    script?: string;
    /** What the environment of each container has beside the usual. */
    env?: Record<string, string>;
    /** True when no further run shall begin. */
    isOver?: () => boolean;
    /** Changes what a seed decides, for a test of something particular. */
    adapt?: (scenario: Scenario) => Scenario;
    onReport?: (report: PlayReport) => void;
};

/** Plays many runs on one local platform; each has a seed of its own, counted up from the first. */
export async function playChaos({
    runs,
    seed,
    parallel,
    script,
    env,
    isOver = () => false,
    adapt,
    onReport,
}: ChaosOptions): Promise<PlayReport[]> {
    const random = createSeededRandom(seed);
    const site = await startSandboxSite(systemClock);
    const provider = await startChaosProvider();
    const platform = await new LocalPlatform({
        nextRowLagMs: () => random.int(0, 120),
        nextLatencyMs: () => random.int(0, 30),
        lateMs: 120,
    }).start();
    const reports: PlayReport[] = [];
    let next = seed;
    async function work(): Promise<void> {
        while (next < seed + runs && !isOver()) {
            const built = buildScenario((next += 1) - 1);
            const scenario = adapt?.(built) ?? built;
            const report = await playScenario(scenario, {
                platform,
                pageOrigin: site.origin,
                provider,
                ...(script === undefined ? {} : { script }),
                ...(env === undefined ? {} : { env }),
            });
            reports.push(report);
            onReport?.(report);
        }
    }
    await Promise.all(Array.from({ length: parallel }, work));
    await platform.close();
    await site.close();
    await provider.close();
    return reports;
}

/** The closing table: what was expected, what came, and every difference. */
export function describeChaos(reports: PlayReport[]): string {
    const sum = (pick: (report: PlayReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
    const rowsExpected = sum(({ figures }) => figures.rowsExpected);
    const rowsFound = sum(({ figures }) => figures.rowsFound);
    const chargesExpected = sum(({ figures }) => figures.chargesExpected);
    const chargesMade = sum(({ figures }) => figures.chargesMade);
    const lines: Array<[string, number]> = [
        ['runs', reports.length],
        ['containers', sum(({ starts }) => starts)],
        ['kills', sum(({ kills }) => kills)],
        ['faults injected', sum(({ faults }) => faults)],
        ['rows expected', rowsExpected],
        ['rows found', rowsFound],
        ['duplicates', sum(({ figures }) => figures.duplicates)],
        ['missing', sum(({ figures }) => figures.missing)],
        ['charges expected', chargesExpected],
        ['charges made', chargesMade],
        ['rows, difference', sum(({ figures }) => Math.abs(figures.rowsFound - figures.rowsExpected))],
        ['charges, difference', sum(({ figures }) => Math.abs(figures.chargesMade - figures.chargesExpected))],
        ['accounts that disagree', reports.filter(({ problems }) => problems.length > 0).length],
    ];
    return lines.map(([name, value]) => `  ${name.padEnd(24)}${value.toLocaleString('en-US').padStart(10)}`).join('\n');
}

/** The command: `npm run test:chaos -- --runs 200 --seed 1`. Exits 1 on any difference. */
export async function runChaosCommand(args: string[]): Promise<number> {
    const { values } = parseArgs({
        args,
        options: {
            runs: { type: 'string', default: '200' },
            seed: { type: 'string', default: String(Math.floor(Date.now() % 1_000_000)) },
            parallel: { type: 'string', default: '8' },
            verbose: { type: 'boolean', default: false },
        },
    });
    const seed = Number(values.seed);
    console.log(`Seed ${seed}. The same runs again: npm run test:chaos -- --runs ${values.runs} --seed ${seed}`);
    const startedAt = Date.now();
    let done = 0;
    const reports = await playChaos({
        runs: Number(values.runs),
        seed,
        parallel: Number(values.parallel),
        onReport({ scenario, problems, log }) {
            done += 1;
            if (done % 25 === 0) console.log(`${done} runs, ${Math.round((Date.now() - startedAt) / 1000)} s`);
            if (problems.length === 0) return;
            console.log(`\nThe run of seed ${scenario.seed} breaks the law:\n  ${problems.join('\n  ')}`);
            if (values.verbose) console.log(`${JSON.stringify(scenario.disasters)}\n${log}`);
        },
    });
    console.log(
        `\n${describeChaos(reports)}\n  ${'seconds'.padEnd(24)}${String(Math.round((Date.now() - startedAt) / 1000)).padStart(10)}`,
    );
    return reports.some(({ problems }) => problems.length > 0) ? 1 : 0;
}
