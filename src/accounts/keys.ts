import { timingSafeEqual } from 'node:crypto';
import type { Mode } from '../enrichment/result.ts';
import { generateApiKey, hashApiKey, isApiKeyWellFormed } from './api-key.ts';
import type { Queryable } from './database/database.ts';
import { newId } from './new-id.ts';
import { readCredits } from './tenants.ts';

/** Who asks: an account, through one of its keys. */
export type Caller = { tenantId: string; keyId: string; mode: Mode };

export type KeyFacts = {
    key_id: string;
    mode: Mode;
    created_at: string;
    last_used_at: string | null;
    revoked_at: string | null;
};

/** `last_used_at` is written at most once a minute: it must not cost every request a write. */
const lastUsedGrainMs = 60_000;

/** Makes a key and returns it, the only time it can be seen. Null when there is no such account. */
export async function createKey(
    db: Queryable,
    { tenantId, mode, now }: { tenantId: string; mode: Mode; now: number },
): Promise<{ key_id: string; key: string } | null> {
    if ((await readCredits(db, tenantId)) === null) return null;
    const keyId = `key_${newId(now)}`;
    const key = generateApiKey(mode);
    await db.query('insert into api_keys (id, tenant_id, mode, key_hash, created_at) values ($1, $2, $3, $4, $5)', [
        keyId,
        tenantId,
        mode,
        hashApiKey(key),
        new Date(now),
    ]);
    return { key_id: keyId, key };
}

/** An account's keys, oldest first; null when there is no such account. */
export async function listKeys(db: Queryable, tenantId: string): Promise<KeyFacts[] | null> {
    if ((await readCredits(db, tenantId)) === null) return null;
    const rows = await db.query<{
        id: string;
        mode: Mode;
        created_at: Date;
        last_used_at: Date | null;
        revoked_at: Date | null;
    }>(
        `select id, mode, created_at, last_used_at, revoked_at from api_keys
         where tenant_id = $1 order by created_at, id`,
        [tenantId],
    );
    return rows.map((row) => ({
        key_id: row.id,
        mode: row.mode,
        created_at: row.created_at.toISOString(),
        last_used_at: row.last_used_at?.toISOString() ?? null,
        revoked_at: row.revoked_at?.toISOString() ?? null,
    }));
}

/** Revokes a key from this instant on; revoking it again changes nothing. Null when there is no such key. */
export async function revokeKey(
    db: Queryable,
    keyId: string,
    now: number,
): Promise<{ key_id: string; revoked_at: string } | null> {
    const [row] = await db.query<{ revoked_at: Date }>(
        'update api_keys set revoked_at = coalesce(revoked_at, $2) where id = $1 returning revoked_at',
        [keyId, new Date(now)],
    );
    return row ? { key_id: keyId, revoked_at: row.revoked_at.toISOString() } : null;
}

/** Who a key belongs to; null when it is none of ours or revoked. */
export async function findCaller(db: Queryable, key: string, now: number): Promise<Caller | null> {
    if (!isApiKeyWellFormed(key)) return null;
    const hash = hashApiKey(key);
    const [row] = await db.query<{
        id: string;
        tenant_id: string;
        mode: Mode;
        key_hash: string;
        last_used_at: Date | null;
    }>(
        `select id, tenant_id, mode, key_hash, last_used_at from api_keys
         where key_hash = $1 and revoked_at is null`,
        [hash],
    );
    // The index compares hashes, which an attacker cannot steer; this takes as long whatever they hold.
    if (!row || !timingSafeEqual(Buffer.from(row.key_hash), Buffer.from(hash))) return null;
    if (row.last_used_at === null || row.last_used_at.getTime() <= now - lastUsedGrainMs) {
        await db.query('update api_keys set last_used_at = $2 where id = $1', [row.id, new Date(now)]);
    }
    return { tenantId: row.tenant_id, keyId: row.id, mode: row.mode };
}
