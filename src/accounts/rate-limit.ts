/** A single request, or one URL of a batch, which waits for its slot. */
export type SlotKind = 'single' | 'batch';

/** The values of the rate headers of a response. */
export type RateStatus = {
    /** Requests per window. */
    limit: number;
    /** The length of a window in seconds: above 1 if the rate is below one per second. */
    windowSecs: number;
    /** Requests left in the window. */
    remaining: number;
    /** The end of the window in Unix seconds, by the clock that counts it. */
    resetsAt: number;
};

/** Whether a slot was granted; if not, the milliseconds until the next window. */
export type SlotDecision = { isGranted: boolean; rate: RateStatus; waitMs: number };

/** How an account used the current window; this one is of an account without requests. */
export const emptyRateWindow = {
    /** The start of the window in Unix seconds, or counted in windows if they are longer than a second. */
    startsAt: 0,
    singles: 0,
    batches: 0,
    /** Slots batches asked for, granted or not. Refused single requests are not counted. */
    batchesAsked: 0,
    /** Slots that the other kind may not take. */
    heldForSingles: 0,
    heldForBatches: 0,
};
export type RateWindow = typeof emptyRateWindow;

/**
 * Takes one of the `limit` slots of a window, in memory, by the rule of the SQL function `take_slot`. A test compares
 * the two.
 */
export function takeSlot(
    previous: RateWindow,
    { second, kind, limit }: { second: number; kind: SlotKind; limit: number },
): { window: RateWindow; isGranted: boolean } {
    const window =
        second > previous.startsAt || second < previous.startsAt - 2 ? open(previous, second, limit) : previous;
    const { singles, batches, batchesAsked, heldForSingles, heldForBatches } = window;
    if (kind === 'single') {
        const isGranted = singles + Math.max(batches, heldForBatches) < limit;
        return { isGranted, window: isGranted ? { ...window, singles: singles + 1 } : window };
    }
    const isGranted = batches + Math.max(singles, heldForSingles) < limit;
    const asked = { ...window, batchesAsked: batchesAsked + 1 };
    return { isGranted, window: isGranted ? { ...asked, batches: batches + 1 } : asked };
}

function open(previous: RateWindow, second: number, limit: number): RateWindow {
    const half = Math.floor(limit / 2);
    const isNext = previous.startsAt === second - 1;
    return {
        ...emptyRateWindow,
        startsAt: second,
        heldForSingles: isNext ? Math.min(previous.singles, half) : 0,
        heldForBatches: isNext ? Math.min(previous.batchesAsked, half) : 0,
    };
}

/** SQL: the database's clock, and the rate limit by it. Part of step 2 of the schema. */
export const rateFunctions = `
create function accounts_now() returns timestamptz language sql volatile as 'select clock_timestamp()';

-- Takes one slot of the account's clock second, for a single request or for one URL of a batch. No second has more than
-- p_limit, so no longer period exceeds the sum of its seconds. The kinds take turns: what each took (singles) or asked
-- for (batches) in the previous second is reserved for it, up to half. A refused single request writes nothing.
create function take_slot(
    p_tenant_id text, p_mode text, p_kind text, p_limit integer,
    out is_granted boolean, out remaining integer, out resets_at bigint, out wait_ms integer
) language plpgsql as $$
declare
    now_ms bigint := floor(extract(epoch from accounts_now()) * 1000);
    this_second bigint := now_ms / 1000;
    slots rate_windows;
begin
    -- The first request of a second opens its window, as does one that finds a window of a wrong clock (in the future).
    update rate_windows w set
        starts_at = this_second,
        singles = (p_kind = 'single')::integer, batches = (p_kind = 'batch')::integer,
        batches_asked = (p_kind = 'batch')::integer,
        held_for_singles = case w.starts_at when this_second - 1 then least(w.singles, p_limit / 2) else 0 end,
        held_for_batches = case w.starts_at when this_second - 1 then least(w.batches_asked, p_limit / 2) else 0 end
    where w.tenant_id = p_tenant_id and w.mode = p_mode
        and (w.starts_at < this_second or w.starts_at > this_second + 2)
    returning * into slots;

    if not found and p_kind = 'single' then
        update rate_windows w set singles = w.singles + 1
        where w.tenant_id = p_tenant_id and w.mode = p_mode
            and w.singles + greatest(w.batches, w.held_for_batches) < p_limit
        returning * into slots;
    elsif not found then
        update rate_windows w set batches = w.batches + 1, batches_asked = w.batches_asked + 1
        where w.tenant_id = p_tenant_id and w.mode = p_mode
            and w.batches + greatest(w.singles, w.held_for_singles) < p_limit
        returning * into slots;
    end if;

    is_granted := slots.tenant_id is not null;
    if not is_granted then
        if p_kind = 'batch' then
            update rate_windows w set batches_asked = w.batches_asked + 1
            where w.tenant_id = p_tenant_id and w.mode = p_mode;
        end if;
        select * into strict slots from rate_windows w where w.tenant_id = p_tenant_id and w.mode = p_mode;
    end if;
    remaining := case when is_granted then p_limit - slots.singles - slots.batches else 0 end;
    resets_at := slots.starts_at + 1;
    wait_ms := greatest(1, resets_at * 1000 - now_ms);
end $$;
`;
