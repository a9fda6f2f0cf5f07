import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/accounts/database.ts';
import { createKey, hashApiKey } from '../../../src/accounts/keys.ts';
import { migrate } from '../../../src/accounts/migrations.ts';
import { reserveRequest, settleRequest } from '../../../src/accounts/request-ledger.ts';
import { sweep } from '../../../src/accounts/erasure.ts';
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

    it('runs no statement inside an open transaction of another caller', async () => {
        await db.query('create table notes (text text)');
        let release = (): void => {};
        const isOver = new Promise<void>((resolve) => {
            release = resolve;
        });
        const undone = db.transaction(async (tx) => {
            await tx.query(`insert into notes values ('taken back')`);
            await isOver;
            throw new Error('taken back');
        });
        const kept = db.queryIdempotent('insert into notes values ($1)', ['kept']);
        release();
        await expect(undone).rejects.toThrow('taken back');
        await kept;
        expect(await db.query('select text from notes')).toEqual([{ text: 'kept' }]);
    });

    it('recovers from statements that fail to parse or to run', async () => {
        const divide = (by: number) => db.queryIdempotent('select 6 / $1::integer as quotient', [by]);
        for (let round = 0; round < 2; round += 1) {
            await expect(db.queryIdempotent('select no_such_column')).rejects.toMatchObject({ code: '42703' });
            await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
            expect(await divide(3)).toEqual([{ quotient: 2 }]);
        }
    });

    it('passes text parameters and text arrays unchanged', async () => {
        const texts = ['', ' ', 'null', '"', '\\', `it's, {curly}`, 'żółć 🙂'];
        const [row] = await db.queryIdempotent('select $1::text[] as texts, $2::text as none, $3::boolean as yes', [
            texts,
            null,
            true,
        ]);
        expect(row).toEqual({ texts, none: null, yes: true });
    });

    it('passes the check if it is writable, and the check leaves no rows', async () => {
        await db.check();
        expect(await db.query('select 1 from write_probes')).toEqual([]);
    });
});
