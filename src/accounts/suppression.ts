import type { Database, Queryable } from './database/database.ts';

/** Those of the given canonical URLs that are on the suppression list. */
export async function findSuppressed(tx: Queryable, canonicalUrls: readonly string[]): Promise<ReadonlySet<string>> {
    if (canonicalUrls.length === 0) return new Set();
    const rows = await tx.query<{ canonical_url: string }>(
        'select canonical_url from suppressed_profiles where canonical_url = any($1)',
        [canonicalUrls],
    );
    return new Set(rows.map(({ canonical_url }) => canonical_url));
}

/** Puts a person on the list, for every account, and erases the stored answers that hold their data. */
export async function suppressProfile(db: Database, canonicalUrl: string, now: number): Promise<void> {
    await db.transaction(async (tx) => {
        await tx.query('insert into suppressed_profiles values ($1, $2) on conflict do nothing', [
            canonicalUrl,
            new Date(now),
        ]);
        await tx.query('delete from idempotency_keys where canonical_urls @> array[$1]', [canonicalUrl]);
    });
}

/** Takes a person off the list. */
export async function unsuppressProfile(db: Queryable, canonicalUrl: string): Promise<void> {
    await db.query('delete from suppressed_profiles where canonical_url = $1', [canonicalUrl]);
}
