import type { Database } from './database/database.ts';

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
