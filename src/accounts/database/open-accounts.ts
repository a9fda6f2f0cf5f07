import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../enrichment/clock.ts';
import { DatabaseError } from '../database-error.ts';
import { migrate } from '../migrations.ts';
import type { Database } from './database.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';

/** Where the accounts are: a PostgreSQL server, or a folder with an embedded database. */
export type AccountsHome = { databaseUrl: string; poolSize?: number } | { folder: string };

export type OpenAccounts = {
    db: Database;
    /** Where they are, for people: names no user and no password. */
    place: string;
    /** Held while the database is embedded; null with a server. */
    lock: FolderLock | null;
    close(): Promise<void>;
};

/**
 * What a new embedded database begins with. The build puts it beside the program, since making one takes seconds and
 * 800 MB; without it, one is made all the same.
 */
const templateUrl = new URL('accounts-template.tar.gz', import.meta.url);

/** How long a folder that another process holds is waited for, in milliseconds: a command on it takes a second. */
const holderPatienceMs = 10_000;
const holderPauseMs = 200;

/**
 * Opens the accounts and brings their schema up to date. Resolves to null when another process holds the folder and
 * does not let go of it. Throws a sentence when the address or the database will not do.
 */
export async function openAccounts(
    home: AccountsHome,
    clock: Clock,
    patienceMs = holderPatienceMs,
): Promise<OpenAccounts | null> {
    if ('databaseUrl' in home) return openServer(home, clock);
    const lock = await waitForFolder(home.folder, clock, patienceMs);
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
    const { checkPostgresAddress, describePostgres } = await import('./postgres-address.ts');
    checkPostgresAddress(databaseUrl);
    const { openPostgres } = await import('./postgres.ts');
    const db = openPostgres(databaseUrl, { clock, ...(poolSize === undefined ? {} : { poolSize }) });
    return upToDate(db, { lock: null, place: describePostgres(databaseUrl) });
}

/**
 * The embedded database of a folder. A new one is made beside its place and moved there when it is whole: a start that
 * is killed leaves nothing that the next one would take for a database.
 */
async function openEmbedded(folder: string): Promise<Database> {
    const { openPGlite } = await import('./pglite.ts');
    const open: typeof openPGlite = (options) =>
        openPGlite(options).catch((cause: unknown) => {
            // Its own words are for who builds it: on a full disk they are "Aborted()".
            const advice = 'Make room if the disk is full; else the folder is damaged: put a backup in its place.';
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

/** What starts that were killed have left: half-made databases, and a place of one in which nothing was made. */
async function removeUnfinished(folder: string): Promise<void> {
    const left = (await readdir(folder)).filter((name) => name.startsWith('making-'));
    if (!(await isDatabase(join(folder, 'data')))) left.push('data');
    for (const name of left) await rm(join(folder, name), { recursive: true, force: true });
}

/** The control file is the last thing that making a database needs, and nothing works without it. */
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
            // The lock goes last: nobody may open the folder before the database is closed.
            await db.close();
            await lock?.release();
        },
    };
}

/** Names are written in every script there is; another encoding would refuse some in the middle of a request. */
async function checkEncoding(db: Database): Promise<void> {
    const [row] = await db.query<{ encoding: string }>(
        `select pg_encoding_to_char(encoding) as encoding from pg_database where datname = current_database()`,
    );
    if (row?.encoding === 'UTF8') return;
    throw new Error(
        `The database in DATABASE_URL has the encoding ${row?.encoding}, and the accounts need UTF8. Make another: create database accounts encoding 'UTF8' template template0.`,
    );
}

/** Why no server answers, by the system's code. */
const silences: Record<string, string> = {
    ECONNREFUSED: 'Nothing listens there',
    ENOENT: 'There is no such socket',
    ENOTFOUND: 'The host has no address',
    EAI_AGAIN: 'The host has no address for now',
    EHOSTUNREACH: 'No way leads there',
    ENETUNREACH: 'No way leads there',
};

/** An error with what to do about it, where that is known, and with the server that it came from; null without one. */
function withAdvice(error: unknown, server: string | null): unknown {
    if (!(error instanceof Error)) return error;
    const { message } = error;
    const cause = error.cause instanceof Error ? error.cause : error;
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|CERT_/.test(code)) {
        return new Error(
            `${message}. The server's certificate is not known here: add sslrootcert=/path/of/its/ca.pem to DATABASE_URL (docs/operations.md, "TLS").`,
            { cause: error },
        );
    }
    if (code === '42501') {
        return new Error(
            `${message}. The schema has to be made or changed: start once with a role that may create tables.`,
            { cause: error },
        );
    }
    if (server === null) return error;
    if (error instanceof DatabaseError) {
        const reason = silences[String(code)] ?? cause.message;
        return new Error(
            `The accounts cannot be reached: ${server}. ${reason}${typeof code === 'string' ? ` (${code})` : ''}. Start the server, or correct DATABASE_URL.`,
            { cause: error },
        );
    }
    // Who may not come in, and a database that is not there.
    if (typeof code === 'string' && /^(?:28|3D)/.test(code)) {
        return new Error(`The accounts cannot be opened: ${server}. ${message}. Correct DATABASE_URL.`, {
            cause: error,
        });
    }
    return error;
}

async function waitForFolder(folder: string, clock: Clock, patienceMs: number): Promise<FolderLock | null> {
    const giveUpAt = clock.now() + patienceMs;
    for (;;) {
        const taking = await lockFolder(folder);
        if (taking.kind === 'locked') return taking.lock;
        if (clock.now() >= giveUpAt) return null;
        // Not the same pause for everybody: two who step back for each other must not meet again.
        await clock.sleep(holderPauseMs * (0.5 + Math.random()));
    }
}
