import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/accounts/database.ts';
import { openPostgres } from '../../src/accounts/database/postgres.ts';
import { createGatekeeper } from '../../src/accounts/gatekeeper.ts';
import { createFirstKey, hashApiKey } from '../../src/accounts/keys.ts';
import { migrate, migrations } from '../../src/accounts/migrations.ts';
import { reserveRequest } from '../../src/accounts/request-ledger.ts';
import { readUsage } from '../../src/accounts/tenants.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import {
    hasPostgres,
    postgresHint,
    onServer,
    openFreshPostgres,
    describeOnDatabases,
} from '../helpers/databases/test-databases.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

/** A database of version 0.1: an account, a key, a stored response, and two requests in progress. */
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

describeOnDatabases('migrate', (test) => {
    it('keeps keys, credits, usage and stored responses of the first version', async () => {
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

    it('can be repeated', async () => {
        await migrate(test.db);
        await migrate(test.db);
        expect(await test.db.query('select count(*) as n from tenants')).toEqual([{ n: 0 }]);
    });

    it('creates the first key once, and reports unused accounts until a key is used', async () => {
        const first = await createFirstKey(test.db, now);
        expect(first).toEqual({ kind: 'created', key: expect.stringMatching(/^atm_test_/) });
        const [tenant] = await test.db.query<{ id: string }>('select id from tenants');
        // The key may have been lost: a start can be killed at any moment.
        expect(await createFirstKey(test.db, now)).toEqual({ kind: 'unused', tenantId: tenant?.id });
        const keyHash = hashApiKey(first.kind === 'created' ? first.key : '');
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

    it('refuses accounts of a newer version', async () => {
        await test.db.query('insert into schema_migrations values (9999)');
        await expect(migrate(test.db)).rejects.toThrow('created by a newer version');
    });
});

describe.skipIf(!hasPostgres)(`a PostgreSQL server${hasPostgres ? '' : ` (${postgresHint})`}`, () => {
    it('gets one schema and one first key from concurrent starts', async () => {
        const test = await openFreshPostgres();
        const others = Array.from({ length: 5 }, () => openPostgres(test.url, { clock: systemClock }));
        try {
            const keys = await Promise.all(
                others.map(async (db) => {
                    await migrate(db);
                    return createFirstKey(db, now);
                }),
            );
            expect(keys.filter(({ kind }) => kind === 'created')).toHaveLength(1);
        } finally {
            await Promise.all(others.map((db) => db.close()));
            await test.close();
        }
    });

    it('works with a role that may not create tables once the schema exists', async () => {
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
            expect(await createFirstKey(db, now)).toMatchObject({ kind: 'created' });
            await expect(db.query('create table x ()')).rejects.toThrow('permission denied');
            await db.close();
        } finally {
            await test.close();
            await onServer(`drop role ${role}`);
        }
    });
});
