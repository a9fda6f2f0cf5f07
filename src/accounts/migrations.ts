import type { Database, Queryable } from './database.ts';
import { lookupTables } from './lookups.ts';
import { rateFunctions } from './rate-limit.ts';
import { requestFunctions } from './request-functions.ts';

/**
 * Step 2, for requests in two round trips: plans of tenants, separate rate windows for test keys, one expiry column per
 * row, and the balance separate from the stored response.
 */
const requestTables = `
alter table tenants
    add column max_requests_per_second integer not null default 4 check (max_requests_per_second between 1 and 1000),
    add column max_urls_per_request integer not null default 100 check (max_urls_per_request between 1 and 1000);

drop table rate_windows;
create table rate_windows (
    tenant_id text not null references tenants,
    mode text not null,
    -- The clock second being counted (Unix seconds) and the slots taken.
    starts_at bigint not null default 0,
    singles integer not null default 0,
    batches integer not null default 0,
    -- Slots batches asked for, granted or not. Refused single requests are not written.
    batches_asked integer not null default 0,
    -- Slots that the other kind may not take.
    held_for_singles integer not null default 0,
    held_for_batches integer not null default 0,
    primary key (tenant_id, mode)
);
insert into rate_windows (tenant_id, mode) select id, mode from tenants, (values ('live'), ('test')) as modes (mode);

-- Rows created and deleted with each request have no foreign key: its check would lock the tenant once more.
alter table reservations drop constraint reservations_tenant_id_fkey;
alter table reservations add column mode text not null default 'live';
alter table reservations rename column leased_until to expires_at;
drop index reservations_tenant_id_leased_until_idx;
create index on reservations (expires_at);
create index on reservations (tenant_id) where settled_credits is null;

alter table idempotency_keys drop constraint idempotency_keys_tenant_id_fkey;
alter table idempotency_keys rename column answer_status to response_status;
alter table idempotency_keys rename column answer_body to response_body;
alter table idempotency_keys rename column canonical_urls to people;
alter table idempotency_keys add column balance bigint;
update idempotency_keys set expires_at = now() where response_status is null;

create index on suppressed_profiles (suppressed_at);

-- Always empty: an insert that is rolled back tests whether the disk has space.
create table write_probes (padding text not null);
alter table write_probes alter column padding set storage plain;
`;

/**
 * The schema in steps. A released step never changes: every change is a new step.
 *
 * `tenants.credits` is the balance without reservations: a reservation deducts its credits and returns what it does not
 * use. So the check below keeps every balance at zero or above, whatever the code does.
 */
export const migrations: ReadonlyArray<{ id: number; sql: string }> = [
    {
        id: 1,
        sql: `
create table tenants (
    id text primary key,
    name text not null,
    credits bigint not null check (credits >= 0),
    created_at timestamptz not null
);

create table api_keys (
    id text primary key,
    tenant_id text not null references tenants,
    mode text not null check (mode in ('live', 'test')),
    key_hash text not null unique,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index on api_keys (tenant_id);

create table rate_windows (
    tenant_id text primary key references tenants,
    state jsonb not null
);

create table reservations (
    id text primary key,
    tenant_id text not null references tenants,
    credits integer not null check (credits >= 0),
    leased_until timestamptz not null,
    settled_credits integer check (settled_credits between 0 and credits)
);
create index on reservations (tenant_id, leased_until);

create table idempotency_keys (
    tenant_id text not null references tenants,
    route text not null,
    mode text not null,
    key text not null,
    body_hash text not null,
    reservation_id text not null,
    answer_status integer,
    answer_body text,
    canonical_urls text[] not null default '{}',
    expires_at timestamptz not null,
    primary key (tenant_id, route, mode, key)
);
create index on idempotency_keys (reservation_id);
create index on idempotency_keys (expires_at);
create index on idempotency_keys using gin (canonical_urls);

create table usage_days (
    tenant_id text not null references tenants,
    day text not null,
    requests bigint not null default 0,
    credits_used bigint not null default 0,
    primary key (tenant_id, day)
);

create table suppressed_profiles (
    canonical_url text primary key,
    suppressed_at timestamptz not null
);
`,
    },
    { id: 2, sql: requestTables + rateFunctions + requestFunctions },
    { id: 3, sql: lookupTables },
];

/** An arbitrary constant: the advisory lock of whoever changes the schema. */
const migrationLock = 6_172_024;

/**
 * Migrates the schema in one transaction. Processes that start together take turns; the second finds nothing to do. An
 * up-to-date schema is only read, so a role without the right to create is enough. Throws if the database was created
 * by a newer version.
 */
export async function migrate(db: Database): Promise<void> {
    if ((await readMissing(db)).length === 0) return;
    await db.transaction(async (tx) => {
        await tx.query('select pg_advisory_xact_lock($1)', [migrationLock]);
        await tx.script('create table if not exists schema_migrations (id integer primary key)');
        for (const { id, sql } of await readMissing(tx)) {
            await tx.script(sql);
            await tx.query('insert into schema_migrations (id) values ($1)', [id]);
        }
    });
}

/** Inserts a row that needs a new page of its table, and rolls back: rejects if there is no space. */
export async function probeWrite(transaction: Database['transaction']): Promise<void> {
    const rollBack = new Error('rolled back');
    await transaction(async (tx) => {
        await tx.query(`insert into write_probes (padding) values (repeat('x', 7000))`);
        throw rollBack;
    }).catch((error: unknown) => {
        if (error !== rollBack) throw error;
    });
}

async function readMissing(db: Queryable): Promise<typeof migrations> {
    const [table] = await db.query<{ exists: boolean }>(
        "select to_regclass('schema_migrations') is not null as exists",
    );
    if (!table?.exists) return migrations;
    const rows = await db.query<{ id: number }>('select id from schema_migrations');
    const done = new Set(rows.map(({ id }) => id));
    const newest = Math.max(0, ...migrations.map(({ id }) => id));
    if ([...done].some((id) => id > newest)) {
        throw new Error('The accounts were created by a newer version of this program. Start that version.');
    }
    return migrations.filter(({ id }) => !done.has(id));
}
