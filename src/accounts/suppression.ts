import type { Database, Queryable } from './database/database.ts';

/** Puts a person on the list, for every account, and erases the stored responses that name them. */
export async function suppressProfile(db: Database, canonicalUrl: string): Promise<void> {
    await db.transaction(async (tx) => {
        await tx.query('insert into suppressed_profiles values ($1, accounts_now()) on conflict do nothing', [
            canonicalUrl,
        ]);
        await tx.query('delete from idempotency_keys where people @> array[$1]', [canonicalUrl]);
    });
}

/** Takes a person off the list. */
export async function unsuppressProfile(db: Queryable, canonicalUrl: string): Promise<void> {
    await db.query('delete from suppressed_profiles where canonical_url = $1', [canonicalUrl]);
}
