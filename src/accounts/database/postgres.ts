import pg from 'pg';
import type { Clock } from '../../enrichment/clock.ts';
import type { Database, Queryable } from './database.ts';
import { classifyPostgresError, wrapPostgresError } from './postgres-errors.ts';

/** No statement here needs a tenth of this, in milliseconds; waiting longer means that the server is gone or stuck. */
const statementTimeoutMs = 3000;

/** How long a statement waits for a connection, in milliseconds: for a new one, or for one that becomes free. */
const connectionTimeoutMs = 2000;

/** For how long what a server refuses for now is sent again, in milliseconds: a switchover takes a few seconds. */
const patienceMs = 4000;
const firstPauseMs = 25;
const longestPauseMs = 400;

/** After this many seconds a connection makes room for a new one, which asks anew where the server is. */
const connectionLifetimeSecs = 300;

/** Stated by every transaction, and within it alone: a pooler refuses what it does not know of a connection's start. */
const beginTransaction = `begin isolation level read committed;
set local statement_timeout = ${statementTimeoutMs};
set local idle_in_transaction_session_timeout = ${statementTimeoutMs}`;

export type PostgresOptions = { clock: Clock; poolSize?: number };

/**
 * A PostgreSQL server, shared by as many API processes as there are. Connects when first asked, and again when cut off.
 * Works through PgBouncer in transaction mode: no state of a connection and no named statement is used.
 */
export function openPostgres(connectionString: string, { clock, poolSize = 10 }: PostgresOptions): Database {
    let pool = openPool();
    /** Whether the last write was refused: then only a write tells that all is well again. */
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
                // node-postgres would hand an `int8` over as a string; ours are far below where numbers lose digits.
                getTypeParser: (oid, format) =>
                    oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
            },
        });
        // An idle connection that is cut off is no failure: the pool makes a new one for the next statement.
        opened.on('error', () => {});
        return opened;
    }

    /**
     * A server that refuses to write was demoted. It goes on reading, and what it reads is old: none of its connections
     * is used again. The pool itself throws away the one on which a statement failed.
     */
    function leaveServer(left: pg.Pool): void {
        if (left !== pool) return;
        pool = openPool();
        left.end().catch(() => {});
    }

    async function query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
        return (await pool.query(sql, [...parameters])).rows as Row[];
    }

    async function withPatience<T>(isIdempotent: boolean, work: () => Promise<T>): Promise<T> {
        const giveUpAt = clock.elapsed() + patienceMs;
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
                // Not the same pause for everybody: two who were in each other's way must not meet again.
                await clock.sleep(pauseMs * (0.5 + Math.random()));
            }
        }
    }

    async function transaction<T>(
        work: (tx: Queryable & { script(sql: string): Promise<void> }) => Promise<T>,
    ): Promise<T> {
        const client = await pool.connect();
        // A connection that breaks between two statements would otherwise be an unhandled event.
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
        query: (sql, parameters) => withPatience(false, () => query(sql, parameters)),
        queryIdempotent: (sql, parameters) => withPatience(true, () => query(sql, parameters)),
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
                if (wasWriteRefused) await probeWrite();
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

    /** Writes what needs a new page of its table, and takes it back. */
    async function probeWrite(): Promise<void> {
        const takeBack = new Error('taken back');
        await transaction(async (tx) => {
            await tx.query(`insert into write_probes (padding) values (repeat('x', 7000))`);
            throw takeBack;
        }).catch((error: unknown) => {
            if (error !== takeBack) throw error;
        });
    }
}
