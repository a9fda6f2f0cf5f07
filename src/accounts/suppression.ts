import type { Database, Queryable } from './database/database.ts';

/** Adds a person to the suppression list of all accounts and erases the stored responses that name them. */
export async function suppressProfile(db: Database, canonicalUrl: string): Promise<void> {
    await db.transaction(async (tx) => {
        await tx.query('insert into suppressed_profiles values ($1, accounts_now()) on conflict do nothing', [
            canonicalUrl,
        ]);
        await tx.query('delete from idempotency_keys where people @> array[$1]', [canonicalUrl]);
    });
}

/** Removes a person from the suppression list. */
export async function unsuppressProfile(db: Queryable, canonicalUrl: string): Promise<void> {
    await db.query('delete from suppressed_profiles where canonical_url = $1', [canonicalUrl]);
}

/** All suppressed people, newest first; `since` is an ISO 8601 instant. */
export async function listSuppressed(db: Queryable): Promise<Array<{ canonical_url: string; since: string }>> {
    const rows = await db.query<{ canonical_url: string; since: Date }>(
        'select canonical_url, suppressed_at as since from suppressed_profiles order by suppressed_at desc, canonical_url',
    );
    return rows.map(({ canonical_url, since }) => ({ canonical_url, since: since.toISOString() }));
}
