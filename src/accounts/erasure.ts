import type { Database, Queryable } from './database.ts';

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

/**
 * For this long after a suppression, the sweep erases responses that were being stored at that moment. They are never
 * replayed.
 */
const suppressionRace = '10 minutes';

/** How long the lookup counts of a day are kept. */
const lookupsKept = '31 days';

/**
 * Purges expired rows: releases overdue reservations, deletes settled ones, old lookup counts, responses older than 24
 * hours and those of people who were suppressed while they were being stored. Each step uses an index and is a separate
 * transaction, safe to run at any time in any number of processes.
 */
export async function sweep(db: Database): Promise<void> {
    await db.queryIdempotent('select release_overdue(null)');
    await db.queryIdempotent(
        'delete from reservations where settled_credits is not null and expires_at <= accounts_now()',
    );
    await db.queryIdempotent('delete from idempotency_keys where expires_at <= accounts_now()');
    await db.queryIdempotent(
        `delete from provider_lookups where day < to_char((accounts_now() - $1::interval) at time zone 'UTC', 'YYYY-MM-DD')`,
        [lookupsKept],
    );
    await db.queryIdempotent(
        `delete from idempotency_keys i using suppressed_profiles s
         where s.suppressed_at > accounts_now() - $1::interval and i.people @> array[s.canonical_url]`,
        [suppressionRace],
    );
}
