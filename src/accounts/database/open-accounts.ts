import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../enrichment/clock.ts';
import type { Database } from './database.ts';
import { lockFolder, type FolderLock } from './folder-lock.ts';
import { migrate } from '../migrate.ts';

/** Where the accounts are: a PostgreSQL server, or a folder with an embedded database. */
export type AccountsHome = { databaseUrl: string } | { folder: string };

export type OpenAccounts = {
    db: Database;
    /** Where they are, for people: names no user and no password. */
    place: string;
    /** Held while the database is embedded; null with a server. */
    lock: FolderLock | null;
    close(): Promise<void>;
};

/** How long a folder that another process holds is waited for, in milliseconds: a command on it takes a second. */
const holderPatienceMs = 10_000;
const holderPauseMs = 200;

/**
 * Opens the accounts and brings their schema up to date. Resolves to null when another process holds the folder and
 * does not let go of it.
 */
export async function openAccounts(
    home: AccountsHome,
    clock: Clock,
    patienceMs = holderPatienceMs,
): Promise<OpenAccounts | null> {
    if ('databaseUrl' in home) {
        const { openPostgres, describePostgres } = await import('./postgres.ts');
        const place = describePostgres(home.databaseUrl);
        return migrated(openPostgres(home.databaseUrl), { lock: null, place });
    }
    const lock = await waitForFolder(home.folder, clock, patienceMs);
    if (!lock) return null;
    try {
        const { openPGlite } = await import('./pglite.ts');
        const data = join(home.folder, 'data');
        await mkdir(data, { recursive: true, mode: 0o700 });
        return await migrated(await openPGlite({ folder: data }), { lock, place: `embedded, in ${home.folder}` });
    } catch (error) {
        await lock.release();
        throw error;
    }
}

async function migrated(db: Database, { lock, place }: Pick<OpenAccounts, 'lock' | 'place'>): Promise<OpenAccounts> {
    try {
        await migrate(db);
    } catch (error) {
        await db.close();
        throw error;
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
