import { ulid } from 'ulid';
import type { Database } from '../../src/accounts/database/database.ts';
import { createGatekeeper } from '../../src/accounts/gatekeeper.ts';
import { createKey } from '../../src/accounts/keys.ts';
import { migrate } from '../../src/accounts/migrate.ts';
import { createTenant, readUsage } from '../../src/accounts/tenants.ts';
import { createApp, enrichPath } from '../../src/api/app.ts';
import { createEnricher } from '../../src/api/enrich/enricher.ts';
import type { RequestLogEntry } from '../../src/api/middleware/log-request.ts';
import { startServer } from '../../src/api/server.ts';
import { createPublicPageSource } from '../../src/sources/public-page/public-page-source.ts';
import { createSandboxSource } from '../../src/sources/sandbox/sandbox-source.ts';
import { startSandboxSite } from '../../src/sources/sandbox/sandbox-site.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { openMemoryDatabase } from './open-memory-database.ts';
import { SteppedClock } from './stepped-clock.ts';

export type ApiAnswer = { status: number; headers: Headers; text: string; json: ReturnType<typeof JSON.parse> };

export type Account = { tenantId: string; key: string; testKey: string };

export type StartApiOptions = {
    maxRequestsInFlight?: number;
    clientPatience?: { headersMs: number; requestMs: number; checkEveryMs: number };
};

/** The whole API in this process: a real server, an embedded database, and a sandbox in LinkedIn's place for live keys. */
export async function startApi(options: StartApiOptions = {}) {
    const clock = new SteppedClock();
    const database = await openMemoryDatabase();
    await migrate(database);
    const state = { isDatabaseGone: false };
    const db = breakable(database, state);
    const site = await startSandboxSite();
    const fetched: string[] = [];
    const live = await createPublicPageSource({ origin: site.origin, proxy: null, clock: systemClock });
    const sources = {
        live: {
            ...live,
            fetchProfile(request: Parameters<typeof live.fetchProfile>[0]) {
                fetched.push(request.handle);
                return live.fetchProfile(request);
            },
        },
        test: await createSandboxSource(systemClock),
    };
    const log: RequestLogEntry[] = [];
    const errors: unknown[] = [];
    const app = createApp({
        gatekeeper: createGatekeeper(db, clock),
        // Nobody waits between attempts.
        enricher: createEnricher({ sources, clock, random: () => 0 }),
        clock,
        newRequestId: () => `req_${ulid()}`,
        maxRequestsInFlight: options.maxRequestsInFlight ?? 500,
        logRequest: (entry) => log.push(entry),
        logError: (_, error) => errors.push(error),
    });
    const server = await startServer({
        fetch: app.fetch,
        host: '127.0.0.1',
        port: 0,
        ...(options.clientPatience ? { clientPatience: options.clientPatience } : {}),
    });

    async function send(path: string, init: RequestInit = {}): Promise<ApiAnswer> {
        const response = await fetch(`${server.origin}${path}`, init);
        const text = await response.text();
        const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
        return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
    }

    return {
        ...server,
        clock,
        db: database,
        /** Turn the database off and on again. */
        state,
        /** The handles that live requests asked LinkedIn for. */
        fetched,
        log,
        errors,
        send,
        /** Posts a body as JSON, or a text as it is. Each call begins a new clock second unless told otherwise. */
        post(
            body: unknown,
            key: string | null,
            { headers = {}, isSameSecond = false }: { headers?: Record<string, string>; isSameSecond?: boolean } = {},
        ) {
            if (!isSameSecond) clock.step(1000);
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
        async createAccount(credits = 10): Promise<Account> {
            const now = clock.now();
            const { tenant_id: tenantId } = await createTenant(database, { name: 'test', credits, now });
            const made = await createKey(database, { tenantId, mode: 'live', now });
            const madeForTests = await createKey(database, { tenantId, mode: 'test', now });
            return { tenantId, key: made?.key ?? '', testKey: madeForTests?.key ?? '' };
        },
        async usage({ tenantId }: Account) {
            const { credits, reserved, used } = (await readUsage(database, tenantId, clock.now())) ?? {};
            return { credits, reserved, used };
        },
        async stop() {
            await server.close();
            await Promise.all([live.close(), sources.test.close(), site.close()]);
            await database.close();
        },
    };
}

export type RunningApi = Awaited<ReturnType<typeof startApi>>;

/** The URL of a sandbox handle. */
export function profileUrl(handle: string): string {
    return `https://www.linkedin.com/in/${handle}/`;
}

function breakable(db: Database, state: { isDatabaseGone: boolean }): Database {
    const check = () => {
        if (state.isDatabaseGone) throw new Error('connection refused');
    };
    return {
        async query(sql, parameters) {
            check();
            return db.query(sql, parameters);
        },
        async transaction(work) {
            check();
            return db.transaction(work);
        },
        close: () => db.close(),
    };
}
