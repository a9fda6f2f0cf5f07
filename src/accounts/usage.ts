import type { Queryable } from './database/database.ts';

/** Counts one request on the day (UTC) of `now`. */
export async function countRequest(tx: Queryable, tenantId: string, now: number): Promise<void> {
    await addUsage(tx, tenantId, now, { requests: 1, creditsUsed: 0 });
}

/** Counts credits that were settled on the day (UTC) of `now`. */
export async function countCredits(tx: Queryable, tenantId: string, now: number, creditsUsed: number): Promise<void> {
    if (creditsUsed > 0) await addUsage(tx, tenantId, now, { requests: 0, creditsUsed });
}

async function addUsage(
    tx: Queryable,
    tenantId: string,
    now: number,
    { requests, creditsUsed }: { requests: number; creditsUsed: number },
): Promise<void> {
    await tx.query(
        `insert into usage_days (tenant_id, day, requests, credits_used) values ($1, $2, $3, $4)
         on conflict (tenant_id, day) do update set
             requests = usage_days.requests + excluded.requests,
             credits_used = usage_days.credits_used + excluded.credits_used`,
        [tenantId, new Date(now).toISOString().slice(0, 10), requests, creditsUsed],
    );
}
