import type { Queryable } from './database.ts';
import type { Tenant } from './tenants.ts';

export type Usage = {
    tenant_id: string;
    /** The credits left. */
    credits: number;
    /** Reserved for running requests. */
    reserved: number;
    /** Settled so far. */
    used: number;
    days: UsageDay[];
};

export type UsageDay = {
    /** A day in UTC, such as `2026-03-01`. */
    date: string;
    requests: number;
    credits_used: number;
};

/** How many days an account sees. */
const daysShown = 31;

/**
 * An account's balance, reserved credits and usage by day, oldest first. Expired reservations count as released, even
 * if the sweep has not released them yet. Null if there is no such account.
 */
export async function readUsage(db: Queryable, tenantId: string): Promise<Usage | null> {
    const [usage] = await db.query<Omit<Usage, 'days'>>(
        `select t.id as tenant_id,
             t.credits + coalesce(sum(r.credits) filter (where r.expires_at <= accounts_now()), 0)::bigint as credits,
             coalesce(sum(r.credits) filter (where r.expires_at > accounts_now()), 0)::bigint as reserved,
             (select coalesce(sum(credits_used), 0)::bigint from usage_days where tenant_id = t.id) as used
         from tenants t left join reservations r on r.tenant_id = t.id and r.settled_credits is null
         where t.id = $1 group by t.id`,
        [tenantId],
    );
    if (!usage) return null;
    const days = await db.query<UsageDay>(
        'select day as date, requests, credits_used from usage_days where tenant_id = $1 order by day',
        [tenantId],
    );
    return { ...usage, days };
}

type Plan = Pick<Tenant, 'max_requests_per_second' | 'max_urls_per_request'>;

export type AccountFacts = Pick<Usage, 'credits' | 'reserved' | 'days'> & Plan & { used_this_month: number };

/** What an account may see of itself: balance, plan, usage of this month (UTC) and of the last 31 days. */
export async function readAccount(db: Queryable, tenantId: string): Promise<AccountFacts | null> {
    const usage = await readUsage(db, tenantId);
    const [plan] = await db.query<Plan & { month: string }>(
        `select max_requests_per_second, max_urls_per_request, to_char(accounts_now() at time zone 'UTC', 'YYYY-MM-') as month
         from tenants where id = $1`,
        [tenantId],
    );
    if (!usage || !plan) return null;
    const { month, ...limits } = plan;
    const { credits, reserved, days } = usage;
    const thisMonth = days.filter(({ date }) => date.startsWith(month));
    const used = thisMonth.reduce((sum, day) => sum + day.credits_used, 0);
    return { credits, reserved, used_this_month: used, ...limits, days: days.slice(-daysShown) };
}
