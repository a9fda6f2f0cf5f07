import { DatabaseError, type DatabaseErrorKind } from '../database.ts';

export type PostgresFailure = {
    kind: DatabaseErrorKind;
    /** Whether the statement certainly had no effect: then any statement may be retried. */
    hadNoEffect: boolean;
};

const noEffect = (kind: DatabaseErrorKind): PostgresFailure => ({ kind, hadNoEffect: true });
const inDoubt = (kind: DatabaseErrorKind): PostgresFailure => ({ kind, hadNoEffect: false });

/** By SQLSTATE, or by the system's or Node's code without a server. */
const failuresByCode: Record<string, PostgresFailure> = {
    // Serialization failure, deadlock.
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

/** Errors of node-postgres without a code, by message. A test checks them against the pinned version. */
const failuresByMessage: Record<string, PostgresFailure> = {
    'timeout exceeded when trying to connect': noEffect('overloaded'),
    'Connection terminated due to connection timeout': noEffect('overloaded'),
    'Query read timeout': inDoubt('overloaded'),
    'Connection terminated': inDoubt('unreachable'),
    'Connection terminated unexpectedly': inDoubt('unreachable'),
    'Client has encountered a connection error and is not queryable': noEffect('unreachable'),
};

/** Classifies an error of the driver; null if the statement itself is wrong. */
export function classifyPostgresError(error: unknown): PostgresFailure | null {
    if (!(error instanceof Error)) return null;
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') {
        const known = failuresByCode[code];
        if (known) return known;
        // Class 08 is connection errors; PgBouncer uses it for those between it and the server.
        if (code.startsWith('08')) return inDoubt('unreachable');
    }
    return failuresByMessage[error.message] ?? null;
}

/** Wraps a temporary failure in a `DatabaseError`; returns other errors unchanged. */
export function wrapPostgresError(error: unknown): unknown {
    const failure = classifyPostgresError(error);
    return failure ? new DatabaseError(failure.kind, error) : error;
}
