import { createCommandListener } from './accounts/cli/command-socket.ts';
import type { Database } from './accounts/database.ts';
import { openAccounts, type AccountsHome } from './accounts/database/open-accounts.ts';
import { createGatekeeper } from './accounts/gatekeeper.ts';
import { createFirstKey, type FirstKey } from './accounts/keys.ts';
import { sweep } from './accounts/erasure.ts';
import { createApp } from './api/app.ts';
import { createEnricher } from './api/enrich/enricher.ts';
import { createWorkload } from './api/enrich/workload.ts';
import type { RequestLogEntry } from './api/request-context.ts';
import { startServer } from './api/server.ts';
import type { Metrics, MetricsSources } from './api/metrics.ts';
import { readApiConfig, type ApiConfig } from './api-config.ts';
import type { SourceName } from './enrichment/result/result.ts';
import type { Source } from './enrichment/source.ts';
import { openSource } from './open-source.ts';
import { systemClock } from './runtime/clock.ts';
import { ignoreClosedOutput } from './runtime/errors.ts';
import { newRequestId } from './runtime/ids.ts';
import { createProxyUrls } from './sources/public-page/proxy-urls.ts';
import { parseSandboxHandle } from './sources/sandbox/sandbox-handle.ts';

/** How often expired records are deleted, and their space is reclaimed, in milliseconds. */
const sweepEveryMs = 5000;
const reclaimEveryMs = 60_000;

/** Closed in reverse order when the process ends. */
const opened: Array<() => Promise<unknown>> = [];
ignoreClosedOutput();
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
// A remaining timer or socket must not keep a failed process alive.
if (process.exitCode === 1) process.exit();

async function serve(): Promise<void> {
    const config = readApiConfig();
    const accounts = await openAccounts(config.accountsHome, systemClock);
    if (!accounts) throw new Error(describeHeld(config.accountsHome));
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
        onSourceUnusable: (message) => console.error(`${message} It is retried in five minutes.`),
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
    const sweeping = sweepPeriodically(db, stop.signal);
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
    // Last, so that a failed start never creates a key that is not shown.
    printFirstKey(await createFirstKey(db, systemClock.now()));

    await new Promise<void>((resolve) => {
        process.once('SIGTERM', resolve).once('SIGINT', resolve);
    });
    // A second signal ends the process at once: without a listener that is the default.
    console.log('Stopping: no new requests, those in flight are finished.');
}

function describeHeld(home: AccountsHome): string {
    const place = 'folder' in home ? ` in ${home.folder}` : '';
    return `Another process holds the accounts${place}, most likely an API that runs already. Stop it, name another folder in ACCOUNTS_DIR, or let both share a PostgreSQL server by DATABASE_URL.`;
}

async function openSources(config: ApiConfig): Promise<Record<'live' | 'test', Source[]>> {
    const access = { api: null, proxy: config.proxy && createProxyUrls(config.proxy) };
    const open = async (name: SourceName): Promise<Source> => {
        const source = await openSource(name, { ...access, key: config.providerKeys[name] ?? null }, config);
        opened.push(() => source.close());
        return source;
    };
    const sources: Record<'live' | 'test', Source[]> = { live: [], test: [] };
    for (const name of config.sources) sources.live.push(await open(name));
    // Test keys always have a page and a provider, whatever the sources of live keys.
    for (const name of ['sandbox', 'sandbox-provider'] as const) sources.test.push(await open(name));
    return sources;
}

function describeSources({ sources, proxy, lookupLimits }: ApiConfig): string[] {
    const { perDay, perTenantAndDay } = lookupLimits;
    const hasProvider = sources.some((name) => name !== 'public-page');
    return [
        ...(hasProvider
            ? [
                  `Live keys ask ${sources.join(', then ')}: at most ${perDay} lookups at providers per day, ${perTenantAndDay} per account.`,
              ]
            : []),
        ...(sources.includes('public-page') ? [`Pages are fetched ${describeProxies(proxy)}.`] : []),
    ];
}

function describeProxies(proxy: ApiConfig['proxy']): string {
    if (!proxy) return 'from this machine’s own address, which LinkedIn blocks after a few requests (set PROXY_URLS)';
    if ('urls' in proxy)
        return `through ${proxy.urls.length === 1 ? 'a proxy' : `${proxy.urls.length} proxies`} of your own`;
    return `through Apify Proxy (${[...proxy.groups, proxy.country].filter(Boolean).join(', ') || 'automatic'})`;
}

/** Loads the metrics modules only where a port is set. */
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
    if (first.kind === 'created') console.log(`Your first test key, shown this once: ${first.key}`);
    if (first.kind === 'unused') {
        console.log(`No key has been used yet. Create one: npm run accounts -- key create ${first.tenantId} --test`);
    }
}

async function sweepPeriodically(db: Database, signal: AbortSignal): Promise<void> {
    let reclaimAt = systemClock.elapsed() + reclaimEveryMs;
    while (!signal.aborted) {
        try {
            await sweep(db);
            if (systemClock.elapsed() >= reclaimAt) {
                await db.reclaim();
                reclaimAt = systemClock.elapsed() + reclaimEveryMs;
            }
        } catch (error) {
            console.error(`Deleting expired records failed: ${describe(error)}`);
        }
        await systemClock.sleep(sweepEveryMs, signal).catch(() => {});
    }
}

/** An error for the log, without the profile requested. */
function describe(error: unknown): string {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
