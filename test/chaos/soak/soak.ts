import { mkdtemp, rm } from 'node:fs/promises';
import { request as startRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../../../src/runtime/clock.ts';
import { startSandboxSite, type SandboxSite } from '../../../src/sources/sandbox/sandbox-site.ts';
import { startLocalProxy } from '../../helpers/sites/local-proxy.ts';
import { createSeededRandom } from '../../platform/local/seeded-random.ts';
import { probeEnv, sampleAtRest, settleMs, type Watched } from './at-rest.ts';
import { describeChaos, playChaos } from '../chaos.ts';
import { startChaosProvider } from '../chaos-provider.ts';
import { startFlood, type Flood } from './flood.ts';
import { describeSoak, findSoakProblems, type SoakFigures } from './soak-table.ts';
import { besiege, mountSmallDisk, startSoakedApi, type SoakedApi } from './soaked-api.ts';
import { startSoakedStandby } from './soaked-standby.ts';

/** What must stand in no log; the keys of accounts are added. */
const secrets = {
    platformToken: 'local-platform-token',
    providerKey: 'canary-key',
    proxyPassword: 'canary-proxy-password',
    standbyToken: 'canary-standby-token',
};

/** Samples of each process at rest, and the least time between two, in milliseconds. */
const sampleCount = 12;
const leastSampleEveryMs = 20_000;

/** Standby keeps its last thousand responses for replay. */
const standbyCacheBytes = 1000 * 16_000;

/** Runs of the Actor played at the same time. */
const parallelRuns = 3;

/** A proxy that hands everything on to the one site there is. */
function startProxyTo(site: SandboxSite) {
    return startLocalProxy((request, response) => {
        const { pathname } = new URL(request.url ?? '/', site.origin);
        startRequest(`${site.origin}${pathname}`, (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
        })
            .on('error', () => response.destroy())
            .end();
    });
}

/** Soaks Actor and API together for so long. Resolves to the closing table, all that breaks the law, and the logs. */
async function soak({ durationMs, seed }: { durationMs: number; seed: number }) {
    /** Closed last things first, however the soak ends. */
    const opened: Array<() => unknown> = [];
    try {
        return await soakWith(opened, { durationMs, seed });
    } finally {
        for (const close of opened.toReversed()) await close();
    }
}

async function soakWith(opened: Array<() => unknown>, { durationMs, seed }: { durationMs: number; seed: number }) {
    const folder = await mkdtemp(join(tmpdir(), 'soak-'));
    opened.push(() => rm(folder, { recursive: true, force: true }));
    const disk = await mountSmallDisk(join(folder, 'disk'));
    opened.push(() => disk.unmount());
    const site = await startSandboxSite(systemClock);
    opened.push(() => site.close());
    const proxy = await startProxyTo(site);
    opened.push(() => proxy.close());
    const provider = await startChaosProvider();
    opened.push(() => provider.close());

    const apiEnv = {
        PUBLIC_PAGE_ORIGIN: site.origin,
        PROXY_URLS: `http://caller:${secrets.proxyPassword}@${proxy.host}`,
        SOURCES: 'public-page,ai-ark',
        AI_ARK_API_KEY: secrets.providerKey,
        AI_ARK_ORIGIN: provider.originFor('api'),
        PROVIDER_LOOKUPS_PER_DAY: '10000000',
        PROVIDER_LOOKUPS_PER_TENANT_PER_DAY: '10000000',
    };
    const killed = await startSoakedApi(join(disk.folder, 'accounts'), apiEnv);
    opened.push(() => killed.stop());
    const steady = await startSoakedApi(join(folder, 'accounts'), { ...apiEnv, ...probeEnv });
    opened.push(() => steady.stop());
    const standby = await startSoakedStandby({
        pageOrigin: site.origin,
        provider,
        providerKey: secrets.providerKey,
        seed,
        env: probeEnv,
    });
    opened.push(() => standby.stop());

    const flood = (origin: () => string, keys: readonly string[], number: number) =>
        startFlood({ origin, keys, random: createSeededRandom(seed + number) });
    const killedFlood = flood(killed.origin, killed.keys, 1);
    const steadyFlood = flood(steady.origin, steady.keys, 2);
    const standbyFlood = flood(() => standby.origin, Array(2).fill(secrets.standbyToken), 3);
    const floods = [killedFlood, steadyFlood, standbyFlood];
    const watched: Watched[] = [
        { name: 'API', pid: await steady.pid(), log: steady.log, flood: steadyFlood, samples: [], cacheBytes: 0 },
        {
            name: 'Standby',
            pid: standby.pid,
            log: standby.log,
            flood: standbyFlood,
            samples: [],
            cacheBytes: standbyCacheBytes,
        },
    ];

    const over = AbortSignal.timeout(durationMs);
    let actorLogs = '';
    const actor = playChaos({
        runs: Number.POSITIVE_INFINITY,
        seed,
        parallel: parallelRuns,
        env: { TMPDIR: disk.folder },
        isOver: () => over.aborted,
        onReport({ scenario, problems, log }) {
            actorLogs += log;
            if (problems.length > 0) console.log(`The run of seed ${scenario.seed} breaks the law:\n${log}`);
        },
    });
    const siege = besiege(killed, { disk, random: createSeededRandom(seed + 4), signal: over });
    const sampleEveryMs = Math.max(leastSampleEveryMs, durationMs / sampleCount);
    while (!over.aborted) {
        await sleep(sampleEveryMs - settleMs, undefined, { signal: over }).catch(() => {});
        if (!over.aborted) await Promise.all(watched.map(sampleAtRest));
    }
    const [reports, { fullDisks }] = await Promise.all([actor, siege, ...floods.map((flood) => flood.end())]);

    const readAccounts = async (api: SoakedApi, { found }: Flood) =>
        (await api.readAccounts()).map((account, index) => ({ ...account, found: found[index] ?? 0 }));
    const accounts = [...(await readAccounts(killed, killedFlood)), ...(await readAccounts(steady, steadyFlood))];
    await Promise.all([killed.stop(), steady.stop(), standby.stop()]);
    const logs = [actorLogs, standby.log(), killed.log(), steady.log()];
    const apiKeys = Object.fromEntries([...killed.keys, ...steady.keys].map((key, index) => [`apiKey${index}`, key]));
    const figures: SoakFigures = {
        accounts,
        standby: {
            found: standbyFlood.found.reduce((sum, count) => sum + count, 0),
            charged: standby.countCharges(),
        },
        statuses: addUp(floods.map(({ statuses }) => [...statuses])),
        counts: Object.fromEntries(addUp(floods.map(({ counts }) => Object.entries(counts)))) as SoakFigures['counts'],
        unanswered: floods.flatMap(({ unanswered }) => unanswered),
        changed: floods.flatMap(({ changed }) => changed),
        api: { ...killed.counts, endedByItself: killed.counts.endedByItself + steady.counts.endedByItself, fullDisks },
        processes: watched,
        secretsInLogs: Object.entries({ ...secrets, ...apiKeys })
            .filter(([, secret]) => logs.some((log) => log.includes(secret)))
            .map(([name]) => name),
    };
    const broken = reports.flatMap(({ scenario, problems }) =>
        problems.map((problem) => `run of seed ${scenario.seed}: ${problem}`),
    );
    return {
        table: `${describeChaos(reports)}\n${describeSoak(figures)}`,
        problems: [...broken, ...findSoakProblems(figures)],
        logs,
    };
}

/** Sums of the same name. */
function addUp<Name>(lists: ReadonlyArray<ReadonlyArray<readonly [Name, number]>>): Map<Name, number> {
    const sums = new Map<Name, number>();
    for (const [name, value] of lists.flat()) sums.set(name, (sums.get(name) ?? 0) + value);
    return sums;
}

/** The command: `npm run test:chaos -- --soak 10m`. Exits 1 on anything that breaks the law. */
export async function runSoakCommand(args: string[]): Promise<number> {
    const { values } = parseArgs({
        args,
        options: {
            soak: { type: 'string', default: '10m' },
            seed: { type: 'string', default: String(Math.floor(Date.now() % 1_000_000)) },
            verbose: { type: 'boolean', default: false },
        },
    });
    const [, amount = '', unit = ''] = /^(\d+)([smh])$/.exec(values.soak) ?? [];
    const durationMs = Number(amount) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? Number.NaN);
    if (Number.isNaN(durationMs)) {
        console.log('`--soak` takes a time such as 30s, 10m or 2h.');
        return 1;
    }
    // So that the disk is given back.
    process.once('SIGINT', () => process.exit(130));
    console.log(`Seed ${values.seed}, ${values.soak}.`);
    const { table, problems, logs } = await soak({ durationMs, seed: Number(values.seed) });
    if (values.verbose) console.log(logs.join('\n---\n'));
    console.log(`\n${table}`);
    for (const problem of problems) console.log(`\nBreaks the law: ${problem}`);
    return problems.length > 0 ? 1 : 0;
}
