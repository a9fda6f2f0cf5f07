import pg from 'pg';

const examples =
    'postgresql://user:password@host:5432/accounts, or postgresql://user@/accounts?host=/run/postgresql for a socket';

/**
 * Checks the address of a PostgreSQL server as it stands in `DATABASE_URL`. Throws one sentence for whoever set it
 * wrong; it never quotes the address, which may hold a password.
 */
export function checkPostgresAddress(address: string): void {
    const mistake = findMistake(address);
    if (mistake !== null) throw new Error(`The environment variable DATABASE_URL ${mistake}`);
}

function findMistake(address: string): string | null {
    if (!/^(?:postgres(?:ql)?:\/\/|socket:\/)/.test(address)) return `takes a PostgreSQL address such as ${examples}.`;
    const [, rest = ''] = address.split(/:\/\/(.*)/s);
    // Everything up to the last @ is user and password, whatever stands in it.
    const credentials = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
    if (/[/?#[\]\s]/.test(credentials) || /%(?![0-9a-f]{2})/i.test(credentials)) {
        return 'holds a character in its user or password that must be encoded: write # as %23, / as %2F, ? as %3F, @ as %40, [ as %5B, % as %25 and a space as %20.';
    }
    const [host = ''] = rest.slice(credentials === '' ? 0 : credentials.length + 1).split(/[/?#]/);
    const [hostInQuery = ''] = /[?&]host=([^&#]*)/.exec(rest)?.slice(1) ?? [];
    if (host.includes(',') || hostInQuery.includes(',')) {
        return `names several hosts. Name one: the primary, or the address that always leads to it. Such as ${examples}.`;
    }
    if (address.includes('#')) return 'holds a #. Inside a name or a password write it as %23.';
    try {
        describePostgres(address);
        return null;
    } catch {
        return `cannot be read. It takes a PostgreSQL address such as ${examples}.`;
    }
}

/** Where an address of PostgreSQL leads, for the log: never its user or password. */
export function describePostgres(address: string): string {
    const { host, port, database } = new pg.Client({ connectionString: address });
    if (Number.isNaN(port)) throw new Error('the port is no number');
    const place = host.startsWith('/') ? `in the socket folder ${host}, port ${port}` : `at ${host}:${port}`;
    return `PostgreSQL ${place}, database ${database ?? 'of the user'}`;
}
