import { createCommandListener } from './accounts/cli/command-socket.ts';
import type { Database } from './accounts/database/database.ts';
import { openAccounts } from './accounts/database/open-accounts.ts';
import { createGatekeeper } from './accounts/gatekeeper.ts';
import { createFirstKey, type FirstKey } from './accounts/keys.ts';
import { sweep } from './accounts/sweep.ts';
import { createApp } from './api/app.ts';
import { createEnricher } from './api/enrich/enricher.ts';
import { createWorkload } from './api/enrich/workload.ts';
import type { RequestLogEntry } from './api/middleware/observe-request.ts';
import { startServer } from './api/server.ts';
import type { Metrics, MetricsSources } from './api/metrics.ts';
import { readApiConfig, type ApiConfig } from './api-config.ts';
import type { ProviderKey } from './actor/input/sources.ts';
import type { SourceName } from './enrichment/result/result.ts';
import type { Source } from './enrichment/source.ts';
import { openSource } from './open-source.ts';
import { systemClock } from './runtime/clock.ts';
import { outliveClosedOutput } from './runtime/closed-output.ts';
import { newRequestId } from './runtime/ids.ts';
import { createProxyUrls } from './sources/public-page/proxy-urls.ts';
import { parseSandboxHandle } from './sources/sandbox/sandbox-handle.ts';

/** How often what is over is cleared away, and the room that it took given back, in milliseconds. */
const sweepEveryMs = 5000;
const reclaimEveryMs = 60_000;

/** What was opened so far, to be closed last things first, however the process ends. */
const opened: Array<() => Promise<unknown>> = [];
outliveClosedOutput();
try {
    await serve();
} catch (error) {
    console.error(error instanceof Error && error.message !== '' ? error.message : String(error));
    process.exitCode = 1;
} finally {
    for (const close of opened.toReversed()) {
        await close().catch((error: unknown) => console.error(`Closing failed: ${describe(error)}`));
    }
}
// A start that failed must not be kept alive by a timer or a socket that somebody forgot.
if (process.exitCode === 1) process.exit();

async function serve(): Promise<void> {
    const config = readApiConfig();
    const accounts = await openAccounts(config.accountsHome, systemClock);
    if (!accounts) {
        throw new Error(
            'Another process holds the accounts in this folder. Stop it, or set DATABASE_URL to share them.',
        );
    }
    opened.push(() => accounts.close());
    const { db, lock, place } = accounts;
    lock?.serve(createCommandListener(db, systemClock));
    const logError = (requestId: string | null, error: unknown) =>
        console.error(
            JSON.stringify({
                time: new Date(systemClock.now()).toISOString(),
                request_id: requestId,
                error: describe(error),
            }),
        );
    const workload = createWorkload();
    const gatekeeper = createGatekeeper(db, { clock: systemClock, lookupLimits: config.lookupLimits });
    const enricher = createEnricher({
        sources: await openSources(config),
        lookups: gatekeeper,
        clock: systemClock,
        random: Math.random,
        onLookup: (lookup) => metrics?.recordLookup(lookup),
        onCompany: (outcome) => metrics?.recordCompany(outcome),
        onBug: (error) => logError(null, error),
        onSourceLost: (message) => console.error(`${message} It is asked again in five minutes.`),
        settings:
            config.sourceMaxRequestsPerSecond === null
                ? {}
                : { maxRequestsPerSecond: config.sourceMaxRequestsPerSecond },
    });
    const metrics = await openMetrics(config, {
        countConnections: () => db.countConnections(),
        countUrls: () => workload.count(),
        listPauses: () => enricher.listPauses(),
    });
    opened.push(async () => enricher.close());
    const logRequest = (entry: RequestLogEntry) => {
        process.stdout.write(`${JSON.stringify(entry)}\n`);
        metrics?.recordRequest(entry);
    };
    const app = createApp({
        gatekeeper,
        enricher,
        workload,
        clock: systemClock,
        isSandboxHandle: ({ handle }) => parseSandboxHandle(handle) !== null,
        newRequestId,
        maxRequestsInFlight: config.maxRequestsInFlight,
        logRequest,
        logError,
    });
    const stop = new AbortController();
    const sweeping = sweepAgainAndAgain(db, stop.signal);
    opened.push(() => {
        stop.abort();
        return sweeping;
    });
    const server = await startServer({
        fetch: app.fetch,
        host: config.host,
        port: config.port,
        clock: systemClock,
        newRequestId,
        logRequest,
        settings: { keepAliveMs: config.keepAliveMs },
    });
    opened.push(() => server.close());

    console.log(`The API is at ${server.origin} (description at ${server.origin}/docs).`);
    console.log(`Accounts: ${place}`);
    for (const line of describeSources(config)) console.log(line);
    // Last of all, so that no start that fails makes a key that nobody is shown.
    printFirstKey(await createFirstKey(db, systemClock.now()));

    await new Promise<void>((resolve) => {
        process.once('SIGTERM', resolve).once('SIGINT', resolve);
    });
    // A second signal ends the process at once: the default, now that nobody listens.
    console.log('Stopping: no new requests, what runs is finished.');
}

async function openSources(config: ApiConfig): Promise<Record<'live' | 'test', Source[]>> {
    const access = { api: null, proxy: config.proxy && createProxyUrls(config.proxy) };
    const open = async (name: SourceName): Promise<Source> => {
        const key = (config.providerKeys as Partial<Record<SourceName, ProviderKey>>)[name] ?? null;
        const source = await openSource(name, { ...access, key }, config);
        opened.push(() => source.close());
        return source;
    };
    const sources: Record<'live' | 'test', Source[]> = { live: [], test: [] };
    for (const name of config.sources) sources.live.push(await open(name));
    // Whatever live keys ask: who tries the API can try a provider behind the page.
    for (const name of ['sandbox', 'sandbox-provider'] as const) sources.test.push(await open(name));
    return sources;
}

function describeSources({ sources, proxy, lookupLimits }: ApiConfig): string[] {
    const { perDay, perTenantAndDay } = lookupLimits;
    const hasProvider = sources.some((name) => name !== 'public-page');
    return [
        ...(hasProvider
            ? [
                  `Live keys ask ${sources.join(', then ')}: at most ${perDay} lookups at providers a day, ${perTenantAndDay} for one account.`,
              ]
            : []),
        ...(sources.includes('public-page') ? [`Pages are fetched ${describeProxies(proxy)}.`] : []),
    ];
}

function describeProxies(proxy: ApiConfig['proxy']): string {
    if (!proxy) return 'from this machine’s own address: LinkedIn refuses it after a few (set PROXY_URLS)';
    if ('urls' in proxy)
        return `through ${proxy.urls.length === 1 ? 'a proxy' : `${proxy.urls.length} proxies`} of your own`;
    return `through Apify Proxy (${[...proxy.groups, proxy.country].filter(Boolean).join(', ') || 'automatic'})`;
}

/** Loads what the metrics need only where they are asked for. */
async function openMetrics(config: ApiConfig, sources: MetricsSources): Promise<Metrics | null> {
    if (config.metricsPort === null) return null;
    const { createMetrics, serveMetrics } = await import('./api/metrics.ts');
    const metrics = createMetrics(sources);
    const { origin, close } = await serveMetrics(metrics, { host: config.host, port: config.metricsPort });
    opened.push(close);
    console.log(`Metrics are at ${origin}/metrics.`);
    return metrics;
}

function printFirstKey(first: FirstKey): void {
    if (first.kind === 'made') console.log(`Your first test key, shown this once: ${first.key}`);
    if (first.kind === 'unused') {
        console.log(`No key was used yet. Make one: npm run accounts -- key create ${first.tenantId} --test`);
    }
}

async function sweepAgainAndAgain(db: Database, signal: AbortSignal): Promise<void> {
    let reclaimAt = systemClock.elapsed() + reclaimEveryMs;
    while (!signal.aborted) {
        try {
            await sweep(db);
            if (systemClock.elapsed() >= reclaimAt) {
                await db.reclaim();
                reclaimAt = systemClock.elapsed() + reclaimEveryMs;
            }
        } catch (error) {
            console.error(`Clearing up failed: ${describe(error)}`);
        }
        await systemClock.sleep(sweepEveryMs, signal).catch(() => {});
    }
}

/** An error for the log, without what was asked for. */
function describe(error: unknown): string {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
