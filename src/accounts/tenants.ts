import { monotonicFactory } from 'ulid';
import type { Queryable } from './database.ts';

/** The maximum balance of an account, far below the limits of integers. */
export const maxCredits = 1_000_000_000;

/** The maximum of a plan, for requests per second and for URLs per request. */
export const maxPlan = 1000;

export type Tenant = {
    tenant_id: string;
    name: string;
    credits: number;
    max_requests_per_second: number;
    max_urls_per_request: number;
};

const tenantColumns = 'id as tenant_id, name, credits, max_requests_per_second, max_urls_per_request';

/** A ULID for an instant (ms since the epoch). IDs for the same instant sort in the order they were created. */
export const newId: (now: number) => string = monotonicFactory();

/** Creates an account on the default plan: 4 requests per second, 100 URLs per request. */
export async function createTenant(
    db: Queryable,
    { name, credits, now }: { name: string; credits: number; now: number },
): Promise<Tenant> {
    const [tenant] = await db.query<Tenant>(
        `with made as (
             insert into tenants (id, name, credits, created_at) values ($1, $2, $3, $4) returning *
         ), windows as (
             insert into rate_windows (tenant_id, mode)
             select id, mode from made, (values ('live'), ('test')) as modes (mode)
         )
         select ${tenantColumns} from made`,
        [`ten_${newId(now)}`, name, credits, new Date(now)],
    );
    if (!tenant) throw new Error('the account was not created');
    return tenant;
}

/** All accounts, oldest first. */
export function listTenants(db: Queryable): Promise<Tenant[]> {
    return db.query(`select ${tenantColumns} from tenants order by created_at, id`);
}

/** Changes an account's plan; null values stay as they are. Null if there is no such account. */
export async function changePlan(
    db: Queryable,
    tenantId: string,
    plan: { maxRequestsPerSecond: number | null; maxUrlsPerRequest: number | null },
): Promise<Tenant | null> {
    const [tenant] = await db.query<Tenant>(
        `update tenants set
             max_requests_per_second = coalesce($2::integer, max_requests_per_second),
             max_urls_per_request = coalesce($3::integer, max_urls_per_request)
         where id = $1 returning ${tenantColumns}`,
        [tenantId, plan.maxRequestsPerSecond, plan.maxUrlsPerRequest],
    );
    return tenant ?? null;
}

/** Whether the account exists. */
export async function hasTenant(db: Queryable, tenantId: string): Promise<boolean> {
    return (await db.query('select 1 from tenants where id = $1', [tenantId])).length > 0;
}

/**
 * Adds credits and returns the new balance. Null if there is no such account; `full` if it would exceed `maxCredits`.
 */
export async function addCredits(db: Queryable, tenantId: string, credits: number): Promise<number | null | 'full'> {
    // Reservations of dead processes are released first.
    await db.query('select release_overdue($1)', [tenantId]);
    const [row] = await db.query<{ credits: number }>(
        'update tenants set credits = credits + $2 where id = $1 and credits + $2 <= $3 returning credits',
        [tenantId, credits, maxCredits],
    );
    if (row) return row.credits;
    return (await hasTenant(db, tenantId)) ? 'full' : null;
}

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
