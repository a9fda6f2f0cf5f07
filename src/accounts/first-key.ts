import type { Database } from './database/database.ts';
import { createKey } from './keys.ts';
import { createTenant } from './tenants.ts';

/** Any number, as long as it is always the same and not that of the migrations. */
const firstKeyLock = 6_172_025;

export type FirstKey =
    /** Made just now: the only time it can be shown. */
    | { kind: 'made'; key: string }
    /** There are accounts, and no key of theirs was ever used: it may have been shown to nobody. */
    | { kind: 'unused'; tenantId: string }
    | { kind: 'in_use' };

/**
 * Makes an account and a test key when there is no account yet. Of processes that start together on one empty
 * database, one makes it.
 */
export function createFirstKey(db: Database, now: number): Promise<FirstKey> {
    return db.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [firstKeyLock]);
        const [existing] = await tx.query<{ id: string }>('select id from tenants order by created_at, id limit 1');
        if (existing) {
            const used = await tx.query('select 1 from api_keys where last_used_at is not null limit 1');
            return used.length > 0 ? { kind: 'in_use' } : { kind: 'unused', tenantId: existing.id };
        }
        const { tenant_id: tenantId } = await createTenant(tx, { name: 'first account', credits: 0, now });
        const made = await createKey(tx, { tenantId, mode: 'test', now });
        if (!made) throw new Error('the account that was just made is gone');
        return { kind: 'made', key: made.key };
    });
}
