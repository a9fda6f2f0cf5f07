import type { Mode } from '../enrichment/result/result.ts';
import type { Database } from './database.ts';
import type { RateStatus, SlotDecision } from './rate-limit.ts';

/** The lease of a reservation: a request's time budget (8 s) and 5 s more. */
export const reservationLeaseMs = 13_000;

/** How long a final response is stored for replay. */
export const responseKeptMs = 24 * 60 * 60 * 1000;

/** How long a settled reservation is kept, so that settling can be repeated. */
const settledKeptMs = 10 * 60 * 1000;

/** A request before any work is done for it. */
export type ReserveRequest = {
    /** Also the id of the reservation. */
    requestId: string;
    keyHash: string;
    /** Accounts at their limit of URLs in progress in this process; see `accountName`. */
    busyAccounts: readonly string[];
    /** Null for a request that only takes a slot and reserves nothing. */
    work: null | {
        urls: number;
        /** The distinct profiles by canonical URL; each reserves one credit with a live key. */
        people: readonly string[];
        route: string;
        /** Null without an `Idempotency-Key`. */
        idempotencyKey: string | null;
        /** A hash of the parsed body. */
        bodyHash: string;
    };
};

/** The account of a key, and the mode of the key. */
export type Caller = { tenantId: string; mode: Mode };

/** A stored response. Its body may have a placeholder for the balance; `balance` is the value when it was stored. */
export type StoredResponse = { status: number; body: string; balance: number | null };

/** An outcome with a known account; `rate` is for the headers of the response. */
type Known<Outcome> = Outcome & { caller: Caller; rate: RateStatus; maxUrls: number };

export type ReserveOutcome =
    /** An unknown or revoked key. */
    | { kind: 'unknown_key' }
    /** The account is at its limit of URLs in progress in this process. Nothing was counted. */
    | Known<{ kind: 'too_much_at_work' }>
    | Known<{ kind: 'rate_limited'; waitMs: number }>
    | Known<{ kind: 'admitted' }>
    | Known<{ kind: 'too_many_urls' }>
    /** Credits and idempotency key are reserved. The `suppressed` profiles must not be fetched. */
    | Known<{ kind: 'reserved'; suppressed: ReadonlySet<string> }>
    /** The request was answered before. */
    | Known<{ kind: 'replay'; response: StoredResponse }>
    | Known<{ kind: 'in_progress' }>
    /** The key was used with another body. */
    | Known<{ kind: 'key_reused' }>
    | Known<{ kind: 'insufficient_credits' }>;

/** How a request ends. */
export type Settlement = {
    requestId: string;
    /** At most what was reserved. */
    creditsUsed: number;
    /** All people in the response; none may have been suppressed in the meantime. */
    people: readonly string[];
    /** Null without an `Idempotency-Key`: the response is not stored. */
    idempotencyKey: string | null;
    /** Stored for the key; null frees the key, because a retry may have another outcome. */
    response: { status: number; body: string } | null;
};

export type SettleOutcome =
    /** `balance` is the balance afterwards; null without a limit. */
    | { kind: 'settled'; balance: number | null }
    /** These people were suppressed since the request started. Nothing was done: settle again without them. */
    | { kind: 'suppressed'; people: ReadonlySet<string> }
    /** The lease had expired: nothing was charged and no result may be returned. */
    | { kind: 'lost' };

type ReserveRow = {
    outcome: ReserveOutcome['kind'];
    tenant_id: string;
    mode: Mode;
    max_urls: number;
    rate_limit: number;
    remaining: number;
    resets_at: number;
    wait_ms: number;
    response_status: number;
    response_body: string;
    balance: number | null;
    suppressed: string[] | null;
};

/** Starts a request in one round trip, by the rules in `request-functions.ts`. Safe to repeat. */
export async function reserveRequest(db: IdempotentQueryable, request: ReserveRequest): Promise<ReserveOutcome> {
    const { requestId, keyHash, busyAccounts, work } = request;
    const row = await callFunction<ReserveRow>(db, 'reserve_request($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
        keyHash,
        busyAccounts,
        requestId,
        toInterval(reservationLeaseMs),
        work?.urls ?? null,
        work?.people ?? [],
        work?.route ?? null,
        work?.idempotencyKey ?? null,
        work?.bodyHash ?? null,
    ]);
    if (row.outcome === 'unknown_key') return { kind: 'unknown_key' };
    const caller = { tenantId: row.tenant_id, mode: row.mode };
    const rate = { limit: row.rate_limit, windowSecs: 1, remaining: row.remaining, resetsAt: row.resets_at };
    const known = { caller, rate, maxUrls: row.max_urls };
    const { outcome } = row;
    // `known` first: V8 copies a leading spread at once, a later one property by property.
    if (outcome === 'rate_limited') return { ...known, kind: outcome, waitMs: row.wait_ms };
    if (outcome === 'reserved') return { ...known, kind: outcome, suppressed: new Set(row.suppressed) };
    if (outcome === 'replay') {
        const response = { status: row.response_status, body: row.response_body, balance: row.balance };
        return { ...known, kind: outcome, response };
    }
    return { ...known, kind: outcome };
}

/** Takes a slot of the account's rate for the next URL of a batch. A retry after a broken connection may take two. */
export async function takeBatchSlot(db: IdempotentQueryable, { tenantId, mode }: Caller): Promise<SlotDecision> {
    const [row] = await db.queryIdempotent<{
        is_granted: boolean;
        rate_limit: number;
        remaining: number;
        resets_at: number;
        wait_ms: number;
    }>(
        `select s.*, t.max_requests_per_second as rate_limit
         from tenants t, take_slot(t.id, $2, 'batch', t.max_requests_per_second) s where t.id = $1`,
        [tenantId, mode],
    );
    if (!row) throw new Error('the account does not exist');
    const { is_granted: isGranted, rate_limit: limit, remaining, resets_at: resetsAt, wait_ms: waitMs } = row;
    return { isGranted, waitMs, rate: { limit, windowSecs: 1, remaining, resetsAt } };
}

/** Renews the lease of a running request. False if its reservation is lost: stop working on it. */
export async function renewRequest(db: IdempotentQueryable, requestId: string): Promise<boolean> {
    const [row] = await db.queryIdempotent<{ is_renewed: boolean }>('select renew_request($1, $2) as is_renewed', [
        requestId,
        toInterval(reservationLeaseMs),
    ]);
    return row?.is_renewed ?? false;
}

/** Settles a request in one round trip, by the rules in `request-functions.ts`. Safe to repeat. */
export async function settleRequest(db: IdempotentQueryable, settlement: Settlement): Promise<SettleOutcome> {
    const { requestId, creditsUsed, people, idempotencyKey, response } = settlement;
    const hasKey = idempotencyKey !== null;
    const stored = hasKey ? response : null;
    const row = await callFunction<{
        outcome: SettleOutcome['kind'];
        balance: number;
        suppressed: string[] | null;
    }>(db, 'settle_request($1, $2, $3, $4, $5, $6, $7, $8)', [
        requestId,
        creditsUsed,
        people,
        hasKey,
        stored?.status ?? null,
        stored?.body ?? null,
        toInterval(responseKeptMs),
        toInterval(settledKeptMs),
    ]);
    if (row.outcome === 'settled') return { kind: 'settled', balance: row.balance };
    if (row.outcome === 'suppressed') return { kind: 'suppressed', people: new Set(row.suppressed) };
    return { kind: 'lost' };
}

type IdempotentQueryable = Pick<Database, 'queryIdempotent'>;

/** Calls a function of the database. Its result comes as one column of JSON, which costs less than a dozen columns. */
async function callFunction<Result>(
    db: IdempotentQueryable,
    call: string,
    parameters: readonly unknown[],
): Promise<Result> {
    const [row] = await db.queryIdempotent<{ result: Result }>(`select to_json(${call}) as result`, parameters);
    if (!row) throw new Error(`${call} returned no row`);
    return row.result;
}

function toInterval(durationMs: number): string {
    return `${durationMs} milliseconds`;
}
