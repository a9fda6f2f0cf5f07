import { DatabaseError, type DatabaseErrorKind } from '../database-error.ts';

export type PostgresFailure = {
    kind: DatabaseErrorKind;
    /** Whether the statement certainly had no effect: then it may be sent again, whatever it is. */
    hadNoEffect: boolean;
};

const noEffect = (kind: DatabaseErrorKind): PostgresFailure => ({ kind, hadNoEffect: true });
const inDoubt = (kind: DatabaseErrorKind): PostgresFailure => ({ kind, hadNoEffect: false });

/** By SQLSTATE, or by the system's or Node's code where no server answered. */
const failuresByCode: Record<string, PostgresFailure> = {
    // Another transaction was first, or each waited for the other.
    '40001': noEffect('overloaded'),
    '40P01': noEffect('overloaded'),
    '25006': noEffect('not_writable'),
    '53100': noEffect('not_writable'),
    // Starting, stopping or recovering.
    '57P03': noEffect('not_writable'),
    '57P01': noEffect('unreachable'),
    '57P02': inDoubt('unreachable'),
    '53200': noEffect('overloaded'),
    '53300': noEffect('overloaded'),
    '53400': noEffect('overloaded'),
    '55P03': noEffect('overloaded'),
    '57014': noEffect('overloaded'),
    ECONNREFUSED: noEffect('unreachable'),
    ENOENT: noEffect('unreachable'),
    EHOSTUNREACH: noEffect('unreachable'),
    ENETUNREACH: noEffect('unreachable'),
    ENOTFOUND: noEffect('unreachable'),
    EAI_AGAIN: noEffect('unreachable'),
    ECONNRESET: inDoubt('unreachable'),
    EPIPE: inDoubt('unreachable'),
    ETIMEDOUT: inDoubt('unreachable'),
};

/** What node-postgres says without a code, in the words it says it in; a test holds them to the pinned version. */
const failuresByMessage: Record<string, PostgresFailure> = {
    'timeout exceeded when trying to connect': noEffect('overloaded'),
    'Connection terminated due to connection timeout': noEffect('overloaded'),
    'Query read timeout': inDoubt('overloaded'),
    'Connection terminated': inDoubt('unreachable'),
    'Connection terminated unexpectedly': inDoubt('unreachable'),
    'Client has encountered a connection error and is not queryable': noEffect('unreachable'),
};

/** What an error of the driver means; null for one that is a mistake in what was asked. */
export function classifyPostgresError(error: unknown): PostgresFailure | null {
    if (!(error instanceof Error)) return null;
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') {
        const known = failuresByCode[code];
        if (known) return known;
        // Class 08 is about connections; PgBouncer uses it for what happens between it and the server.
        if (code.startsWith('08')) return inDoubt('unreachable');
    }
    return failuresByMessage[error.message] ?? null;
}

/** An error as the rest of the program gets it. */
export function wrapPostgresError(error: unknown): unknown {
    const failure = classifyPostgresError(error);
    return failure ? new DatabaseError(failure.kind, error) : error;
}
