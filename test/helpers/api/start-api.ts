import { DatabaseError, type Database, type DatabaseErrorKind } from '../../../src/accounts/database.ts';
import { createGatekeeper } from '../../../src/accounts/gatekeeper.ts';
import { createKey } from '../../../src/accounts/keys.ts';
import { migrate } from '../../../src/accounts/migrations.ts';
import { changePlan, createTenant, readUsage } from '../../../src/accounts/tenants.ts';
import { createApp, enrichPath } from '../../../src/api/app.ts';
import { createEnricher } from '../../../src/api/enrich/enricher.ts';
import type { RequestLogEntry } from '../../../src/api/request-context.ts';
import { startServer, type ServerSettings } from '../../../src/api/server.ts';
import type { LookupLimits } from '../../../src/accounts/lookups.ts';
import type { Source } from '../../../src/enrichment/source.ts';
import { createSandboxProvider } from '../../../src/sources/sandbox/sandbox-provider.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { newRequestId } from '../../../src/runtime/ids.ts';
import { createPublicPageSource } from '../../../src/sources/public-page/public-page-source.ts';
import { parseSandboxHandle } from '../../../src/sources/sandbox/sandbox-handle.ts';
import { createSandboxSource, startSandboxSite } from '../../../src/sources/sandbox/sandbox-site.ts';
import { takeDatabaseClock } from '../databases/database-clock.ts';
import { openMemoryDatabase } from '../databases/open-memory-database.ts';

export type ApiResponse = { status: number; headers: Headers; text: string; json: ReturnType<typeof JSON.parse> };

export type Account = { tenantId: string; key: string; testKey: string };

export type StartApiOptions = {
    /** The providers after the page, for live keys. */
    providers?: readonly Source[];
    lookupLimits?: LookupLimits;
    maxRequestsInFlight?: number;
    bodyTimeoutMs?: number;
    settings?: Partial<ServerSettings>;
};

/** The whole API in this process: a real server, an embedded database, and the sandbox instead of LinkedIn. */
export async function startApi(options: StartApiOptions = {}) {
    const database = await openMemoryDatabase();
    await migrate(database);
    const databaseClock = await takeDatabaseClock(database);
    let steppedMs = 0;
    const steppedClock = { ...systemClock, elapsed: () => systemClock.elapsed() + steppedMs };
    const clock = {
        ...databaseClock,
        /** Moves the database clock forward, and with it everything that waits for the next second. */
        async step(durationMs: number) {
            steppedMs += durationMs;
            await databaseClock.step(durationMs);
        },
        async standStill<T>(work: () => Promise<T>) {
            steppedMs += 1000;
            return databaseClock.standStill(work);
        },
    };
    const state: DatabaseState = { failure: null };
    const db = breakable(database, state);
    const site = await startSandboxSite(systemClock);
    const fetched: string[] = [];
    const companiesFetched: string[] = [];
    const live = await createPublicPageSource({ origin: site.origin, proxy: null, clock: systemClock });
    const page: Source = {
        ...live,
        fetchProfile(request) {
            fetched.push(request.handle);
            return live.fetchProfile(request);
        },
        async fetchCompany(request) {
            companiesFetched.push(request.path);
            return (await live.fetchCompany?.(request)) ?? { kind: 'not_found' };
        },
    };
    const sandbox = await createSandboxSource(systemClock);
    const sources = { live: [page, ...(options.providers ?? [])], test: [sandbox, createSandboxProvider()] };
    const { lookupLimits = { perDay: 1000, perTenantAndDay: 100 } } = options;
    const gatekeeper = createGatekeeper(db, { clock: steppedClock, lookupLimits });
    // No waits between attempts.
    const enricher = createEnricher({ sources, lookups: gatekeeper, clock: steppedClock, random: () => 0 });
    const log: RequestLogEntry[] = [];
    const errors: unknown[] = [];
    const app = createApp({
        gatekeeper,
        enricher,
        clock: systemClock,
        isSandboxHandle: ({ handle }) => parseSandboxHandle(handle) !== null,
        newRequestId,
        maxRequestsInFlight: options.maxRequestsInFlight ?? 500,
        ...(options.bodyTimeoutMs === undefined ? {} : { bodyTimeoutMs: options.bodyTimeoutMs }),
        logRequest: (entry) => log.push(entry),
        logError: (_, error) => errors.push(error),
    });
    const server = await startServer({
        fetch: app.fetch,
        host: '127.0.0.1',
        port: 0,
        clock: systemClock,
        newRequestId,
        logRequest: (entry) => log.push(entry),
        // Connections of tests stay open until the server stops.
        settings: { graceMs: 0, ...options.settings },
    });

    async function send(path: string, init: RequestInit = {}): Promise<ApiResponse> {
        const response = await fetch(`${server.origin}${path}`, init);
        const text = await response.text();
        const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
        return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
    }

    return {
        ...server,
        /** The clock of the database. */
        clock,
        db: database,
        /** Makes the database fail and recover. */
        state,
        /** The handles requested from LinkedIn by live keys. */
        fetched,
        /** The paths of companies requested from LinkedIn by live keys. */
        companiesFetched,
        log,
        errors,
        send,
        /** Posts a body as JSON, or a string unchanged. Each call starts a new clock second by default. */
        async post(
            body: unknown,
            key: string | null,
            { headers = {}, isSameSecond = false }: { headers?: Record<string, string>; isSameSecond?: boolean } = {},
        ) {
            if (!isSameSecond) await clock.step(1000);
            return send(enrichPath, {
                method: 'POST',
                body: typeof body === 'string' || body instanceof ArrayBuffer ? body : JSON.stringify(body),
                headers: {
                    'Content-Type': 'application/json',
                    ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
                    ...headers,
                },
            });
        },
        async createAccount(credits = 10, plan: { rate?: number; urls?: number } = {}): Promise<Account> {
            const now = Date.now();
            const { tenant_id: tenantId } = await createTenant(database, { name: 'test', credits, now });
            await changePlan(database, tenantId, {
                maxRequestsPerSecond: plan.rate ?? null,
                maxUrlsPerRequest: plan.urls ?? null,
            });
            const made = await createKey(database, { tenantId, mode: 'live', now });
            const madeForTests = await createKey(database, { tenantId, mode: 'test', now });
            return { tenantId, key: made?.key ?? '', testKey: madeForTests?.key ?? '' };
        },
        async usage({ tenantId }: Account) {
            const { credits, reserved, used } = (await readUsage(database, tenantId)) ?? {};
            return { credits, reserved, used };
        },
        async stop() {
            await server.close();
            enricher.close();
            await Promise.all([live.close(), sandbox.close(), site.close()]);
            await database.close();
        },
    };
}

export type RunningApi = Awaited<ReturnType<typeof startApi>>;

/** The URL of a sandbox handle. */
export function profileUrl(handle: string): string {
    return `https://www.linkedin.com/in/${handle}/`;
}

type DatabaseState = { failure: DatabaseErrorKind | null };

function breakable(db: Database, state: DatabaseState): Database {
    const check = () => {
        if (state.failure !== null) throw new DatabaseError(state.failure, new Error('connection refused'));
    };
    return {
        ...db,
        async query(sql, parameters) {
            check();
            return db.query(sql, parameters);
        },
        async queryIdempotent(sql, parameters) {
            check();
            return db.queryIdempotent(sql, parameters);
        },
        async transaction(work) {
            check();
            return db.transaction(work);
        },
        async check() {
            check();
            await db.check();
        },
    };
}
