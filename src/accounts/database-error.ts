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
