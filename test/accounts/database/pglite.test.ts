import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/accounts/database/database.ts';
import { createKey, hashApiKey } from '../../../src/accounts/keys.ts';
import { migrate } from '../../../src/accounts/migrations.ts';
import { reserveRequest, settleRequest } from '../../../src/accounts/request-ledger.ts';
import { sweep } from '../../../src/accounts/sweep.ts';
import { changePlan, createTenant } from '../../../src/accounts/tenants.ts';
import { takeDatabaseClock, type DatabaseClock } from '../../helpers/databases/database-clock.ts';
import { openMemoryDatabase } from '../../helpers/databases/open-memory-database.ts';

let db: Database;
let clock: DatabaseClock;
beforeAll(async () => {
    db = await openMemoryDatabase();
    await migrate(db);
    clock = await takeDatabaseClock(db);
});
afterAll(() => db.close());

describe('the embedded database', () => {
    it('frees the space of expired data in tables and log', async () => {
        const { tenant_id: tenantId } = await createTenant(db, { name: 'x', credits: 10_000, now: Date.now() });
        await changePlan(db, tenantId, { maxRequestsPerSecond: 1000, maxUrlsPerRequest: null });
        const keyHash = hashApiKey((await createKey(db, { tenantId, mode: 'live', now: Date.now() }))?.key ?? '');
        const body = 'x'.repeat(20_000);
        let requests = 0;

        /** Many requests, swept after all of them have expired. */
        async function work(): Promise<number> {
            for (let index = 0; index < 200; index += 1) {
                requests += 1;
                const requestId = `req_${requests}`;
                const work = { urls: 1, people: ['ada'], route: 'r', idempotencyKey: requestId, bodyHash: 'h' };
                await reserveRequest(db, { requestId, keyHash, busyAccounts: [], work });
                const response = { status: 200, body };
                await settleRequest(db, {
                    requestId,
                    creditsUsed: 1,
                    people: ['ada'],
                    idempotencyKey: requestId,
                    response,
                });
            }
            await clock.step(25 * 60 * 60 * 1000);
            await sweep(db);
            await db.reclaim();
            const [size] = await db.query<{ bytes: number }>(
                `select pg_total_relation_size('reservations') + pg_total_relation_size('idempotency_keys') as bytes`,
            );
            return size?.bytes ?? Number.NaN;
        }

        const first = await work();
        for (let round = 0; round < 4; round += 1) expect(await work()).toBeLessThanOrEqual(first * 1.5);
        const [log] = await db.query<{ bytes: number }>('select sum(size)::bigint as bytes from pg_ls_waldir()');
        expect(log?.bytes).toBeLessThanOrEqual(80 * 2 ** 20);
    }, 60_000);

    it('passes the check if it is writable, and the check leaves no rows', async () => {
        await db.check();
        expect(await db.query('select 1 from write_probes')).toEqual([]);
    });
});
