import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/accounts/database/database.ts';
import { openPostgres } from '../../src/accounts/database/postgres.ts';
import { createGatekeeper } from '../../src/accounts/gatekeeper.ts';
import { createFirstKey, hashApiKey } from '../../src/accounts/keys.ts';
import { migrate, migrations } from '../../src/accounts/migrations.ts';
import { reserveRequest } from '../../src/accounts/request-ledger.ts';
import { readUsage } from '../../src/accounts/usage.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import {
    databaseHomes,
    hasPostgres,
    howToHavePostgres,
    onServer,
    openFreshPostgres,
    type TestDatabase,
} from '../helpers/databases/test-databases.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

/** A database as the first version left it: an account, a key, a stored answer, and two requests under way. */
async function makeFirstVersion(db: Database, keyHash: string): Promise<void> {
    await db.transaction(async (tx) => {
        await tx.script('create table schema_migrations (id integer primary key)');
        await tx.script(migrations[0]?.sql ?? '');
        await tx.query('insert into schema_migrations values (1)');
        await tx.query(`insert into tenants values ('ten_old', 'old', 7, now())`);
        await tx.query(`insert into api_keys values ('key_old', 'ten_old', 'live', $1, now())`, [keyHash]);
        await tx.query(`insert into rate_windows values ('ten_old', '{}')`);
        await tx.query(`insert into reservations values ('req_old', 'ten_old', 2, now() - interval '1 second')`);
        await tx.query(
            `insert into idempotency_keys values
                 ('ten_old', 'r', 'live', 'answered', 'hash', 'req_1', 200, '{"data":{}}', '{}', now() + interval '1 hour'),
                 ('ten_old', 'r', 'live', 'begun', 'hash', 'req_old', null, null, '{}', now() + interval '1 day')`,
        );
        await tx.query(`insert into usage_days values ('ten_old', '2026-03-01', 5, 3)`);
    });
}

for (const { home, isAtHand, open } of databaseHomes) {
    describe.skipIf(!isAtHand)(`migrate on ${home}${isAtHand ? '' : ` (${howToHavePostgres})`}`, () => {
        let test: TestDatabase;
        beforeAll(async () => {
            test = await open();
        });
        afterAll(() => test.close());

        it('brings the accounts of the first version along: keys, credits, use and what was answered', async () => {
            const { db } = test;
            await makeFirstVersion(db, 'hash_of_key');
            await migrate(db);
            expect(await readUsage(db, 'ten_old')).toMatchObject({ credits: 9, reserved: 0, used: 3 });
            const reserve = (requestId: string, idempotencyKey: string) =>
                reserveRequest(db, {
                    requestId,
                    keyHash: 'hash_of_key',
                    busyAccounts: [],
                    work: { urls: 1, people: ['a'], route: 'r', idempotencyKey, bodyHash: 'hash' },
                });
            expect(await reserve('req_2', 'answered')).toMatchObject({
                kind: 'replay',
                response: { status: 200, body: '{"data":{}}', balance: null },
            });
            expect(await reserve('req_3', 'begun')).toMatchObject({ kind: 'reserved', rate: { limit: 4 } });
            await db.transaction((tx) => tx.script('delete from idempotency_keys; delete from reservations'));
            await db.transaction((tx) =>
                tx.script('delete from rate_windows; delete from api_keys; delete from usage_days'),
            );
            await db.query('delete from tenants');
        });

        it('can run again and again', async () => {
            await migrate(test.db);
            await migrate(test.db);
            expect(await test.db.query('select count(*) as n from tenants')).toEqual([{ n: 0 }]);
        });

        it('makes the first key once, and says how to make another until one is used', async () => {
            const first = await createFirstKey(test.db, now);
            expect(first).toEqual({ kind: 'made', key: expect.stringMatching(/^atm_test_/) });
            const [tenant] = await test.db.query<{ id: string }>('select id from tenants');
            // It may have been shown to nobody: a start can be killed at any moment.
            expect(await createFirstKey(test.db, now)).toEqual({ kind: 'unused', tenantId: tenant?.id });
            const keyHash = hashApiKey(first.kind === 'made' ? first.key : '');
            await createGatekeeper(test.db, {
                clock: systemClock,
                lookupLimits: { perDay: 0, perTenantAndDay: 0 },
            }).reserve({
                requestId: 'req_x',
                keyHash,
                busyAccounts: [],
                work: null,
            });
            expect(await createFirstKey(test.db, now)).toEqual({ kind: 'in_use' });
        });

        it('refuses accounts that a newer version made', async () => {
            await test.db.query('insert into schema_migrations values (9999)');
            await expect(migrate(test.db)).rejects.toThrow('made by a newer version');
        });
    });
}

describe.skipIf(!hasPostgres)(`a PostgreSQL server${hasPostgres ? '' : ` (${howToHavePostgres})`}`, () => {
    it('gets one schema and one first key from processes that start together', async () => {
        const test = await openFreshPostgres();
        const others = Array.from({ length: 5 }, () => openPostgres(test.url, { clock: systemClock }));
        try {
            const keys = await Promise.all(
                others.map(async (db) => {
                    await migrate(db);
                    return createFirstKey(db, now);
                }),
            );
            expect(keys.filter(({ kind }) => kind === 'made')).toHaveLength(1);
        } finally {
            await Promise.all(others.map((db) => db.close()));
            await test.close();
        }
    });

    it('is worked on by a role that may create nothing, once the schema is there', async () => {
        const test = await openFreshPostgres();
        const role = `plain_${new URL(test.url).pathname.slice(1)}`;
        await onServer(`create role ${role} login`);
        try {
            await migrate(test.db);
            await test.db.transaction((tx) =>
                tx.script(
                    `revoke create on schema public from public;
                     grant select, insert, update, delete on all tables in schema public to ${role}`,
                ),
            );
            const url = new URL(test.url);
            url.username = role;
            const db = openPostgres(url.href, { clock: systemClock });
            await migrate(db);
            expect(await createFirstKey(db, now)).toMatchObject({ kind: 'made' });
            await expect(db.query('create table x ()')).rejects.toThrow('permission denied');
            await db.close();
        } finally {
            await test.close();
            await onServer(`drop role ${role}`);
        }
    });
});
