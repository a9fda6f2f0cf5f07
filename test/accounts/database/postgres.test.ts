import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts } from '../../../src/accounts/database/open-accounts.ts';
import { openPostgres } from '../../../src/accounts/database/postgres.ts';
import { classifyPostgresError } from '../../../src/accounts/database/postgres-errors.ts';
import { DatabaseError } from '../../../src/accounts/database.ts';
import { createKey, hashApiKey } from '../../../src/accounts/keys.ts';
import { migrate } from '../../../src/accounts/migrations.ts';
import { reserveRequest, settleRequest } from '../../../src/accounts/request-ledger.ts';
import { createTenant } from '../../../src/accounts/tenants.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import {
    hasPostgresPrograms,
    postgresProgramsHint,
    PostgresServer,
    startFloatingAddress,
} from '../../helpers/databases/postgres-server.ts';
import { hasPostgres, postgresHint, onServer, openFreshPostgres } from '../../helpers/databases/test-databases.ts';

describe('an error of PostgreSQL', () => {
    it.each([
        [{ code: '25006' }, { kind: 'not_writable', hadNoEffect: true }],
        [{ code: '53100' }, { kind: 'not_writable', hadNoEffect: true }],
        [{ code: '40001' }, { kind: 'overloaded', hadNoEffect: true }],
        [{ code: '53300' }, { kind: 'overloaded', hadNoEffect: true }],
        [{ code: '57P01' }, { kind: 'unreachable', hadNoEffect: true }],
        [{ code: '57P02' }, { kind: 'unreachable', hadNoEffect: false }],
        [{ code: '08P01' }, { kind: 'unreachable', hadNoEffect: false }],
        [{ code: 'ECONNREFUSED' }, { kind: 'unreachable', hadNoEffect: true }],
        [{ code: 'ECONNRESET' }, { kind: 'unreachable', hadNoEffect: false }],
        [{ code: '23505' }, null],
        [{}, null],
    ])('%j means %j', (properties, expected) => {
        expect(classifyPostgresError(Object.assign(new Error('x'), properties))).toEqual(expected);
    });

    it('without a code is recognised by the message of the driver', () => {
        // Messages of the pinned version; this test fails if an update changes them.
        const sources = ['pg/lib/client.js', 'pg-pool/index.js'].map((path) =>
            readFileSync(join('node_modules', path), 'utf8'),
        );
        for (const words of [
            'timeout exceeded when trying to connect',
            'Connection terminated due to connection timeout',
            'Query read timeout',
            'Connection terminated unexpectedly',
            'Client has encountered a connection error and is not queryable',
        ]) {
            expect(sources.join('\n')).toContain(`'${words}'`);
            expect(classifyPostgresError(new Error(words))).not.toBeNull();
        }
    });
});

it('names the server that cannot be reached', async () => {
    const db = openPostgres('postgresql://ada:secret@127.0.0.1:1/accounts', { clock: quick });
    const failure = await db.query('select 1').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseError);
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('127.0.0.1:1') });
    await expect(db.check()).rejects.toMatchObject({ kind: 'unreachable' });
    await db.close();
});

/** A clock whose sleeps end at once. */
const quick = (() => {
    let elapsed = 0;
    return {
        ...systemClock,
        elapsed: () => elapsed,
        async sleep(delayMs: number) {
            elapsed += delayMs;
        },
    };
})();

describe.skipIf(!hasPostgres)(`a PostgreSQL database${hasPostgres ? '' : ` (${postgresHint})`}`, () => {
    it.each(['LATIN1', 'EUC_JP'])('with encoding %s is refused with one sentence', async (encoding) => {
        const test = await openFreshPostgres({
            options: `encoding '${encoding}' lc_collate 'C' lc_ctype 'C' template template0`,
        });
        try {
            await expect(openAccounts({ databaseUrl: test.url }, systemClock)).rejects.toThrow(
                `The database in DATABASE_URL has the encoding ${encoding}, but the accounts need UTF8. Create another: create database accounts encoding 'UTF8' template template0.`,
            );
        } finally {
            await test.close();
        }
    });

    it('in which the role may not create tables is refused with one sentence', async () => {
        const test = await openFreshPostgres();
        const role = `plain_${new URL(test.url).pathname.slice(1)}`;
        await onServer(`create role ${role} login`);
        try {
            await test.db.query('revoke create on schema public from public');
            const url = new URL(test.url);
            url.username = role;
            await expect(openAccounts({ databaseUrl: url.href }, systemClock)).rejects.toThrow(
                /start once with a role that may create tables/,
            );
        } finally {
            await test.close();
            await onServer(`drop role ${role}`);
        }
    });

    it('without a free connection is overloaded, not unreachable', async () => {
        const test = await openFreshPostgres();
        const db = openPostgres(test.url, { clock: systemClock, poolSize: 1 });
        const holding = db.query('select pg_sleep(5)').catch(() => {});
        await expect(db.check()).rejects.toMatchObject({ kind: 'overloaded' });
        // A statement waits longer and runs once a connection is free.
        expect(await db.query('select 1 as n')).toEqual([{ n: 1 }]);
        await holding;
        await db.close();
        await test.close();
    }, 30_000);

    it('that closes all connections gets the statements again on new ones', async () => {
        const test = await openFreshPostgres();
        await Promise.all(Array.from({ length: 5 }, () => test.db.query('select 1')));
        const name = new URL(test.url).pathname.slice(1);
        await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
        const asked = Array.from({ length: 12 }, () => test.db.queryIdempotent<{ n: number }>('select 1 as n'));
        expect(await Promise.all(asked)).toEqual(Array.from({ length: 12 }, () => [{ n: 1 }]));
        await test.close();
    });
});

describe.skipIf(!hasPostgresPrograms)(`a switchover${hasPostgresPrograms ? '' : ` (${postgresProgramsHint})`}`, () => {
    it('is waited for, and connections to the demoted server are not used again', async () => {
        const primary = await PostgresServer.start();
        const standby = await PostgresServer.start({ primary });
        const address = await startFloatingAddress(primary);
        const db = openPostgres(primary.url('postgres', address.port), { clock: systemClock });
        try {
            await migrate(db);
            await Promise.all(Array.from({ length: 5 }, () => db.query('select 1')));
            await primary.makeReadOnly();
            await expect(db.check()).rejects.toMatchObject({ kind: 'not_writable' });
            const add = db.queryIdempotent(
                `insert into suppressed_profiles values ('ada', now()) on conflict do nothing`,
            );
            await standby.promote();
            address.turnTo(standby);
            await add;
            await db.check();
            const read = Array.from({ length: 5 }, () => db.query('select 1 from suppressed_profiles'));
            expect(await Promise.all(read)).toEqual(Array.from({ length: 5 }, () => [expect.anything()]));
            expect(await primary.query('select 1 from suppressed_profiles')).toEqual([]);
        } finally {
            await db.close();
            await Promise.all([address.close(), primary.stop(), standby.stop()]);
        }
    }, 120_000);
});

const pgBouncer = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path));
const hasPgBouncer = pgBouncer !== undefined && hasPostgres && process.getuid?.() === 0;

describe.skipIf(!hasPgBouncer)(
    `PgBouncer in transaction mode${hasPgBouncer ? '' : ' (NOT RUN: needs root, Debian’s `pgbouncer` and PostgreSQL)'}`,
    () => {
        let folder: string;
        let bouncer: ChildProcess;
        const port = 20_000 + (process.pid % 10_000);
        let test: Awaited<ReturnType<typeof openFreshPostgres>>;

        beforeAll(async () => {
            test = await openFreshPostgres();
            const { port: serverPort, username } = new URL(test.url);
            folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
            const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
            const user = { uid: id('-u'), gid: id('-g') };
            chownSync(folder, user.uid, user.gid);
            writeFileSync(
                join(folder, 'pgbouncer.ini'),
                `[databases]
* = host=127.0.0.1 port=${serverPort} user=${username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
`,
            );
            bouncer = spawn(pgBouncer ?? '', [join(folder, 'pgbouncer.ini')], { stdio: 'ignore', ...user });
            while (!(await canConnect(port))) await systemClock.sleep(50);
        });
        afterAll(async () => {
            bouncer.kill();
            await test.close();
            await rm(folder, { recursive: true, force: true });
        });

        it('supports every statement of the accounts on any connection', async () => {
            const url = new URL(test.url);
            url.port = String(port);
            const accounts = await openAccounts({ databaseUrl: url.href, poolSize: 8 }, systemClock);
            if (!accounts) throw new Error('a server has no lock');
            const { db } = accounts;
            const settled = await Promise.all(
                Array.from({ length: 24 }, async (_, index) => {
                    const now = Date.now();
                    const { tenant_id: tenantId } = await createTenant(db, { name: `t${index}`, credits: 1, now });
                    const key = (await createKey(db, { tenantId, mode: 'live', now }))?.key ?? '';
                    const requestId = `req_${index}`;
                    const idempotencyKey = `k${index}`;
                    const work = { urls: 1, people: ['ada'], route: 'enrich', idempotencyKey, bodyHash: 'hash' };
                    await reserveRequest(db, { requestId, keyHash: hashApiKey(key), busyAccounts: [], work });
                    const response = { status: 200, body: '{}' };
                    return settleRequest(db, { requestId, creditsUsed: 1, people: ['ada'], idempotencyKey, response });
                }),
            );
            expect(settled).toEqual(Array.from({ length: 24 }, () => ({ kind: 'settled', balance: 0 })));
            await db.check();
            await accounts.close();
        }, 60_000);
    },
);

function canConnect(port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => {
            socket.destroy();
            resolve(true);
        });
        socket.once('error', () => resolve(false));
    });
}
