import { PGlite } from '@electric-sql/pglite';
import { DatabaseError } from '../database-error.ts';
import type { Database } from './database.ts';

/** The log is kept this small, in megabytes: the sweep asks for a checkpoint every minute. */
const logSettings = ['-c', 'max_wal_size=64MB', '-c', 'min_wal_size=32MB'];

/** Statements that give back what deleted rows and the log take up; none of them may run in a transaction. */
const reclaiming = [
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
 * The embedded database in a folder of its own, or in memory; `template` is what a new one begins with. The folder must
 * be locked by the caller: a second process that opens it ruins it. It is not flushed to the disk (`fsync` is off).
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
        query: (sql, parameters) => naming(query(sql, parameters)),
        queryIdempotent: (sql, parameters) => naming(query(sql, parameters)),
        transaction: (work) =>
            naming(
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
            const takeBack = new Error('taken back');
            await naming(
                db.transaction(async (tx) => {
                    await tx.query(`insert into write_probes (padding) values (repeat('x', 7000))`);
                    throw takeBack;
                }),
            ).catch((error: unknown) => {
                if (error !== takeBack) throw error;
            });
        },
        async reclaim() {
            for (const statement of reclaiming) await db.exec(statement);
        },
        countConnections: () => null,
        close: () => db.close(),
    };
}

/** Names a disk that is full; every other error stays what it is. */
async function naming<T>(work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw (error as { code?: unknown } | null)?.code === '53100' ? new DatabaseError('not_writable', error) : error;
    }
}
