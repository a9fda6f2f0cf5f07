/** What a statement can be run on: the database itself, or a transaction of it. */
export type Queryable = {
    /** Runs one statement; `int8` comes back as a number, `timestamptz` as a `Date`, `jsonb` as an object. */
    query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
};

/**
 * Where the accounts live: embedded PGlite or a PostgreSQL server, spoken to with the same SQL. A single statement is a
 * transaction of its own, right under any isolation: where the database is set to a stricter one than `read committed`
 * and refuses it for that, it is sent again.
 *
 * Every method rejects with a `DatabaseError` when the database cannot do its work for now; it is asked again with the
 * next call.
 */
export type Database = Queryable & {
    /**
     * `query` for a statement that may be carried out twice without harm: sent again also when the connection broke and
     * nobody knows whether it took effect.
     */
    queryIdempotent<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
    /**
     * Runs `work` in one transaction (`read committed`), rolled back when it rejects. Statements must go through the
     * handed-in `tx`.
     */
    transaction<T>(work: (tx: Queryable & { script(sql: string): Promise<void> }) => Promise<T>): Promise<T>;
    /** Rejects when requests cannot be served now: no connection, none free, read-only, disk full. */
    check(): Promise<void>;
    /** Gives back the room of deleted rows and of the log. A server does that by itself. */
    reclaim(): Promise<void>;
    /** Connections, for the operator; null where there are none. */
    countConnections(): { total: number; idle: number; waiting: number } | null;
    close(): Promise<void>;
};
