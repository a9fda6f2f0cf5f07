import type { BenchLine, BenchOptions } from '../report.ts';
import { startApiProgram, type ApiProgram } from '../programs/api-program.ts';
import { describeSpread, spreadOf, type Spread } from '../statistics.ts';
import type { PageServer } from '../programs/start-page-server.ts';

/** Enough accounts that none exceeds its four requests a second. */
const accountCount = 32;

/**
 * Requests a second over all accounts. At the low rate the processes' idle work and wake-ups, which no request causes,
 * count as much as a request's own; the high one, which two cores keep, is the one with a budget.
 */
const lowRate = 24;
const highRate = 96;
const cpuMeasures = [
    { hasPage: false, perSecond: highRate },
    { hasPage: false, perSecond: lowRate },
    { hasPage: true, perSecond: lowRate },
];
/**
 * A server runs for days. For its first ten thousand requests V8 still compiles more of it, and the first rows of the
 * database are cheaper than the later ones.
 */
const warmUpRounds = 16;
const warmUps = [
    { hasPage: false, perSecond: highRate, seconds: 7 },
    { hasPage: true, perSecond: lowRate, seconds: 1 },
];

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
    lines.push(...(await benchFairness(server.origin, databaseUrl, options)));
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
    // The first version closes connections that are idle for 10 s: no turn is as long.
    const seconds = isQuick ? 5 : 8;
    try {
        const lines: BenchLine[] = [];
        // In turn too: a connection that is closed for being idle is followed by a cold one.
        let round = 0;
        for (; round < warmUpRounds; round += 1) {
            for (const program of programs) {
                for (const warmUp of warmUps) await measureCpu(program, { ...warmUp, round });
            }
        }
        for (const { hasPage, perSecond } of cpuMeasures) {
            const hasBudget = theirs !== null && perSecond === highRate;
            const values = new Map(programs.map((program) => [program, [] as number[]]));
            // In turn, so that what the machine does meanwhile meets both alike.
            for (let run = 0; run < runs; run += 1) {
                round += 1;
                for (const program of programs) {
                    const perRequest = await measureCpu(program, { seconds, perSecond, hasPage, round });
                    values.get(program)?.push(perRequest);
                }
            }
            const spread = (program: ApiProgram | null): Spread => spreadOf((program && values.get(program)) ?? []);
            lines.push({
                what: `API on ${home}: CPU a request with its database, ms, at ${perSecond}/s${hasPage ? ', with the page' : ''}`,
                ours: describeSpread(spread(ours), 2),
                peer: theirs ? describeSpread(spread(theirs), 2) : '',
                ratio: theirs ? spread(ours).median / spread(theirs).median : null,
                budget: hasBudget ? '≤ 0.5' : '',
                isWithin: hasBudget ? spread(ours).median / spread(theirs).median <= 0.5 : null,
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
    { seconds, perSecond, hasPage, round }: { seconds: number; perSecond: number; hasPage: boolean; round: number },
): Promise<number> {
    const before = program.readCpuMs();
    const startedAt = performance.now();
    const asked: Array<Promise<{ status: number }>> = [];
    for (let index = 0; index < seconds * perSecond; index += 1) {
        await waitUntil(startedAt + (index * 1000) / perSecond);
        const name = `${round}-${perSecond}-${hasPage}-${index}`;
        asked.push(
            program.ask({
                account: index,
                handles: [hasPage ? `example-${round * 10_000 + index}` : program.handleWithoutPage(index)],
                ...(index % 2 === 0 ? { idempotencyKey: `bench-${name}` } : {}),
            }),
        );
    }
    const answers = await Promise.all(asked);
    const failed = answers.filter(({ status }) => status !== 200);
    // A machine that others use too may keep a request waiting too long; more than a few would cost less than they should.
    if (failed.length > Math.max(2, answers.length / 50))
        throw new Error(`${failed.length} requests ended in ${failed[0]?.status}`);
    const after = program.readCpuMs();
    return (after.api + after.database - before.api - before.database) / asked.length;
}

/** How a request can end, as what it costs on the wire goes. */
const endings = ['a found profile', 'a replay', 'a refusal (402)', 'a 429 after the first of its second'] as const;
type Wire = { roundTrips: number; statements: number };

async function benchWire(pageOrigin: string, url: string): Promise<BenchLine[]> {
    const ours = await countWire(process.cwd(), { pageOrigin, url });
    const theirs = baseline === null ? null : await countWire(baseline, { pageOrigin, url });
    const most = {
        'a found profile': 2,
        'a replay': 1,
        'a refusal (402)': 1,
        'a 429 after the first of its second': 0,
    };
    const describe = (wire: Wire | undefined) =>
        wire ? `${wire.roundTrips.toFixed(1)} round trips, ${wire.statements.toFixed(1)} statements` : '';
    return endings.map((ending) => ({
        what: `API: what ${ending} asks of the database`,
        ours: describe(ours.get(ending)),
        peer: describe(theirs?.get(ending)),
        ratio: null,
        budget: `≤ ${most[ending]} round trips`,
        isWithin: (ours.get(ending)?.roundTrips ?? Number.NaN) <= most[ending],
    }));
}

/** Per request, the fewest of several rounds: what sweeps every five seconds meets one round or another. */
async function countWire(
    root: string,
    { pageOrigin, url }: { pageOrigin: string; url: string },
): Promise<Map<string, Wire>> {
    const program = await startApiProgram({
        root,
        databaseUrl: url,
        pageOrigin,
        accountCount: 8,
        countsWire: true,
    });
    const fewest = new Map<string, Wire>();
    const perRound = 8;
    const count = async (
        ending: (typeof endings)[number],
        ask: (turn: number) => Promise<{ status: number }>,
        turns = perRound,
    ) => {
        const wire = program.wire ?? { statements: 0, roundTrips: 0 };
        const before = { ...wire };
        const statuses = new Set<number>();
        for (let turn = 0; turn < turns; turn += 1) statuses.add((await ask(turn)).status);
        // Another second has begun in between.
        if (statuses.size > 1) return;
        const roundTrips = (wire.roundTrips - before.roundTrips) / turns;
        const known = fewest.get(ending);
        if (known && known.roundTrips <= roundTrips) return;
        fewest.set(ending, { roundTrips, statements: (wire.statements - before.statements) / turns });
    };
    try {
        // The first of each account writes when its key was used.
        for (let turn = 0; turn < 8; turn += 1) {
            await program.ask({ account: turn, handles: [program.handleWithoutPage(turn)] });
        }
        await program.ask({ account: 'poor', handles: ['example-1'] });
        for (let round = 0; round < 6; round += 1) {
            const name = (turn: number) => `${round * perRound + turn}`;
            const find = (turn: number) =>
                program.ask({
                    account: turn,
                    handles: [`example-${name(turn)}`],
                    idempotencyKey: `wire-${name(turn)}`,
                });
            await waitUntil(performance.now() + 1100);
            await count('a found profile', find);
            await count('a replay', find);
            await count('a refusal (402)', async (turn) => {
                if (turn % 3 === 0) await waitUntil(performance.now() + 1100);
                return program.ask({ account: 'poor', handles: ['example-1'] });
            });
            await waitForNextSecond();
            for (let status = 200; status !== 429;) {
                ({ status } = await program.ask({ account: 0, handles: [program.handleWithoutPage(0)] }));
            }
            // Each is held back for a fifth of a second: no more of them end within the second.
            const turns = 3;
            await count(
                'a 429 after the first of its second',
                () => program.ask({ account: 0, handles: [program.handleWithoutPage(0)] }),
                turns,
            );
        }
        return fewest;
    } finally {
        await program.stop();
    }
}

async function waitForNextSecond(): Promise<void> {
    await waitUntil(performance.now() + 1000 - (Date.now() % 1000) + 5);
}

/**
 * What a well-behaved account waits for its responses, alone and while another one sends as fast as it can on eight
 * connections, two of them with batches; in turn, so that what the machine does meanwhile meets both alike.
 */
async function benchFairness(
    pageOrigin: string,
    url: string | null,
    { runs }: Pick<BenchOptions, 'runs'>,
): Promise<BenchLine[]> {
    const program = await startApiProgram({ root: process.cwd(), databaseUrl: url, pageOrigin, accountCount: 2 });
    const handle = (turn: number) => program.handleWithoutPage(turn);
    const behave = async (): Promise<number[]> => {
        const latencies: number[] = [];
        for (let turn = 0; turn < 15; turn += 1) {
            await waitUntil(performance.now() + 300);
            latencies.push((await program.ask({ account: 0, handles: [handle(turn)] })).ms);
        }
        return latencies;
    };
    const flood = async <T>(work: () => Promise<T>): Promise<T> => {
        const state = { isOver: false };
        const flooding = Array.from({ length: 8 }, async (_, caller) => {
            const handles = Array.from({ length: caller < 2 ? 20 : 1 }, (_unused, index) => handle(index));
            while (!state.isOver) await program.ask({ account: 1, handles });
        });
        try {
            return await work();
        } finally {
            state.isOver = true;
            await Promise.all(flooding);
        }
    };
    try {
        await behave();
        const [alone, beside]: [number[], number[]] = [[], []];
        for (let round = 0; round < runs; round += 1) {
            alone.push(...(await behave()));
            beside.push(...(await flood(behave)));
        }
        const [quiet, loud] = [spreadOf(alone).median, spreadOf(beside).median];
        return [
            {
                what: 'API: median of a well-behaved account, ms, while another one floods it',
                ours: loud.toFixed(1),
                peer: `alone ${quiet.toFixed(1)}`,
                ratio: loud / quiet,
                budget: '≤ 1.2',
                isWithin: loud / quiet <= 1.2,
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
