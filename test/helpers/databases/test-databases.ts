import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../../../src/accounts/database.ts';
import { openPostgres } from '../../../src/accounts/database/postgres.ts';
import { migrate } from '../../../src/accounts/migrations.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { takeDatabaseClock, type DatabaseClock } from './database-clock.ts';
import { openMemoryDatabase } from './open-memory-database.ts';

const serverUrl = process.env['DATABASE_URL'] ?? '';

/** Whether a PostgreSQL server is available to the tests. */
export const hasPostgres = serverUrl !== '';

/** Part of the title of skipped tests, so that they are noticed. */
export const postgresHint =
    'NOT RUN: needs PostgreSQL. Run `.ci/with-postgres npm test`, or set DATABASE_URL to a server whose user may create databases';

if (!hasPostgres && process.env['VITEST_POOL_ID'] === '1') {
    process.stderr.write(`\n!!! Tests on PostgreSQL are skipped. ${postgresHint}.\n\n`);
}

export type TestDatabase = { db: Database; url: string; close(): Promise<void> };

/** The databases on which the accounts must behave the same. */
const databaseHomes: Array<{ home: string; isAvailable: boolean; open: () => Promise<TestDatabase> }> = [
    { home: 'PGlite', isAvailable: true, open: openMemory },
    { home: 'PostgreSQL', isAvailable: hasPostgres, open: openFreshPostgres },
    {
        home: 'PostgreSQL with serializable isolation',
        isAvailable: hasPostgres,
        open: () => openFreshPostgres({ isolation: 'serializable' }),
    },
];

/** Runs tests on each of the databases, which is empty before the first test. */
export function describeOnDatabases(title: string, define: (test: Pick<TestDatabase, 'db'>) => void): void {
    for (const { home, isAvailable, open } of databaseHomes) {
        describe.skipIf(!isAvailable)(`${title} on ${home}${isAvailable ? '' : ` (${postgresHint})`}`, () => {
            // Filled before the tests run.
            const test = {} as TestDatabase;
            beforeAll(async () => {
                Object.assign(test, await open());
            });
            afterAll(() => test.close());
            define(test);
        });
    }
}

/** Runs tests on each of the databases, with the schema and a clock. */
export function describeOnAccounts(
    title: string,
    define: (test: { db: Database; clock: DatabaseClock }) => void,
): void {
    describeOnDatabases(title, (test) => {
        const accounts = {} as { db: Database; clock: DatabaseClock };
        beforeAll(async () => {
            await migrate(test.db);
            Object.assign(accounts, { db: test.db, clock: await takeDatabaseClock(test.db) });
        });
        define(accounts);
    });
}

async function openMemory(): Promise<TestDatabase> {
    const db = await openMemoryDatabase();
    return { db, url: '', close: () => db.close() };
}

/** A new database on the server, dropped by `close`. */
export async function openFreshPostgres({
    isolation = 'read committed',
    options = '',
}: { isolation?: string; options?: string } = {}): Promise<TestDatabase> {
    const name = `test_${randomBytes(6).toString('hex')}`;
    await onServer(`create database ${name} ${options}`);
    await onServer(`alter database ${name} set default_transaction_isolation = '${isolation}'`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    const db = openPostgres(url.href, { clock: systemClock });
    return {
        db,
        url: url.href,
        async close() {
            await db.close();
            await onServer(`drop database ${name} with (force)`);
        },
    };
}

/** Runs a statement on the default database of the server. */
export async function onServer(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
        await client.query(sql);
    } finally {
        await client.end();
    }
}
