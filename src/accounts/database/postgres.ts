import pg from 'pg';
import type { Database } from './database.ts';

/** No statement here needs a tenth of this; waiting longer means that the server is gone or stuck. */
const statementTimeoutMs = 5000;

/** Where an address of PostgreSQL leads, for the log: never its user or password. */
export function describePostgres(connectionString: string): string {
    const { host, port, database } = new pg.Client({ connectionString });
    const place = host.startsWith('/') ? `in the socket folder ${host}, port ${port}` : `at ${host}:${port}`;
    return `PostgreSQL ${place}, database ${database ?? 'of the user'}`;
}

/** A PostgreSQL server, shared by as many API processes as there are. Connects when first asked, and again when cut off. */
export function openPostgres(connectionString: string): Database {
    const pool = new pg.Pool({
        connectionString,
        max: 10,
        connectionTimeoutMillis: statementTimeoutMs,
        statement_timeout: statementTimeoutMs,
        query_timeout: statementTimeoutMs + 1000,
        // A process that stops in the middle of a transaction must not hold an account for ever.
        idle_in_transaction_session_timeout: statementTimeoutMs,
        allowExitOnIdle: true,
        types: {
            // node-postgres would hand an `int8` over as a string; ours are far below where numbers lose digits.
            getTypeParser: (oid, format) =>
                oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid, format),
        },
    });
    // An idle connection that is cut off is no failure: the pool makes a new one for the next statement.
    pool.on('error', () => {});

    return {
        async query<Row>(sql: string, parameters: readonly unknown[] = []) {
            return (await pool.query(sql, [...parameters])).rows as Row[];
        },
        async transaction(work) {
            const client = await pool.connect();
            // A connection that breaks between two statements would otherwise be an unhandled event.
            const ignore = () => {};
            client.on('error', ignore);
            let isBroken = true;
            try {
                await client.query('begin');
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
                isBroken = await client.query('rollback').then(
                    () => false,
                    () => true,
                );
                throw error;
            } finally {
                client.off('error', ignore);
                client.release(isBroken);
            }
        },
        close: () => pool.end(),
    };
}
