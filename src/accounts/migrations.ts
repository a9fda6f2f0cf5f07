/**
 * The schema, step by step. A step that has been released is never changed: a change is a new step.
 *
 * `tenants.credits` is what can still be spent: a reservation takes its credits out of it and gives back what it does
 * not use. So the check below is what keeps a balance from going below zero, whatever the code does.
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
];
