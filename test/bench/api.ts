import type { BenchLine, BenchOptions } from './report.ts';
import { startApiProgram, type ApiProgram } from './api-program.ts';
import { describeSpread, spreadOf, type Spread } from './statistics.ts';
import type { PageServer } from './start-page-server.ts';

/** Enough accounts that none comes near its four requests a second. */
const accountCount = 24;
const requestsPerAccountAndSecond = 3;

/**
 * A built copy of another version, side by side with this one: `git worktree add ../first <commit>`, `npm ci` and
 * `npm run build` there, and its folder here. Without it, ours alone.
 */
const baseline = process.env['BENCH_BASELINE'] ?? null;
const databaseUrl = process.env['DATABASE_URL'] ?? null;

/** What the API costs without the page, on both homes; what goes over the wire; and what one account does to another. */
export async function benchApi(server: PageServer, options: BenchOptions): Promise<BenchLine[]> {
    await server.order({ pageBytes: 300 * 1024, latencyMs: 0, maxPerSecond: null });
    if (databaseUrl === null) console.log('  without PostgreSQL: run `.ci/with-postgres npm run bench -- api`');
    const lines: BenchLine[] = [];
    for (const url of databaseUrl === null ? [null] : [databaseUrl, null]) {
        lines.push(...(await benchCost(server.origin, url, options)));
    }
    if (databaseUrl !== null) lines.push(...(await benchWire(server.origin, databaseUrl)));
    lines.push(...(await benchFairness(server.origin, databaseUrl)));
    return lines;
}

async function benchCost(
    pageOrigin: string,
    url: string | null,
    { isQuick, runs }: BenchOptions,
): Promise<BenchLine[]> {
    const home = url === null ? 'embedded' : 'PostgreSQL';
    const shared = { databaseUrl: url, pageOrigin, accountCount };
    const ours = await startApiProgram({ ...shared, root: process.cwd() });
    const theirs = baseline === null ? null : await startApiProgram({ ...shared, root: baseline });
    const programs = theirs ? [ours, theirs] : [ours];
    const seconds = isQuick ? 5 : 12;
    try {
        const lines: BenchLine[] = [];
        for (const hasPage of [false, true]) {
            const values = new Map(programs.map((program) => [program, [] as number[]]));
            // In turn, so that what the machine does meanwhile meets both alike; the first of each warms up.
            for (let round = 0; round <= runs; round += 1) {
                for (const program of programs) {
                    const perRequest = await measureCpu(program, { seconds, hasPage, round });
                    if (round > 0) values.get(program)?.push(perRequest);
                }
            }
            const spread = (program: ApiProgram | null): Spread => spreadOf((program && values.get(program)) ?? []);
            lines.push({
                what: `API on ${home}: CPU a request with its database, ms${hasPage ? ', with the page' : ''}`,
                ours: describeSpread(spread(ours), 2),
                peer: theirs ? describeSpread(spread(theirs), 2) : '',
                ratio: theirs ? spread(ours).median / spread(theirs).median : null,
                budget: hasPage || !theirs ? '' : '≤ 0.5',
                isWithin: hasPage || !theirs ? null : spread(ours).median / spread(theirs).median <= 0.5,
            });
        }
        return lines;
    } finally {
        for (const program of programs) await program.stop();
    }
}

/** Milliseconds of CPU a request, at a steady rate below every account's. Every second one has an Idempotency-Key. */
async function measureCpu(
    program: ApiProgram,
    { seconds, hasPage, round }: { seconds: number; hasPage: boolean; round: number },
): Promise<number> {
    const perSecond = program.accountCount * requestsPerAccountAndSecond;
    const before = program.readCpuMs();
    const startedAt = performance.now();
    const asked: Array<Promise<number>> = [];
    for (let index = 0; index < seconds * perSecond; index += 1) {
        await waitUntil(startedAt + (index * 1000) / perSecond);
        const name = `${round}-${hasPage}-${index}`;
        asked.push(
            program.ask({
                account: index,
                handle: hasPage ? `example-${round * 10_000 + index}` : program.handleWithoutPage(index),
                ...(index % 2 === 0 ? { idempotencyKey: `bench-${name}` } : {}),
            }),
        );
    }
    await Promise.all(asked);
    const after = program.readCpuMs();
    return (after.api + after.database - before.api - before.database) / asked.length;
}

async function benchWire(pageOrigin: string, url: string): Promise<BenchLine[]> {
    const count = async (root: string): Promise<{ statements: number; roundTrips: number }> => {
        const program = await startApiProgram({
            root,
            databaseUrl: url,
            pageOrigin,
            accountCount: 8,
            countsWire: true,
        });
        try {
            const requests = 80;
            // The first of each account writes when its key was used.
            for (let index = 0; index < 16; index += 1) {
                await waitUntil(performance.now() + 60);
                await program.ask({ account: index, handle: program.handleWithoutPage(index) });
            }
            const before = { ...(program.wire ?? { statements: 0, roundTrips: 0 }) };
            for (let index = 0; index < requests; index += 1) {
                await waitUntil(performance.now() + 60);
                await program.ask({ account: index, handle: `example-${index}`, idempotencyKey: `wire-${index}` });
            }
            const after = program.wire ?? { statements: 0, roundTrips: 0 };
            return {
                statements: (after.statements - before.statements) / requests,
                roundTrips: (after.roundTrips - before.roundTrips) / requests,
            };
        } finally {
            await program.stop();
        }
    };
    const ours = await count(process.cwd());
    const theirs = baseline === null ? null : await count(baseline);
    // What sweeps every five seconds is counted along: some hundredths of a statement a request.
    return (['roundTrips', 'statements'] as const).map((what) => ({
        what: `API: ${what === 'roundTrips' ? 'round trips to the database' : 'statements'} a found profile, sweeps included`,
        ours: ours[what].toFixed(2),
        peer: theirs ? theirs[what].toFixed(2) : '',
        ratio: null,
        budget: what === 'roundTrips' ? '2 and the sweeps' : '',
        isWithin: what === 'roundTrips' ? ours[what] < 2.5 : null,
    }));
}

/** What a well-behaved account waits for its responses while another one sends as fast as it can, batches among it. */
async function benchFairness(pageOrigin: string, url: string | null): Promise<BenchLine[]> {
    const program = await startApiProgram({ root: process.cwd(), databaseUrl: url, pageOrigin, accountCount: 2 });
    const behave = async (requests: number) => {
        const latencies: number[] = [];
        for (let index = 0; index < requests; index += 1) {
            await waitUntil(performance.now() + 300);
            latencies.push(await program.ask({ account: 0, handle: program.handleWithoutPage(index) }));
        }
        return spreadOf(latencies).median;
    };
    try {
        await behave(10);
        const alone = await behave(30);
        const state = { isOver: false };
        const abuse = Array.from({ length: 8 }, async (_, caller) => {
            for (let turn = 0; !state.isOver; turn += 1) {
                await program.ask({ account: 1, handle: program.handleWithoutPage(turn + caller) });
            }
        });
        const beside = await behave(30);
        state.isOver = true;
        await Promise.all(abuse);
        return [
            {
                what: 'API: median of a well-behaved account, ms, while another one floods it',
                ours: beside.toFixed(1),
                peer: `alone ${alone.toFixed(1)}`,
                ratio: beside / alone,
                budget: '≤ 1.2',
                isWithin: beside / alone <= 1.2,
            },
        ];
    } finally {
        await program.stop();
    }
}

async function waitUntil(at: number): Promise<void> {
    const leftMs = at - performance.now();
    if (leftMs <= 0) return;
    await new Promise((resolve) => {
        setTimeout(resolve, leftMs);
    });
}
