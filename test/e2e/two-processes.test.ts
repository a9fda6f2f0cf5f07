import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/accounts/database/postgres.ts';
import type { Database } from '../../src/accounts/database.ts';
import { createKey } from '../../src/accounts/keys.ts';
import { createTenant, readUsage } from '../../src/accounts/tenants.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { startSandboxSite, type SandboxSite } from '../../src/sources/sandbox/sandbox-site.ts';
import {
    hasPostgresPrograms,
    postgresProgramsHint,
    PostgresServer,
    startFloatingAddress,
} from '../helpers/databases/postgres-server.ts';
import { runApi, type ApiProcess } from '../helpers/api/run-api.ts';
import { profileUrl } from '../helpers/api/start-api.ts';

const accountCount = 100;
const callersPerAccount = 2;
const keysPerAccount = 12;
/** Fewer than the profiles to find, so that every second account runs out. */
const poorCredits = 3;
const richCredits = 100;
const stormMs = 15_000;

type Account = { tenantId: string; key: string; credits: number };
type Seen = { account: Account; key: string; status: number; resetsAt: number; body: string };

/** The URL per Idempotency-Key: mostly profiles to find, and some of every other outcome. */
function handleOf(key: number): string {
    return ['example', 'example', 'example', 'not-found', 'flaky', 'error'][key % 6] + `-${key}`;
}

describe.skipIf(!hasPostgresPrograms)(
    `two processes on one PostgreSQL${hasPostgresPrograms ? '' : ` (${postgresProgramsHint})`}`,
    () => {
        let primary: PostgresServer;
        let standby: PostgresServer;
        let address: Awaited<ReturnType<typeof startFloatingAddress>>;
        let db: Database;
        let site: SandboxSite;
        let processes: ApiProcess[];
        const accounts: Account[] = [];
        const seen: Seen[] = [];

        /** Includes killed processes. */
        const started: ApiProcess[] = [];

        const startProcess = async () => {
            const DATABASE_URL = primary.url('postgres', address.port);
            const api = await runApi({ DATABASE_URL, PUBLIC_PAGE_ORIGIN: site.origin });
            started.push(api);
            return api;
        };

        /** Whether a request met a database outage longer than its own wait, as happens on slow machines. */
        const metNoDatabase = ({ body }: Seen) => {
            const { error } = JSON.parse(body) as { error: { request_id: string } };
            const entries = started.flatMap((api) => api.log().split('\n'));
            return entries.some(
                (entry) => entry.includes(error.request_id) && entry.includes('The accounts database is unreachable'),
            );
        };

        beforeAll(async () => {
            primary = await PostgresServer.start();
            standby = await PostgresServer.start({ primary });
            address = await startFloatingAddress(primary);
            db = openPostgres(primary.url('postgres', address.port), { clock: systemClock });
            site = await startSandboxSite(systemClock);
            processes = await Promise.all([startProcess(), startProcess()]);
        }, 120_000);
        afterAll(async () => {
            await Promise.all(processes.map((api) => api.stop()));
            await db.close();
            await Promise.all([site.close(), address.close(), primary.stop(), standby.stop()]);
        }, 60_000);

        /**
         * A caller: shares keys with others, waits when told to, and switches to the other process when one is gone.
         */
        async function call(account: Account, caller: number, until: number): Promise<void> {
            for (let turn = caller; Date.now() < until; turn += 1) {
                const key = (turn * 7 + caller) % keysPerAccount;
                const origin = processes[turn % 2]?.origin ?? '';
                try {
                    const response = await fetch(`${origin}/v1/linkedin-profile-enrichment/enrich`, {
                        method: 'POST',
                        headers: { Authorization: `Bearer ${account.key}`, 'Idempotency-Key': `k${key}` },
                        body: JSON.stringify({ url: profileUrl(handleOf(key)) }),
                    });
                    seen.push({
                        account,
                        key: `k${key}`,
                        status: response.status,
                        resetsAt: Number(response.headers.get('x-ratelimit-reset')),
                        body: await response.text(),
                    });
                    await wait(Number(response.headers.get('retry-after') ?? 0.3) * 1000);
                } catch {
                    // The process was killed meanwhile, or has not started yet.
                    await wait(200);
                }
            }
        }

        /** The primary becomes read-only, the standby takes over, and only new connections reach it. */
        async function switchOver(): Promise<void> {
            await primary.makeReadOnly();
            const [end] = await primary.query<{ lsn: string }>('select pg_current_wal_flush_lsn() as lsn');
            await expect
                .poll(async () => {
                    const sql = `select pg_last_wal_replay_lsn() >= '${end?.lsn}' as is_there`;
                    return (await standby.query<{ is_there: boolean }>(sql))[0]?.is_there;
                })
                .toBe(true);
            await standby.promote();
            address.turnTo(standby);
        }

        it('loses no credit, duplicates no response, keeps the rate and fails no request during a kill, a database switchover and a crash', async () => {
            for (let index = 0; index < accountCount; index += 1) {
                const credits = index % 2 === 0 ? poorCredits : richCredits;
                const now = Date.now();
                const { tenant_id: tenantId } = await createTenant(db, { name: `t${index}`, credits, now });
                const key = (await createKey(db, { tenantId, mode: 'live', now }))?.key ?? '';
                accounts.push({ tenantId, key, credits });
            }
            const startedAt = Date.now();
            const callers = accounts.flatMap((account) =>
                Array.from({ length: callersPerAccount }, (_, caller) => call(account, caller, startedAt + stormMs)),
            );
            const at = (share: number) => wait(Math.max(0, startedAt + stormMs * share - Date.now()));
            await at(0.2);
            await processes[0]?.kill();
            processes[0] = await startProcess();
            await at(0.4);
            await switchOver();
            await at(0.65);
            await standby.crash();
            await standby.restart();
            await at(0.8);
            await processes[0]?.kill();
            processes[0] = await startProcess();
            await Promise.all(callers);

            const statuses = new Map<number, number>();
            for (const { status } of seen) statuses.set(status, (statuses.get(status) ?? 0) + 1);
            const counted = [...statuses].sort(([one], [other]) => one - other);
            console.log(`responses by status: ${counted.map(([status, count]) => `${status}: ${count}`).join(', ')}`);
            expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 402]));
            expect(seen.filter((one) => one.status === 500 && !metNoDatabase(one))).toEqual([]);

            // A connection from before the switchover leads to the demoted server.
            await db.close();
            db = openPostgres(standby.url(), { clock: systemClock });
            // Reservations of killed processes are released when their lease expires.
            await expect
                .poll(async () => (await db.query('select 1 from reservations where settled_credits is null')).length, {
                    timeout: 30_000,
                    interval: 500,
                })
                .toBe(0);
            for (const account of accounts) {
                const usage = await readUsage(db, account.tenantId);
                expect(usage).toMatchObject({ reserved: 0 });
                expect((usage?.credits ?? -1) + (usage?.used ?? 0)).toBe(account.credits);
                expect(usage?.credits).toBeGreaterThanOrEqual(0);
                const stored = await db.query<{ n: number }>(
                    `select count(*) as n from idempotency_keys
                     where tenant_id = $1 and response_status = 200 and response_body like '%"status":"success"%'`,
                    [account.tenantId],
                );
                // One credit per key answered with a profile, even where a kill lost the response.
                expect(usage?.used).toBe(stored[0]?.n);
                // Every delivered response is stored, whatever crashed since.
                const told = seen.filter((one) => one.account === account && one.body.includes('"status":"success"'));
                expect(stored[0]?.n).toBeGreaterThanOrEqual(new Set(told.map(({ key }) => key)).size);
            }

            const responses = new Map<string, Set<string>>();
            const perSecond = new Map<string, number>();
            for (const { account, key, status, resetsAt, body } of seen) {
                if (status === 200) {
                    const name = `${account.tenantId} ${key}`;
                    responses.set(name, (responses.get(name) ?? new Set()).add(body));
                }
                const second = `${account.tenantId} ${resetsAt}`;
                if (status !== 429 && status !== 503) perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
            }
            expect(Math.max(...[...responses.values()].map((bodies) => bodies.size))).toBe(1);
            expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(4);
        }, 120_000);
    },
);
