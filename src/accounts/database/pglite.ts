import { PGlite } from '@electric-sql/pglite';
import { DatabaseError } from '../database-error.ts';
import type { Database } from './database.ts';

/** The maximum size of the log; `reclaim` makes a checkpoint every minute. */
const logSettings = ['-c', 'max_wal_size=64MB', '-c', 'min_wal_size=32MB'];

/** Statements that free the space of deleted rows and of the log. They cannot run in a transaction. */
const reclaimStatements = [
    'vacuum reservations',
    'vacuum idempotency_keys',
    'vacuum rate_windows',
    'vacuum usage_days',
    'vacuum provider_lookups',
    'vacuum tenants',
    'vacuum write_probes',
    'checkpoint',
];

/**
 * The embedded database in a folder, or in memory; a new one is a copy of `template`. The caller must lock the folder: a
 * second process that opens it corrupts it. It is not flushed to disk (`fsync` is off).
 */
export async function openPGlite({ folder, template }: { folder?: string; template?: Blob }): Promise<Database> {
    const db = await PGlite.create({
        ...(folder === undefined ? {} : { dataDir: folder }),
        ...(template ? { loadDataDir: template } : {}),
        startParams: [...PGlite.defaultStartParams, ...logSettings],
    });

    async function query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
        return (await db.query<Row>(sql, [...parameters])).rows;
    }

    return {
        query: (sql, parameters) => wrapDiskFull(query(sql, parameters)),
        queryIdempotent: (sql, parameters) => wrapDiskFull(query(sql, parameters)),
        transaction: (work) =>
            wrapDiskFull(
                db.transaction((tx) =>
                    work({
                        async query<Row>(sql: string, parameters: readonly unknown[] = []) {
                            return (await tx.query<Row>(sql, [...parameters])).rows;
                        },
                        async script(sql) {
                            await tx.exec(sql);
                        },
                    }),
                ),
            ),
        async check() {
            const rollBack = new Error('rolled back');
            await wrapDiskFull(
                db.transaction(async (tx) => {
                    await tx.query(`insert into write_probes (padding) values (repeat('x', 7000))`);
                    throw rollBack;
                }),
            ).catch((error: unknown) => {
                if (error !== rollBack) throw error;
            });
        },
        async reclaim() {
            for (const statement of reclaimStatements) await db.exec(statement);
        },
        countConnections: () => null,
        close: () => db.close(),
    };
}

/** Wraps a full disk in a `DatabaseError`; other errors are unchanged. */
async function wrapDiskFull<T>(work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw (error as { code?: unknown } | null)?.code === '53100' ? new DatabaseError('not_writable', error) : error;
    }
}
