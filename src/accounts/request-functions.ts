/**
 * The rules of idempotency and credits at the start, during and at the end of a request, each in one function, so that
 * a request takes two round trips. PL/pgSQL, because PostgreSQL keeps its plans between calls; docs/performance.md has
 * the cost of the same rules as single statements. Every row is found by a key, so one plan is right for all values and
 * none is made anew (`force_generic_plan`).
 *
 * Time is the database's, so that processes with different clocks agree. All functions lock rows in the same order
 * (rate_windows, idempotency_keys, reservations, usage_days, tenants), so two calls cannot deadlock.
 */
export const requestFunctions = `
-- Counts a request and its credits on the day (UTC) of p_now.
create function count_usage(p_tenant_id text, p_now timestamptz, p_requests integer, p_credits integer)
returns void language plpgsql as $$
begin
    insert into usage_days as u (tenant_id, day, requests, credits_used)
        values (p_tenant_id, to_char(p_now at time zone 'UTC', 'YYYY-MM-DD'), p_requests, p_credits)
        on conflict (tenant_id, day) do update set
            requests = u.requests + excluded.requests, credits_used = u.credits_used + excluded.credits_used;
end $$;

-- Releases all expired reservations, of one account or of all.
create function release_overdue(p_tenant_id text) returns void language sql as $$
    with overdue as (
        delete from reservations
        where settled_credits is null and expires_at <= accounts_now()
            and (p_tenant_id is null or tenant_id = p_tenant_id)
        returning tenant_id, credits
    ),
    sums as (select tenant_id, sum(credits) as credits from overdue group by tenant_id)
    update tenants t set credits = t.credits + sums.credits
    from sums where t.id = sums.tenant_id and sums.credits > 0
$$;

-- Starts a request: checks the key, the rate, the idempotency key and the balance, in this order. The outcome
-- 'reserved' reserves credits and idempotency key for p_lease; every other outcome reserves nothing. Without p_urls the
-- request ends once it has a slot ('admitted'). Safe to repeat with the same p_request_id. The commit is not flushed:
-- if a crash of the database loses it, the request can no longer be settled and nothing is charged.
create function reserve_request(
    p_key_hash text, p_busy text[], p_request_id text, p_lease interval,
    p_urls integer, p_people text[], p_route text, p_key text, p_body_hash text,
    out outcome text, out tenant_id text, out mode text, out max_urls integer,
    out rate_limit integer, out remaining integer, out resets_at bigint, out wait_ms integer,
    out response_status integer, out response_body text, out balance bigint, out suppressed text[]
) language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    now_at timestamptz := accounts_now();
    cost integer;
    caller record;
    slot record;
    earlier idempotency_keys;
begin
    perform set_config('synchronous_commit', 'off', true);
    -- is_reserved: by an earlier try, whose connection broke.
    select k.id as key_id, k.tenant_id, k.mode, k.last_used_at, t.max_requests_per_second, t.max_urls_per_request,
            (select array_agg(s.canonical_url) from suppressed_profiles s where s.canonical_url = any (p_people))
                as suppressed,
            exists (select from reservations r where r.id = p_request_id and r.tenant_id = k.tenant_id) as is_reserved
        into caller
        from api_keys k join tenants t on t.id = k.tenant_id
        where k.key_hash = p_key_hash and k.revoked_at is null;
    if not found then outcome := 'unknown_key'; return; end if;
    tenant_id := caller.tenant_id;
    mode := caller.mode;
    max_urls := caller.max_urls_per_request;
    rate_limit := caller.max_requests_per_second;
    suppressed := caller.suppressed;
    remaining := 0;
    resets_at := floor(extract(epoch from now_at)) + 1;
    if caller.is_reserved then outcome := 'reserved'; return; end if;
    if tenant_id || ':' || mode = any (p_busy) then outcome := 'too_much_at_work'; return; end if;

    slot := take_slot(tenant_id, mode, 'single', rate_limit);
    remaining := slot.remaining;
    resets_at := slot.resets_at;
    wait_ms := slot.wait_ms;
    if not slot.is_granted then outcome := 'rate_limited'; return; end if;

    -- At most one write per minute.
    if caller.last_used_at is null or caller.last_used_at < now_at - interval '1 minute' then
        update api_keys set last_used_at = now_at where id = caller.key_id;
    end if;

    if p_urls is null then outcome := 'admitted'; end if;
    if p_urls > max_urls then outcome := 'too_many_urls'; end if;

    -- Claims the key if it is new or its row has expired (an old response, a dead process).
    while outcome is null and p_key is not null loop
        insert into idempotency_keys as i (tenant_id, route, mode, key, body_hash, reservation_id, expires_at)
            values (caller.tenant_id, p_route, caller.mode, p_key, p_body_hash, p_request_id, now_at + p_lease)
            on conflict on constraint idempotency_keys_pkey do update set
                body_hash = excluded.body_hash, reservation_id = excluded.reservation_id,
                response_status = null, response_body = null, balance = null, people = '{}',
                expires_at = excluded.expires_at
            where i.expires_at <= now_at;
        exit when found;
        select * into earlier from idempotency_keys i
            where i.tenant_id = caller.tenant_id and i.route = p_route and i.mode = caller.mode and i.key = p_key;
        -- Freed in the meantime: try again to claim it.
        continue when not found;
        if earlier.body_hash <> p_body_hash then
            outcome := 'key_reused';
        elsif earlier.response_status is null then
            outcome := 'in_progress';
        elsif exists (select from suppressed_profiles s where s.canonical_url = any (earlier.people)) then
            -- A person in it was suppressed while it was being stored.
            delete from idempotency_keys i where i.reservation_id = earlier.reservation_id;
        else
            outcome := 'replay';
            response_status := earlier.response_status;
            response_body := earlier.response_body;
            balance := earlier.balance;
        end if;
    end loop;

    if outcome is null then
        cost := case mode when 'live' then cardinality(p_people) else 0 end;
        -- One statement, so no balance goes below zero; the table checks it too.
        update tenants t set credits = t.credits - cost where t.id = caller.tenant_id and t.credits >= cost;
        if not found then
            -- Part of the balance may be reserved by a dead process.
            perform release_overdue(tenant_id);
            update tenants t set credits = t.credits - cost where t.id = caller.tenant_id and t.credits >= cost;
        end if;
        if found then
            insert into reservations (id, tenant_id, mode, credits, expires_at)
                values (p_request_id, tenant_id, mode, cost, now_at + p_lease);
            outcome := 'reserved';
            return;
        end if;
        delete from idempotency_keys i where i.reservation_id = p_request_id;
        outcome := 'insufficient_credits';
    end if;
    -- A reserved request is counted when it is settled.
    perform count_usage(tenant_id, now_at, 1, 0);
end $$;

-- Renews the lease of a running request. False: the lease has expired and the request can no longer be settled.
create function renew_request(p_request_id text, p_lease interval) returns boolean language plpgsql as $$
declare
    now_at timestamptz := accounts_now();
begin
    update idempotency_keys set expires_at = now_at + p_lease
        where reservation_id = p_request_id and response_status is null and expires_at > now_at;
    update reservations set expires_at = now_at + p_lease
        where id = p_request_id and settled_credits is null and expires_at > now_at;
    return found;
end $$;

-- Settles a request: charges the credits used, releases the others, stores the response or frees the key. 'lost': the
-- lease had expired, nothing was charged. 'suppressed': a person in the response was suppressed in the meantime,
-- nothing was done. Safe to repeat: the second call changes nothing and returns the same.
create function settle_request(
    p_request_id text, p_credits integer, p_people text[], p_has_key boolean,
    p_response_status integer, p_response_body text, p_kept interval, p_remembered interval,
    out outcome text, out balance bigint, out suppressed text[]
) language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    now_at timestamptz := accounts_now();
    reservation reservations;
    unused integer;
    is_ours boolean;
begin
    select array_agg(s.canonical_url) into suppressed
        from suppressed_profiles s where s.canonical_url = any (p_people);
    if suppressed is not null then outcome := 'suppressed'; return; end if;

    -- The key is locked first. If another request has claimed it, this one's lease has expired too.
    is_ours := true;
    if p_has_key then
        perform from idempotency_keys i where i.reservation_id = p_request_id for update;
        is_ours := found;
    end if;
    update reservations set settled_credits = p_credits, expires_at = now_at + p_remembered
        where is_ours and id = p_request_id and settled_credits is null and expires_at > now_at
        returning * into reservation;
    if not found then
        select * into reservation from reservations r where r.id = p_request_id and r.settled_credits is not null;
        if not found then outcome := 'lost'; return; end if;
        select coalesce(i.balance, t.credits) into balance
            from tenants t left join idempotency_keys i on i.reservation_id = p_request_id
            where t.id = reservation.tenant_id;
        outcome := 'settled';
        return;
    end if;

    perform count_usage(reservation.tenant_id, now_at, 1, p_credits);
    unused := reservation.credits - p_credits;
    if unused > 0 then
        update tenants t set credits = t.credits + unused where t.id = reservation.tenant_id
            returning t.credits into balance;
    else
        select t.credits into balance from tenants t where t.id = reservation.tenant_id;
    end if;
    if p_has_key and p_response_status is null then
        delete from idempotency_keys i where i.reservation_id = p_request_id;
    elsif p_has_key then
        update idempotency_keys i set
            response_status = p_response_status, response_body = p_response_body, people = p_people,
            balance = settle_request.balance, expires_at = now_at + p_kept
            where i.reservation_id = p_request_id;
    end if;
    outcome := 'settled';
end $$;
`;
