import type { Database } from './database/database.ts';
import { migrations } from './migrations.ts';

/** Any number, as long as it is always the same: whoever holds it is the one who changes the schema. */
const migrationLock = 6_172_024;

/**
 * Brings the schema up to date in one transaction. Two processes that start together take turns: the second finds
 * everything done. Throws when the database was made by a newer version than this.
 */
export async function migrate(db: Database): Promise<void> {
    await db.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [migrationLock]);
        await tx.script('create table if not exists schema_migrations (id integer primary key)');
        const rows = await tx.query<{ id: number }>('select id from schema_migrations');
        const done = new Set(rows.map(({ id }) => id));
        const newest = Math.max(0, ...migrations.map(({ id }) => id));
        if ([...done].some((id) => id > newest)) {
            throw new Error('The accounts were made by a newer version of this program. Start that version.');
        }
        for (const { id, sql } of migrations) {
            if (done.has(id)) continue;
            await tx.script(sql);
            await tx.query('insert into schema_migrations (id) values ($1)', [id]);
        }
    });
}
