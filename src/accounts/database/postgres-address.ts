import pg from 'pg';

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
