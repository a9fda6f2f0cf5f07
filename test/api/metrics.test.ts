import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createMetrics, serveMetrics, type Metrics, type MetricsSources } from '../../src/api/metrics.ts';
import type { RequestLogEntry } from '../../src/api/request-context.ts';
import { buildUnasked } from '../../src/enrichment/enrich-profile.ts';

const entry: RequestLogEntry = {
    time: '2026-03-01T12:00:00.000Z',
    request_id: 'req_1',
    route: 'enrich',
    tenant: 'ten_canary',
    mode: 'live',
    status: 200,
    code: null,
    duration_ms: 250,
    upstream_ms: 200,
    attempts: 2,
    urls: 1,
    credits_used: 1,
};

const sources: MetricsSources = {
    countConnections: () => ({ total: 3, idle: 2, waiting: 1 }),
    countUrls: () => ({ atWork: 4, waiting: 5 }),
    listPauses: () => [{ source: 'public-page', pausedMs: 1500 }],
};

const canary = { handle: 'canary', canonicalUrl: 'https://www.linkedin.com/in/canary/' };
const lookup = { ...buildUnasked(canary, 'public-page', { status: 'not_found' }), attempts: 2 };

async function readLines(metrics: Metrics): Promise<string[]> {
    return (await metrics.render()).split('\n');
}

describe('the metrics', () => {
    it('count requests by route, status and code, their time with and without the sources, and credits', async () => {
        const metrics = createMetrics(sources);
        metrics.recordRequest(entry);
        metrics.recordRequest({ ...entry, status: 429, code: 'rate_limit_exceeded', upstream_ms: 0, credits_used: 0 });
        expect(await readLines(metrics)).toEqual(
            expect.arrayContaining([
                'api_requests_total{route="enrich",status="200",code="none"} 1',
                'api_requests_total{route="enrich",status="429",code="rate_limit_exceeded"} 1',
                'api_request_duration_seconds_sum{route="enrich"} 0.5',
                'api_request_own_duration_seconds_sum{route="enrich"} 0.3',
                'api_credits_used_total 1',
            ]),
        );
    });

    it('count lookups and attempts by source, and companies, by outcome', async () => {
        const metrics = createMetrics(sources);
        metrics.recordLookup({ ...lookup, durationMs: 1500 });
        const outcome = { status: 'error', code: 'upstream_timeout', cause: 'timeout', message: '' } as const;
        metrics.recordLookup({ ...lookup, outcome });
        metrics.recordCompany('refused');
        expect(await readLines(metrics)).toEqual(
            expect.arrayContaining([
                'api_lookups_total{source="public-page",outcome="not_found"} 1',
                'api_lookups_total{source="public-page",outcome="upstream_timeout"} 1',
                'api_lookup_duration_seconds_sum{source="public-page"} 1.5',
                'api_attempts_total{source="public-page"} 4',
                'api_companies_total{outcome="refused"} 1',
            ]),
        );
    });

    it('show URLs in progress, pauses, connections and the event loop as they are when asked', async () => {
        const lines = await readLines(createMetrics(sources));
        expect(lines).toEqual(
            expect.arrayContaining([
                'api_urls{state="at_work"} 4',
                'api_urls{state="waiting"} 5',
                'api_source_paused_seconds{source="public-page"} 1.5',
                'api_database_connections{state="total"} 3',
                'api_database_connections{state="waiting"} 1',
                expect.stringMatching(/^nodejs_eventloop_lag_p99_seconds /),
            ]),
        );
        const embedded = await readLines(createMetrics({ ...sources, countConnections: () => null }));
        expect(embedded.filter((line) => line.startsWith('api_database_connections{'))).toEqual([]);
    });

    it('name no account and no person', async () => {
        const metrics = createMetrics(sources);
        metrics.recordRequest(entry);
        metrics.recordLookup(lookup);
        expect(await metrics.render()).not.toMatch(/canary|req_1/);
    });
});

describe('the port of the metrics', () => {
    it('serves only /metrics, and is free again once it is closed', async () => {
        const metrics = createMetrics(sources);
        const { origin, close } = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
        try {
            const response = await fetch(`${origin}/metrics?from=a`);
            expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
            expect(await response.text()).toContain('api_credits_used_total 0');
            expect((await fetch(`${origin}/`)).status).toBe(404);
            expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(404);
        } finally {
            await close();
        }
        await expect(fetch(`${origin}/metrics`)).rejects.toThrow('fetch failed');
    });

    it('is named if it is in use', async () => {
        const other = createServer();
        await new Promise<void>((resolve) => {
            other.listen(0, '127.0.0.1', resolve);
        });
        const { port } = other.address() as AddressInfo;
        await expect(serveMetrics(createMetrics(sources), { host: '127.0.0.1', port })).rejects.toThrow(
            `The metrics cannot be served on 127.0.0.1:${port}: `,
        );
        other.close();
    });
});
