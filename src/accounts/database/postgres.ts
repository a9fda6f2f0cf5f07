import pg from 'pg';
import type { Clock } from '../../enrichment/clock.ts';
import type { Database, Transaction } from '../database.ts';
import { probeWrite } from '../migrations.ts';
import { classifyPostgresError, wrapPostgresError } from './postgres-errors.ts';

/** In milliseconds, over ten times what any statement needs: beyond it the server is gone or stuck. */
const statementTimeoutMs = 3000;

/** How long a statement waits for a new or a free connection, in milliseconds. */
const connectionTimeoutMs = 2000;

/** How long temporary refusals are retried, in milliseconds: a switchover takes a few seconds. */
const retryTimeoutMs = 4000;
const firstPauseMs = 25;
const longestPauseMs = 400;

/** After this many seconds a connection is replaced, so that the server's name is resolved again. */
const connectionLifetimeSecs = 300;

/** Set in each transaction rather than per connection: a pooler refuses unknown startup parameters. */
const beginTransaction = `begin isolation level read committed;
set local statement_timeout = ${statementTimeoutMs};
set local idle_in_transaction_session_timeout = ${statementTimeoutMs}`;

/**
 * A PostgreSQL server, shared by any number of API processes. Connects with the first statement and reconnects when
 * disconnected. Works through PgBouncer in transaction mode: no session state and no named statements are used.
 */
export function openPostgres(
    connectionString: string,
    { clock, poolSize = 10 }: { clock: Clock; poolSize?: number | undefined },
): Database {
    let pool = openPool();
    /** Whether the last write was refused: then only a successful write shows that the server has recovered. */
    let wasWriteRefused = false;

    function openPool(): pg.Pool {
        const opened = new pg.Pool({
            connectionString,
            max: poolSize,
            connectionTimeoutMillis: connectionTimeoutMs,
            query_timeout: statementTimeoutMs,
            maxLifetimeSeconds: connectionLifetimeSecs,
            idleTimeoutMillis: 30_000,
            keepAlive: true,
            allowExitOnIdle: true,
            types: {
                // node-postgres returns `int8` as a string; these values are far below the limit of safe integers.
                getTypeParser: (oid, format) =>
                    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
            },
        });
        // A lost idle connection is not a failure: the pool opens a new one for the next statement.
        opened.on('error', () => {});
        return opened;
    }

    /**
     * Closes all connections to a server that refuses writes: it was demoted, and its reads may be stale. The pool
     * itself discards only the connection on which a statement failed.
     */
    function leaveServer(left: pg.Pool): void {
        if (left !== pool) return;
        pool = openPool();
        left.end().catch(() => {});
    }

    async function query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
        return (await pool.query(sql, [...parameters])).rows as Row[];
    }

    async function withRetries<T>(isIdempotent: boolean, work: () => Promise<T>): Promise<T> {
        const giveUpAt = clock.elapsed() + retryTimeoutMs;
        for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
            const used = pool;
            try {
                const result = await work();
                if (isIdempotent) wasWriteRefused = false;
                return result;
            } catch (error) {
                const failure = classifyPostgresError(error);
                if (failure?.kind === 'not_writable') {
                    wasWriteRefused = true;
                    leaveServer(used);
                }
                const mayRepeat = failure && (failure.hadNoEffect || isIdempotent);
                if (!mayRepeat || clock.elapsed() + pauseMs >= giveUpAt) throw wrapPostgresError(error);
                // Jitter: two conflicting processes must not collide again.
                await clock.sleep(pauseMs * (0.5 + Math.random()));
            }
        }
    }

    async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
        const client = await pool.connect();
        // Without a listener, a connection that breaks between two statements would be an unhandled event.
        const ignore = () => {};
        client.on('error', ignore);
        let isBroken = true;
        try {
            await client.query(beginTransaction);
            const result = await work({
                async query<Row>(sql: string, parameters: readonly unknown[] = []) {
                    return (await client.query(sql, [...parameters])).rows as Row[];
                },
                async script(sql) {
                    await client.query(sql);
                },
            });
            await client.query('commit');
            isBroken = false;
            return result;
        } catch (error) {
            const hasRolledBack = await client.query('rollback').then(
                () => true,
                () => false,
            );
            isBroken = !hasRolledBack || classifyPostgresError(error) !== null;
            throw error;
        } finally {
            client.off('error', ignore);
            client.release(isBroken);
        }
    }

    return {
        query: (sql, parameters) => withRetries(false, () => query(sql, parameters)),
        queryIdempotent: (sql, parameters) => withRetries(true, () => query(sql, parameters)),
        transaction: (work) => {
            const used = pool;
            return transaction(work).catch((error: unknown) => {
                if (classifyPostgresError(error)?.kind === 'not_writable') leaveServer(used);
                throw wrapPostgresError(error);
            });
        },
        async check() {
            const used = pool;
            try {
                const [row] = await query<{ is_read_only: boolean }>(
                    `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as is_read_only`,
                );
                if (row?.is_read_only) throw Object.assign(new Error('it is read-only'), { code: '25006' });
                if (wasWriteRefused) await probeWrite(transaction);
                wasWriteRefused = false;
            } catch (error) {
                if (classifyPostgresError(error)?.kind === 'not_writable') leaveServer(used);
                throw wrapPostgresError(error);
            }
        },
        reclaim: async () => {},
        countConnections: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
        close: () => pool.end(),
    };
}

const examples =
    'postgresql://user:password@host:5432/accounts, or postgresql://user@/accounts?host=/run/postgresql for a socket';

/**
 * Validates `DATABASE_URL`. Throws a sentence for the user that never quotes the address, which may hold a password.
 */
export function checkPostgresAddress(address: string): void {
    const mistake = findMistake(address);
    if (mistake !== null) throw new Error(`The environment variable DATABASE_URL ${mistake}`);
}

function findMistake(address: string): string | null {
    if (!/^(?:postgres(?:ql)?:\/\/|socket:\/)/.test(address))
        return `must be a PostgreSQL address such as ${examples}.`;
    const [, rest = ''] = address.split(/:\/\/(.*)/s);
    // Everything up to the last @ is user and password, whatever it contains.
    const credentials = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
    if (/[/?#[\]\s]/.test(credentials) || /%(?![0-9a-f]{2})/i.test(credentials)) {
        return 'has a character in its user or password that must be encoded: write # as %23, / as %2F, ? as %3F, @ as %40, [ as %5B, % as %25 and a space as %20.';
    }
    const [host = ''] = rest.slice(credentials === '' ? 0 : credentials.length + 1).split(/[/?#]/);
    const [hostInQuery = ''] = /[?&]host=([^&#]*)/.exec(rest)?.slice(1) ?? [];
    if (host.includes(',') || hostInQuery.includes(',')) {
        return `names several hosts. Use one: the primary, or a name that always leads to it. Such as ${examples}.`;
    }
    if (address.includes('#')) return 'has a #. In a name or a password, write it as %23.';
    try {
        describePostgres(address);
        return null;
    } catch {
        return `cannot be parsed. It must be a PostgreSQL address such as ${examples}.`;
    }
}

/** Host, port and database of a PostgreSQL address, for the log: never its user or password. */
export function describePostgres(address: string): string {
    const { host, port, database } = new pg.Client({ connectionString: address });
    if (Number.isNaN(port)) throw new Error('the port is not a number');
    const place = host.startsWith('/') ? `in the socket folder ${host}, port ${port}` : `at ${host}:${port}`;
    return `PostgreSQL ${place}, database ${database ?? 'of the user'}`;
}
