import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Database } from '../../../src/accounts/database/database.ts';
import { openPostgres } from '../../../src/accounts/database/postgres.ts';
import { systemClock } from '../../../src/runtime/clock.ts';
import { openMemoryDatabase } from './open-memory-database.ts';

const serverUrl = process.env['DATABASE_URL'] ?? '';

/** Whether a PostgreSQL server is at hand for the tests that need one. */
export const hasPostgres = serverUrl !== '';

/** What to do when it is not, in the name of the test that is left out so that nobody overlooks it. */
export const howToHavePostgres =
    'NOT RUN: needs PostgreSQL. Run `.ci/with-postgres npm test`, or set DATABASE_URL to a server whose user may create databases';

if (!hasPostgres && process.env['VITEST_POOL_ID'] === '1') {
    process.stderr.write(`\n!!! Tests on PostgreSQL are skipped. ${howToHavePostgres}.\n\n`);
}

export type TestDatabase = { db: Database; url: string; close(): Promise<void> };

/** The homes that the accounts must behave the same in. */
export const databaseHomes: Array<{ home: string; isAtHand: boolean; open: () => Promise<TestDatabase> }> = [
    { home: 'PGlite', isAtHand: true, open: openMemory },
    { home: 'PostgreSQL', isAtHand: hasPostgres, open: openFreshPostgres },
    {
        home: 'PostgreSQL that is set to serializable',
        isAtHand: hasPostgres,
        open: () => openFreshPostgres({ isolation: 'serializable' }),
    },
];

async function openMemory(): Promise<TestDatabase> {
    const db = await openMemoryDatabase();
    return { db, url: '', close: () => db.close() };
}

/** A database of its own on the server, dropped at the end. */
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

/** Runs a statement on the server's own database. */
export async function onServer(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
        await client.query(sql);
    } finally {
        await client.end();
    }
}
