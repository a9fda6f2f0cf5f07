import { parse, PGlite, protocol, types } from '@electric-sql/pglite';
import pLimit from 'p-limit';
import { DatabaseError, type Database } from '../database.ts';
import { probeWrite } from '../migrations.ts';

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

    /** `execProtocolStream` bypasses PGlite's own mutex, so all calls go through this queue. */
    const queue = pLimit(1);
    /** Names of prepared statements, by their SQL. */
    const prepared = new Map<string, string>();

    async function query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
        return (await db.query<Row>(sql, [...parameters])).rows;
    }

    /** Runs a prepared statement in one protocol message; `PGlite.query` sends six per statement. */
    async function queryPrepared<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
        const statement = prepared.get(sql) ?? (await prepare(sql));
        const values = parameters.map(serializeParameter);
        const messages = await db.execProtocolStream(
            Buffer.concat([protocol.serialize.bind({ statement, values }), ...runBound]),
        );
        return parse.parseResults(messages, db.parsers)[0]?.rows as Row[];
    }

    async function prepare(sql: string): Promise<string> {
        const name = `statement_${prepared.size}`;
        const { serialize } = protocol;
        await db.execProtocolStream(Buffer.concat([serialize.parse({ text: sql, name }), serialize.sync()]));
        prepared.set(sql, name);
        return name;
    }

    const inTurn = <T>(work: () => Promise<T>): Promise<T> => wrapDiskFull(queue(work));

    const transaction: Database['transaction'] = (work) =>
        inTurn(() =>
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
        );

    return {
        query: (sql, parameters) => inTurn(() => query(sql, parameters)),
        queryIdempotent: (sql, parameters) => inTurn(() => queryPrepared(sql, parameters)),
        transaction,
        check: () => probeWrite(transaction),
        async reclaim() {
            for (const statement of reclaimStatements) await queue(() => db.exec(statement));
        },
        countConnections: () => null,
        close: () => queue(() => db.close()),
    };
}

/** Runs a bound statement and closes its implicit transaction. */
const runBound = [
    protocol.serialize.describe({ type: 'P' }),
    protocol.serialize.execute({}),
    protocol.serialize.sync(),
];

/** Formats a parameter as PostgreSQL text: null, a string, a number, a boolean, or an array of strings. */
function serializeParameter(value: unknown): string | null {
    if (value === null || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (Array.isArray(value)) return types.arraySerializer(value, String, types.TEXT);
    throw new TypeError(`a prepared statement takes no ${typeof value}`);
}

/** Wraps a full disk in a `DatabaseError`; other errors are unchanged. */
async function wrapDiskFull<T>(work: Promise<T>): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw (error as { code?: unknown } | null)?.code === '53100' ? new DatabaseError('not_writable', error) : error;
    }
}
