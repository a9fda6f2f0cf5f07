import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../../src/accounts/keys.ts';
import { reservationLeaseMs } from '../../src/accounts/request-ledger.ts';
import { createTenant, readUsage } from '../../src/accounts/tenants.ts';
import { startSandboxSite, type SandboxSite } from '../../src/sources/sandbox/sandbox-site.ts';
import { runApi, type ApiProcess } from '../helpers/run-api.ts';
import { profileUrl } from '../helpers/start-api.ts';
import { hasPostgres, howToHavePostgres, openFreshPostgres, type TestDatabase } from '../helpers/test-databases.ts';

const accountCount = 20;
const callersPerAccount = 10;
const keysPerAccount = 24;
/** Fewer than there are profiles to find, so that every second account runs dry. */
const poorCredits = 6;
const richCredits = 100;
const stormMs = 12_000;

type Account = { tenantId: string; key: string; credits: number };
type Seen = { account: Account; key: string; status: number; resetAt: number; body: string };

/** What each Idempotency-Key asks for: mostly people to find, and some of every other ending. */
function handleOf(key: number): string {
    return ['example', 'example', 'example', 'not-found', 'flaky', 'error'][key % 6] + `-${key}`;
}

describe.skipIf(!hasPostgres)(`two processes on one database${hasPostgres ? '' : ` (${howToHavePostgres})`}`, () => {
    let test: TestDatabase;
    let site: SandboxSite;
    let processes: ApiProcess[];
    const accounts: Account[] = [];
    const seen: Seen[] = [];

    const everStarted: ApiProcess[] = [];
    const startProcess = async () => {
        const api = await runApi({ DATABASE_URL: test.url, PUBLIC_PAGE_ORIGIN: site.origin });
        everStarted.push(api);
        return api;
    };

    beforeAll(async () => {
        test = await openFreshPostgres();
        site = await startSandboxSite();
        processes = await Promise.all([startProcess(), startProcess()]);
    }, 60_000);
    afterAll(async () => {
        await Promise.all(processes.map((api) => api.stop()));
        await site.close();
        await test.close();
    }, 60_000);

    /** One caller: asks with keys that others use too, waits when told to, goes to the other process when one is gone. */
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
                    resetAt: Number(response.headers.get('x-ratelimit-reset')),
                    body: await response.text(),
                });
                await wait(Number(response.headers.get('retry-after') ?? 0.02) * 1000);
            } catch {
                // The process was killed in the middle, or is not there yet.
                await wait(200);
            }
        }
    }

    it('loses no credit, doubles no answer and keeps the rate, while one of them is killed again and again', async () => {
        for (let index = 0; index < accountCount; index += 1) {
            const credits = index % 2 === 0 ? poorCredits : richCredits;
            const now = Date.now();
            const { tenant_id: tenantId } = await createTenant(test.db, { name: `t${index}`, credits, now });
            const key = (await createKey(test.db, { tenantId, mode: 'live', now }))?.key ?? '';
            accounts.push({ tenantId, key, credits });
        }
        const until = Date.now() + stormMs;
        const callers = accounts.flatMap((account) =>
            Array.from({ length: callersPerAccount }, (_, caller) => call(account, caller, until)),
        );
        for (const share of [0.25, 0.6]) {
            await wait(until - stormMs * (1 - share) - Date.now());
            await processes[0]?.kill();
            processes[0] = await startProcess();
        }
        await Promise.all(callers);

        const statuses = new Map<number, number>();
        for (const { status } of seen) statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const counted = [...statuses].sort(([one], [other]) => one - other);
        console.log(`answers by status: ${counted.map(([status, count]) => `${status}: ${count}`).join(', ')}`);
        expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 402, 429, 502]));
        // On a machine with no time left a statement may come too late; that is no reason for any other mistake.
        const errors = everStarted.flatMap((api) => api.log().match(/"error":"[^\\]*/g) ?? []);
        expect(errors.filter((error) => !error.includes('timeout'))).toEqual([]);

        // What the killed processes held is given back when their leases run out.
        const later = Date.now() + reservationLeaseMs;
        for (const account of accounts) {
            const usage = await readUsage(test.db, account.tenantId, later);
            expect(usage).toMatchObject({ reserved: 0 });
            expect((usage?.credits ?? -1) + (usage?.used ?? 0)).toBe(account.credits);
            expect(usage?.credits).toBeGreaterThanOrEqual(0);
            const stored = await test.db.query<{ n: number }>(
                `select count(*) as n from idempotency_keys
                 where tenant_id = $1 and answer_status = 200 and answer_body like '%"status":"success"%'`,
                [account.tenantId],
            );
            // One credit for each key that was answered with a profile, also where a kill swallowed the answer.
            expect(usage?.used).toBe(stored[0]?.n);
        }

        const answers = new Map<string, Set<string>>();
        const perSecond = new Map<string, number>();
        for (const { account, key, status, resetAt, body } of seen) {
            if (status === 200) {
                const name = `${account.tenantId} ${key}`;
                answers.set(name, (answers.get(name) ?? new Set()).add(body));
            }
            const second = `${account.tenantId} ${resetAt}`;
            if (status !== 429) perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
        }
        expect(Math.max(...[...answers.values()].map((bodies) => bodies.size))).toBe(1);
        expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(4);
    }, 90_000);
});
