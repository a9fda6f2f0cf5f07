import { createServer } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type GaugeConfiguration } from 'prom-client';
import type { Enrichment } from '../enrichment/enrich-profile.ts';
import type { CompanyStatus } from '../enrichment/result/company.ts';
import type { SourceName } from '../enrichment/result/result.ts';
import type { RequestLogEntry } from './request-context.ts';
import { listen } from './server.ts';

/** Values read when the metrics are requested. */
export type MetricsSources = {
    /** Connections to the accounts database; null if embedded. */
    countConnections: () => { total: number; idle: number; waiting: number } | null;
    /** URLs of all accounts. */
    countUrls: () => { atWork: number; waiting: number };
    /** The remaining pause of each source, in milliseconds. */
    listPauses: () => Array<{ source: SourceName; pausedMs: number }>;
};

export type Metrics = {
    recordRequest(entry: RequestLogEntry): void;
    recordLookup(enrichment: Enrichment): void;
    recordCompany(outcome: 'found' | CompanyStatus): void;
    /** The metrics in Prometheus' text format. */
    render(): Promise<string>;
};

const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 15, 30, 60];

/** Metrics of one API process. Labels are closed lists, without tenants, keys or people. */
export function createMetrics(sources: MetricsSources): Metrics {
    const registry = new Registry();
    const registers = [registry];
    // Event loop, memory, descriptors, CPU.
    collectDefaultMetrics({ register: registry });
    const count = (name: string, help: string, ...labelNames: string[]) =>
        new Counter({ name, help, labelNames, registers });
    const measure = (name: string, help: string, label: string) =>
        new Histogram({ name, help, labelNames: [label], buckets: secondsBuckets, registers });
    const gauge = (configuration: GaugeConfiguration<string>) => new Gauge({ ...configuration, registers });
    const requests = count(
        'api_requests_total',
        'Requests by route, status and error code.',
        'route',
        'status',
        'code',
    );
    const duration = measure('api_request_duration_seconds', 'Time from request to response.', 'route');
    const ownDuration = measure(
        'api_request_own_duration_seconds',
        'The same without the time of sources and, in a batch, without waiting for the rate.',
        'route',
    );
    const lookups = count(
        'api_lookups_total',
        'Profile lookups by source and outcome: success, not_found, or the error code.',
        'source',
        'outcome',
    );
    const companies = count(
        'api_companies_total',
        'Company lookups by outcome: found, not_found, refused, timeout, failed.',
        'outcome',
    );
    const lookupDuration = measure(
        'api_lookup_duration_seconds',
        'Time from the first attempt to the outcome.',
        'source',
    );
    const attempts = count('api_attempts_total', 'Attempts at a source.', 'source');
    const credits = count('api_credits_used_total', 'Credits settled.');
    gauge({
        name: 'api_urls',
        help: 'URLs in progress (at_work), or waiting in a batch.',
        labelNames: ['state'],
        collect() {
            const { atWork, waiting } = sources.countUrls();
            this.set({ state: 'at_work' }, atWork);
            this.set({ state: 'waiting' }, waiting);
        },
    });
    gauge({
        name: 'api_source_paused_seconds',
        help: 'The remaining pause of a source; 0 if it is not paused.',
        labelNames: ['source'],
        collect() {
            for (const { source, pausedMs } of sources.listPauses()) this.set({ source }, pausedMs / 1000);
        },
    });
    gauge({
        name: 'api_database_connections',
        help: 'Database connections: total, idle, and statements waiting for one.',
        labelNames: ['state'],
        collect() {
            for (const [state, count] of Object.entries(sources.countConnections() ?? {})) this.set({ state }, count);
        },
    });

    return {
        recordRequest(entry) {
            const { route } = entry;
            requests.inc({ route, status: String(entry.status), code: entry.code ?? 'none' });
            duration.observe({ route }, entry.duration_ms / 1000);
            ownDuration.observe({ route }, Math.max(0, entry.duration_ms - entry.upstream_ms) / 1000);
            credits.inc(entry.credits_used);
        },
        recordLookup({ source, outcome, durationMs, attempts: made }) {
            lookups.inc({ source, outcome: outcome.status === 'error' ? outcome.code : outcome.status });
            lookupDuration.observe({ source }, durationMs / 1000);
            attempts.inc({ source }, made);
        },
        recordCompany(outcome) {
            companies.inc({ outcome });
        },
        render: () => registry.metrics(),
    };
}

/** Serves the metrics at `/metrics` on a separate port, which need not be public. */
export async function serveMetrics(
    metrics: Metrics,
    { host, port }: { host: string; port: number },
): Promise<{ origin: string; close: () => Promise<void> }> {
    const server = createServer((request, response) => {
        if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
            response.writeHead(404).end();
            return;
        }
        metrics.render().then(
            (text) => response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
            () => response.writeHead(500).end(),
        );
    });
    const origin = await listen(server, host, port).catch((error: Error) => {
        throw new Error(`The metrics cannot be served on ${host}:${port}: ${error.message}.`, { cause: error });
    });
    return {
        origin,
        close: () =>
            new Promise((resolve) => {
                server.close(() => resolve());
                server.closeAllConnections();
            }),
    };
}
