import type { Database } from './database/database.ts';
import { giveBackStale, lockTenant } from './request-ledger.ts';

/** How long a settled reservation is kept, in milliseconds: settling it again must find it. */
const settledKeptMs = 10 * 60 * 1000;

/**
 * Clears away what is over: gives stale reservations back, erases answers older than 24 hours and those of people who
 * were suppressed while they were being written. Safe to run at any time, in any number of processes.
 */
export async function sweep(db: Database, now: number): Promise<void> {
    const at = new Date(now);
    const tenants = await db.query<{ tenant_id: string }>(
        'select distinct tenant_id from reservations where settled_credits is null and leased_until <= $1',
        [at],
    );
    for (const { tenant_id: tenantId } of tenants) {
        await db.transaction(async (tx) => {
            await lockTenant(tx, tenantId);
            await giveBackStale(tx, tenantId, now);
        });
    }
    await db.query('delete from reservations where settled_credits is not null and leased_until <= $1', [
        new Date(now - settledKeptMs),
    ]);
    await db.query('delete from idempotency_keys where answer_status is not null and expires_at <= $1', [at]);
    await db.query(
        `delete from idempotency_keys
         where canonical_urls && (select coalesce(array_agg(canonical_url), '{}') from suppressed_profiles)`,
    );
}
