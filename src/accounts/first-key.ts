import type { Database } from './database.ts';
import { createKey } from './keys.ts';
import { createTenant } from './tenants.ts';

/** Any number, as long as it is always the same and not that of the migrations. */
const firstKeyLock = 6_172_025;

/**
 * Makes an account and a test key when there is no account yet, and returns the key. Of processes that start together
 * on one empty database, one makes it; null for the others, and on every later start.
 */
export function createFirstKey(db: Database, now: number): Promise<string | null> {
    return db.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [firstKeyLock]);
        const existing = await tx.query('select id from tenants limit 1');
        if (existing.length > 0) return null;
        const { tenant_id: tenantId } = await createTenant(tx, { name: 'first account', credits: 0, now });
        return (await createKey(tx, { tenantId, mode: 'test', now }))?.key ?? null;
    });
}
