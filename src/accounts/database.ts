/** Runs statements: the database, or a transaction of it. */
export type Queryable = {
    /** Runs one statement; `int8` comes back as a number, `timestamptz` as a `Date`, `jsonb` as an object. */
    query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
};

/** Also runs several statements at once. */
export type Transaction = Queryable & { script(sql: string): Promise<void> };

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
    transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
    /** Rejects if requests cannot be served: no connection, none free, read-only, disk full. */
    check(): Promise<void>;
    /** Frees the space of deleted rows and of the log. A server does this by itself. */
    reclaim(): Promise<void>;
    /** Connections, for the metrics; null if embedded. */
    countConnections(): { total: number; idle: number; waiting: number } | null;
    close(): Promise<void>;
};

/**
 * `unreachable`: no connection. `overloaded`: no free connection or no result in time. `not_writable`: read-only,
 * starting, disk full.
 */
export type DatabaseErrorKind = 'unreachable' | 'overloaded' | 'not_writable';

/** The database is temporarily unable to work; the statement is not at fault. `cause` is the driver's error. */
export class DatabaseError extends Error {
    override readonly name = 'DatabaseError';
    readonly kind: DatabaseErrorKind;

    constructor(kind: DatabaseErrorKind, cause: unknown) {
        super(`The accounts database is ${kind.replace('_', ' ')}: ${describe(cause)}`, { cause });
        this.kind = kind;
    }
}

/** A refused connection is an error without a message: its code is used. */
function describe(cause: unknown): string {
    if (!(cause instanceof Error)) return String(cause);
    return cause.message === '' ? String((cause as { code?: unknown }).code) : cause.message;
}
