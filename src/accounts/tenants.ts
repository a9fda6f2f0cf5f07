import type { Database, Queryable } from './database/database.ts';
import { newId } from './new-id.ts';
import { emptyRateWindow } from './rate-limit.ts';
import { giveBackStale, lockTenant } from './request-ledger.ts';

/** The most an account can hold: far from where integers end. */
export const maxCredits = 1_000_000_000;

export type Tenant = { tenant_id: string; name: string; credits: number };

export type Usage = {
    tenant_id: string;
    /** What can still be spent. */
    credits: number;
    /** Held for requests that are running. */
    reserved: number;
    /** Settled so far. */
    used: number;
    days: Array<{ date: string; requests: number; credits_used: number }>;
};

/** Makes an account with so many credits. */
export async function createTenant(
    db: Queryable,
    { name, credits, now }: { name: string; credits: number; now: number },
): Promise<Tenant> {
    const tenantId = `ten_${newId(now)}`;
    await db.query(
        `with made as (insert into tenants (id, name, credits, created_at) values ($1, $2, $3, $4) returning id)
         insert into rate_windows (tenant_id, state) select id, $5 from made`,
        [tenantId, name, credits, new Date(now), JSON.stringify(emptyRateWindow)],
    );
    return { tenant_id: tenantId, name, credits };
}

/** All accounts, oldest first. */
export function listTenants(db: Queryable): Promise<Tenant[]> {
    return db.query('select id as tenant_id, name, credits from tenants order by created_at, id');
}

/** What an account can spend; null when there is no such account. */
export async function readCredits(db: Queryable, tenantId: string): Promise<number | null> {
    const [row] = await db.query<{ credits: number }>('select credits from tenants where id = $1', [tenantId]);
    return row?.credits ?? null;
}

/**
 * Adds credits and returns what can be spent then. Null when there is no such account; `full` when it would hold more
 * than `maxCredits`.
 */
export async function addCredits(db: Queryable, tenantId: string, credits: number): Promise<number | null | 'full'> {
    const [row] = await db.query<{ credits: number }>(
        'update tenants set credits = credits + $2 where id = $1 and credits + $2 <= $3 returning credits',
        [tenantId, credits, maxCredits],
    );
    if (row) return row.credits;
    return (await readCredits(db, tenantId)) === null ? null : 'full';
}

/** What an account has, holds and has used, day by day (UTC). Null when there is no such account. */
export async function readUsage(db: Database, tenantId: string, now: number): Promise<Usage | null> {
    if ((await readCredits(db, tenantId)) === null) return null;
    return db.transaction(async (tx) => {
        await lockTenant(tx, tenantId);
        await giveBackStale(tx, tenantId, now);
        const credits = await lockTenant(tx, tenantId);
        const [held] = await tx.query<{ reserved: number }>(
            `select coalesce(sum(credits), 0)::bigint as reserved from reservations
             where tenant_id = $1 and settled_credits is null`,
            [tenantId],
        );
        const days = await tx.query<Usage['days'][number]>(
            'select day as date, requests, credits_used from usage_days where tenant_id = $1 order by day',
            [tenantId],
        );
        return {
            tenant_id: tenantId,
            credits,
            reserved: held?.reserved ?? 0,
            used: days.reduce((sum, day) => sum + day.credits_used, 0),
            days,
        };
    });
}
