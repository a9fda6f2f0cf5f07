import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../enrichment/clock.ts';
import { DatabaseError, type Database } from '../database.ts';
import { migrate } from '../migrations.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';

/** The accounts database: a PostgreSQL server, or a folder with an embedded one. */
export type AccountsHome = { databaseUrl: string; poolSize?: number } | { folder: string };

export type OpenAccounts = {
    db: Database;
    /** The location, for messages; without user and password. */
    place: string;
    /** The lock of the folder; null with a server. */
    lock: FolderLock | null;
    close(): Promise<void>;
};

/**
 * The template of a new embedded database. The build creates it, because that takes seconds and 800 MB; without it, the
 * database is created from scratch.
 */
const templateUrl = new URL('accounts-template.tar.gz', import.meta.url);

/** How long to wait for a folder that another process holds, in milliseconds: a command takes a second. */
const holderTimeoutMs = 10_000;
const holderPauseMs = 200;

/**
 * Opens the accounts and migrates their schema. Resolves to null if another process holds the folder for longer than
 * `timeoutMs`. Throws a sentence for the user if the address or the database is not usable.
 */
export async function openAccounts(
    home: AccountsHome,
    clock: Clock,
    timeoutMs = holderTimeoutMs,
): Promise<OpenAccounts | null> {
    if ('databaseUrl' in home) return openServer(home, clock);
    const lock = await waitForFolder(home.folder, clock, timeoutMs);
    if (!lock) return null;
    try {
        const db = await openEmbedded(home.folder);
        return await upToDate(db, { lock, place: `embedded, in ${home.folder}` });
    } catch (error) {
        await lock.release();
        throw error;
    }
}

async function openServer(
    { databaseUrl, poolSize }: { databaseUrl: string; poolSize?: number },
    clock: Clock,
): Promise<OpenAccounts> {
    const { checkPostgresAddress, describePostgres, openPostgres } = await import('./postgres.ts');
    checkPostgresAddress(databaseUrl);
    const db = openPostgres(databaseUrl, { clock, poolSize });
    return upToDate(db, { lock: null, place: describePostgres(databaseUrl) });
}

/**
 * Opens the embedded database of a folder. A new one is created under another name and renamed when complete, so a
 * killed start leaves nothing that looks like a database.
 */
async function openEmbedded(folder: string): Promise<Database> {
    const { openPGlite } = await import('./pglite.ts');
    const open: typeof openPGlite = (options) =>
        openPGlite(options).catch((cause: unknown) => {
            // PGlite does not name the reason: on a full disk its message is "Aborted()".
            const advice =
                'Check that the disk has room and that this user may write to the folder; otherwise it may be damaged: restore a backup.';
            throw new Error(`The accounts in ${folder} cannot be opened. ${advice}`, { cause });
        });
    const data = join(folder, 'data');
    await removeUnfinished(folder);
    if (!(await isDatabase(data))) {
        const making = join(folder, `making-${randomBytes(6).toString('hex')}`);
        await mkdir(making, { recursive: true, mode: 0o700 });
        const template = await readFile(templateUrl).catch(() => null);
        const made = await open({ folder: making, ...(template ? { template: new Blob([template]) } : {}) });
        await made.close();
        await rename(making, data);
    }
    return open({ folder: data });
}

/** Removes what killed starts have left: incomplete databases, and an empty `data` folder. */
async function removeUnfinished(folder: string): Promise<void> {
    const left = (await readdir(folder)).filter((name) => name.startsWith('making-'));
    if (!(await isDatabase(join(folder, 'data')))) left.push('data');
    for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}

/** The control file is written last, and no database works without it. */
function isDatabase(data: string): Promise<boolean> {
    return stat(join(data, 'global', 'pg_control')).then(
        ({ size }) => size > 0,
        () => false,
    );
}

async function upToDate(db: Database, { lock, place }: Pick<OpenAccounts, 'lock' | 'place'>): Promise<OpenAccounts> {
    try {
        await checkEncoding(db);
        await migrate(db);
    } catch (error) {
        await db.close();
        throw withAdvice(error, lock ? null : place);
    }
    return {
        db,
        place,
        lock,
        async close() {
            // The lock is released last: no one may open the folder before the database is closed.
            await db.close();
            await lock?.release();
        },
    };
}

/** Other encodings would reject some names in the middle of a request. */
async function checkEncoding(db: Database): Promise<void> {
    const [row] = await db.query<{ encoding: string }>(
        `select pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`,
    );
    if (row?.encoding === 'UTF8') return;
    throw new Error(
        `The database in DATABASE_URL has the encoding ${row?.encoding}, but the accounts need UTF8. Create another: create database accounts encoding 'UTF8' template template0.`,
    );
}

/** Why the server cannot be reached, by the system's code. */
const unreachableReasons: Record<string, string> = {
    ECONNREFUSED: 'No server is listening there',
    ENOENT: 'There is no such socket',
    ENOTFOUND: 'The host name cannot be resolved',
    EAI_AGAIN: 'The host name cannot be resolved at the moment',
    EHOSTUNREACH: 'There is no route to the host',
    ENETUNREACH: 'There is no route to the host',
};

/** Adds what to do about an error if that is known, and the server; `server` is null if embedded. */
function withAdvice(error: unknown, server: string | null): unknown {
    if (!(error instanceof Error)) return error;
    const { message } = error;
    const cause = error.cause instanceof Error ? error.cause : error;
    const { code: given } = cause as { code?: unknown };
    const code = typeof given === 'string' ? given : '';
    const advise = (advice: string) => new Error(advice, { cause: error });
    if (/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|CERT_/.test(code)) {
        return advise(
            `${message}. The server's certificate is not trusted: add sslrootcert=/path/to/ca.pem to DATABASE_URL (docs/operations.md, "TLS").`,
        );
    }
    if (code === '42501') {
        return advise(
            `${message}. The schema has to be created or migrated: start once with a role that may create tables.`,
        );
    }
    if (server === null) return error;
    if (error instanceof DatabaseError) {
        const isReached = error.kind !== 'unreachable';
        const reason = `${unreachableReasons[code] ?? cause.message}${code === '' ? '' : ` (${code})`}`;
        return advise(
            `The accounts cannot be ${isReached ? 'opened' : 'reached'}: ${server}. ${reason}. ${isReached ? 'Try again in a moment.' : 'Start the server, or correct DATABASE_URL.'}`,
        );
    }
    // Authentication failed, or there is no such database.
    if (/^(?:28|3D)/.test(code)) {
        return advise(`The accounts cannot be opened: ${server}. ${message}. Correct DATABASE_URL.`);
    }
    return error;
}

async function waitForFolder(folder: string, clock: Clock, timeoutMs: number): Promise<FolderLock | null> {
    const giveUpAt = clock.now() + timeoutMs;
    for (;;) {
        const lock = await lockFolder(folder);
        if (lock || clock.now() >= giveUpAt) return lock;
        // Jitter: two contenders that gave up for each other must not collide again.
        await clock.sleep(holderPauseMs * (0.5 + Math.random()));
    }
}
