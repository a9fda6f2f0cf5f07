/** What a statement can be run on: the database itself, or a transaction of it. */
export type Queryable = {
    /** Runs one statement; `int8` comes back as a number, `timestamptz` as a `Date`, `jsonb` as an object. */
    query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
};

/**
 * Where the accounts live: embedded PGlite or a PostgreSQL server, spoken to with the same SQL.
 * Every method rejects when the database cannot be reached; it is asked again with the next call.
 */
export type Database = Queryable & {
    /** Runs `work` in one transaction, rolled back when it rejects. Statements must go through the handed-in `tx`. */
    transaction<T>(work: (tx: Queryable & { script(sql: string): Promise<void> }) => Promise<T>): Promise<T>;
    close(): Promise<void>;
};
