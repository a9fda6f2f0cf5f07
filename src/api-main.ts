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
import { readApiConfig, type ApiConfig } from './config.ts';
import { systemClock } from './runtime/clock.ts';
import { outliveClosedOutput } from './runtime/closed-output.ts';
import { newRequestId } from './runtime/ids.ts';
import { createPublicPageSource } from './sources/public-page/public-page-source.ts';
import { createProxyUrls } from './sources/public-page/proxy-urls.ts';
import { parseSandboxHandle } from './sources/sandbox/sandbox-handle.ts';
import { createSandboxSource } from './sources/sandbox/sandbox-source.ts';

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
    const live = await createPublicPageSource({
        origin: config.publicPageOrigin,
        proxy: config.proxy && createProxyUrls(config.proxy),
        client: config.httpClient,
        clock: systemClock,
    });
    opened.push(() => live.close());
    const test = await createSandboxSource(systemClock);
    opened.push(() => test.close());
    const workload = createWorkload();
    const enricher = createEnricher({
        sources: { live, test },
        clock: systemClock,
        random: Math.random,
        onLookup: (enrichment) => metrics?.recordLookup(enrichment),
        settings:
            config.sourceMaxRequestsPerSecond === null
                ? {}
                : { maxRequestsPerSecond: config.sourceMaxRequestsPerSecond },
    });
    const metrics = await openMetrics(config, {
        countConnections: () => db.countConnections(),
        countUrls: () => workload.count(),
        pausedMs: () => enricher.pausedMs,
    });
    const logRequest = (entry: RequestLogEntry) => {
        process.stdout.write(`${JSON.stringify(entry)}\n`);
        metrics?.recordRequest(entry);
    };
    const app = createApp({
        gatekeeper: createGatekeeper(db, systemClock),
        enricher,
        workload,
        clock: systemClock,
        isSandboxHandle: ({ handle }) => parseSandboxHandle(handle) !== null,
        newRequestId,
        maxRequestsInFlight: config.maxRequestsInFlight,
        logRequest,
        logError: (requestId, error) =>
            console.error(
                JSON.stringify({
                    time: new Date(systemClock.now()).toISOString(),
                    request_id: requestId,
                    error: describe(error),
                }),
            ),
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
    console.log(`Pages are fetched ${describeProxies(config.proxy)}.`);
    // Last of all, so that no start that fails makes a key that nobody is shown.
    printFirstKey(await createFirstKey(db, systemClock.now()));

    await new Promise<void>((resolve) => {
        process.once('SIGTERM', resolve).once('SIGINT', resolve);
    });
    // A second signal ends the process at once: the default, now that nobody listens.
    console.log('Stopping: no new requests, what runs is finished.');
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
