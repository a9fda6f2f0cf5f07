import type { Database } from './database.ts';
import type { Caller } from './request-ledger.ts';

/** The maximum numbers of provider lookups per day (UTC). */
export type LookupLimits = { perDay: number; perTenantAndDay: number };

/** The permission to make one provider lookup. */
export type LookupPermit =
    /** `day` is the day on which it was counted, such as `2026-03-01`. */
    | { kind: 'granted'; day: string }
    /** The limit of the day is reached, for the account or for all; it resets after `waitMs`. */
    | { kind: 'used_up'; waitMs: number | null }
    /** One of the people is suppressed. */
    | { kind: 'suppressed' };

/** `people` are the canonical URLs of the person looked up. */
export type LookupRequest = { caller: Caller; people: readonly string[] };

/**
 * Step 3 of the schema. A lookup is counted before it is made, in a transaction that is flushed, and uncounted if it
 * was never sent, so a crash never causes more lookups than the limits allow.
 */
export const lookupTables = `
create table provider_lookups (
    day text not null,
    -- Empty for all accounts together.
    tenant_id text not null,
    lookups integer not null default 0 check (lookups >= 0),
    primary key (day, tenant_id)
);

-- Counts one lookup of the day (UTC), for the account and for all together, or neither. The row of all is locked first,
-- so two calls cannot deadlock. If the limit is reached, nothing is written.
create function reserve_lookup(
    p_tenant_id text, p_people text[], p_per_day integer, p_per_tenant integer,
    out outcome text, out day text, out wait_ms integer
) language plpgsql as $$
declare
    now_at timestamp := accounts_now() at time zone 'UTC';
begin
    perform from suppressed_profiles s where s.canonical_url = any (p_people);
    if found then outcome := 'suppressed'; return; end if;

    day := to_char(now_at, 'YYYY-MM-DD');
    outcome := 'used_up';
    wait_ms := ceil(extract(epoch from date_trunc('day', now_at) + interval '1 day' - now_at) * 1000);
    if least(p_per_day, p_per_tenant) < 1 then return; end if;
    perform from provider_lookups l where l.day = reserve_lookup.day
        and l.lookups >= case l.tenant_id when '' then p_per_day when p_tenant_id then p_per_tenant end;
    if found then return; end if;

    insert into provider_lookups as l (day, tenant_id, lookups) values (reserve_lookup.day, '', 1)
        on conflict on constraint provider_lookups_pkey do update set lookups = l.lookups + 1
        where l.lookups < p_per_day;
    if not found then return; end if;
    insert into provider_lookups as l (day, tenant_id, lookups) values (reserve_lookup.day, p_tenant_id, 1)
        on conflict on constraint provider_lookups_pkey do update set lookups = l.lookups + 1
        where l.lookups < p_per_tenant;
    if found then outcome := 'granted'; return; end if;
    update provider_lookups l set lookups = l.lookups - 1 where l.day = reserve_lookup.day and l.tenant_id = '';
end $$;

-- Uncounts a lookup that was never sent.
create function release_lookup(p_tenant_id text, p_day text) returns void language plpgsql as $$
begin
    update provider_lookups l set lookups = l.lookups - 1 where l.day = p_day and l.tenant_id = '' and l.lookups > 0;
    update provider_lookups l set lookups = l.lookups - 1
        where l.day = p_day and l.tenant_id = p_tenant_id and l.lookups > 0;
end $$;
`;

/**
 * Counts one provider lookup before it is made. Rejects if the connection breaks: the lookup may have been counted and
 * must not be made.
 */
export async function reserveLookup(
    db: Database,
    { caller, people }: LookupRequest,
    { perDay, perTenantAndDay }: LookupLimits,
): Promise<LookupPermit> {
    const [row] = await db.query<{ outcome: LookupPermit['kind']; day: string; wait_ms: number }>(
        'select * from reserve_lookup($1, $2, $3, $4)',
        [caller.tenantId, people, perDay, perTenantAndDay],
    );
    if (row?.outcome === 'granted') return { kind: 'granted', day: row.day };
    return row?.outcome === 'used_up' ? { kind: 'used_up', waitMs: row.wait_ms } : { kind: 'suppressed' };
}

/** Uncounts a lookup that was never sent. */
export async function releaseLookup(db: Database, { tenantId }: Caller, day: string): Promise<void> {
    await db.query('select release_lookup($1, $2)', [tenantId, day]);
}
