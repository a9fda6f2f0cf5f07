/** Runs statements: the database, or a transaction of it. */
export type Queryable = {
    /** Runs one statement; `int8` comes back as a number, `timestamptz` as a `Date`, `jsonb` as an object. */
    query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
};

/**
 * The accounts database: embedded PGlite or a PostgreSQL server, with the same SQL. A single statement is a separate
 * transaction and works under any isolation level: if a level stricter than `read committed` rejects it, it is retried.
 *
 * Every method rejects with a `DatabaseError` while the database is temporarily unable to work; the next call tries
 * again.
 */
export type Database = Queryable & {
    /**
     * `query` for a statement that is safe to repeat: also retried if the connection broke before the result arrived.
     */
    queryIdempotent<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
    /**
     * Runs `work` in one transaction (`read committed`), rolled back if it rejects. Statements must go through `tx`.
     */
    transaction<T>(work: (tx: Queryable & { script(sql: string): Promise<void> }) => Promise<T>): Promise<T>;
    /** Rejects if requests cannot be served: no connection, none free, read-only, disk full. */
    check(): Promise<void>;
    /** Frees the space of deleted rows and of the log. A server does this by itself. */
    reclaim(): Promise<void>;
    /** Connections, for the metrics; null if embedded. */
    countConnections(): { total: number; idle: number; waiting: number } | null;
    close(): Promise<void>;
};
