import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Mode } from '../enrichment/result/result.ts';
import type { Database, Queryable } from './database.ts';
import { createTenant, hasTenant, newId } from './tenants.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 of 62 characters: 190 bits. */
const secretLength = 32;
const checksumLength = 6;

/** A new key: `atm_live_` or `atm_test_`, 32 random characters, and a checksum that detects typos without a query. */
export function generateApiKey(mode: Mode): string {
    const secret = Array.from({ length: secretLength }, () => alphabet[randomInt(alphabet.length)]).join('');
    const body = `atm_${mode}_${secret}`;
    return body + buildChecksum(body);
}

/** Whether a text has the format and checksum of a key, not whether the key exists. */
export function isApiKeyWellFormed(text: string): boolean {
    if (!/^atm_(?:live|test)_[0-9A-Za-z]{38}$/.test(text)) return false;
    return text.slice(-checksumLength) === buildChecksum(text.slice(0, -checksumLength));
}

/**
 * The SHA-256 of a key, under which it is stored and looked up. Keys are random, so a slower hash would add nothing,
 * and a caller cannot choose the hash that the index compares.
 */
export function hashApiKey(key: string): string {
    return hash('sha256', key);
}

function buildChecksum(body: string): string {
    let rest = crc32(body);
    let checksum = '';
    for (let index = 0; index < checksumLength; index += 1) {
        checksum = alphabet[rest % alphabet.length] + checksum;
        rest = Math.floor(rest / alphabet.length);
    }
    return checksum;
}

export type KeyFacts = {
    key_id: string;
    mode: Mode;
    created_at: string;
    last_used_at: string | null;
    revoked_at: string | null;
};

/** Creates a key and returns it, the only time it is visible. Null if there is no such account. */
export async function createKey(
    db: Queryable,
    { tenantId, mode, now }: { tenantId: string; mode: Mode; now: number },
): Promise<{ key_id: string; key: string } | null> {
    if (!(await hasTenant(db, tenantId))) return null;
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

/** An account's keys, oldest first; null if there is no such account. */
export async function listKeys(db: Queryable, tenantId: string): Promise<KeyFacts[] | null> {
    if (!(await hasTenant(db, tenantId))) return null;
    type Row = { key_id: string; mode: Mode; created_at: Date; last_used_at: Date | null; revoked_at: Date | null };
    const rows = await db.query<Row>(
        `select id as key_id, mode, created_at, last_used_at, revoked_at from api_keys
         where tenant_id = $1 order by created_at, id`,
        [tenantId],
    );
    return rows.map((row) => ({
        ...row,
        created_at: row.created_at.toISOString(),
        last_used_at: row.last_used_at?.toISOString() ?? null,
        revoked_at: row.revoked_at?.toISOString() ?? null,
    }));
}

/** Revokes a key; repeating it changes nothing. Null if there is no such key. */
export async function revokeKey(db: Queryable, keyId: string): Promise<{ key_id: string; revoked_at: string } | null> {
    const [row] = await db.query<{ revoked_at: Date }>(
        'update api_keys set revoked_at = coalesce(revoked_at, accounts_now()) where id = $1 returning revoked_at',
        [keyId],
    );
    return row ? { key_id: keyId, revoked_at: row.revoked_at.toISOString() } : null;
}

/** An arbitrary constant, different from the migrations' lock. */
const firstKeyLock = 6_172_025;

export type FirstKey =
    /** The key was just created: the only time it is visible. */
    | { kind: 'created'; key: string }
    /** There are accounts, but no key was ever used; it may have been lost. */
    | { kind: 'unused'; tenantId: string }
    | { kind: 'in_use' };

/**
 * Creates an account and a test key if there is no account yet. If several processes start on one empty database, only
 * one does.
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
        if (!made) throw new Error('the account just created is gone');
        return { kind: 'created', key: made.key };
    });
}
