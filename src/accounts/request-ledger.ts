import type { Mode } from '../enrichment/result/result.ts';
import type { Database } from './database/database.ts';
import type { RateStatus, SlotDecision } from './rate-limit.ts';

/** How long a reservation stands without a sign of life: a request's time budget (8 s) and 5 s more. */
export const reservationLeaseMs = 13_000;

/** How long a final response is kept for replay. */
export const responseKeptMs = 24 * 60 * 60 * 1000;

/** How long a settled reservation is remembered: settling it again must find it. */
const settledKeptMs = 10 * 60 * 1000;

/** One request as the ledger sees it before any work is done for it. */
export type ReserveRequest = {
    /** The request's id, and its reservation's. */
    requestId: string;
    keyHash: string;
    /** Accounts that have as much at work here as they may; see `accountName`. */
    busyAccounts: readonly string[];
    /** Null for one that shall only be admitted: it takes a slot, and nothing is reserved for it. */
    work: null | {
        urls: number;
        /** The distinct profiles asked for, by canonical URL; each costs a credit with a live key. */
        people: readonly string[];
        route: string;
        /** Null without an `Idempotency-Key`. */
        idempotencyKey: string | null;
        /** Tells one parsed body from another. */
        bodyHash: string;
    };
};

/** Whose key it is. */
export type Caller = { tenantId: string; mode: Mode };

/** A stored response. Its body may leave the balance open; `balance` is what stood there when it was stored. */
export type StoredResponse = { status: number; body: string; balance: number | null };

/** An outcome of a request whose account is known: `rate` is for the headers of the response. */
type Known<Outcome> = Outcome & { caller: Caller; rate: RateStatus; maxUrls: number };

export type ReserveOutcome =
    /** A key that is not ours, or revoked. */
    | { kind: 'unknown_key' }
    /** The account has as much at work in this process as it may. Nothing was counted. */
    | Known<{ kind: 'too_much_at_work' }>
    | Known<{ kind: 'rate_limited'; waitMs: number }>
    | Known<{ kind: 'admitted' }>
    | Known<{ kind: 'too_many_urls' }>
    /** Credits and key are held. `suppressed` are those of the profiles that must not be fetched. */
    | Known<{ kind: 'reserved'; suppressed: ReadonlySet<string> }>
    /** The same request was answered before. */
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
    /** Everybody whom the response names: none of them may have been suppressed meanwhile. */
    people: readonly string[];
    /** Null without an `Idempotency-Key`: then nothing of the response is stored. */
    idempotencyKey: string | null;
    /** What is stored for the key; null when trying again can come to something else, which frees the key. */
    response: { status: number; body: string } | null;
};

export type SettleOutcome =
    /** `balance` is what can be spent after it; null where nothing limits it. */
    | { kind: 'settled'; balance: number | null }
    /** People who were suppressed since the request began: nothing was done, settle again without them. */
    | { kind: 'suppressed'; people: ReadonlySet<string> }
    /** The lease was over, so nothing is charged and nothing may be answered. */
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

/** Begins a request in one round trip; the rules are in `request-functions.ts`. Safe to repeat. */
export async function reserveRequest(db: IdempotentQueryable, request: ReserveRequest): Promise<ReserveOutcome> {
    const { requestId, keyHash, busyAccounts, work } = request;
    const [row] = await db.queryIdempotent<ReserveRow>(
        'select * from reserve_request($1, $2, $3, $4, $5, $6, $7, $8, $9)',
        [
            keyHash,
            busyAccounts,
            requestId,
            toInterval(reservationLeaseMs),
            work?.urls ?? null,
            work?.people ?? [],
            work?.route ?? null,
            work?.idempotencyKey ?? null,
            work?.bodyHash ?? null,
        ],
    );
    if (!row) throw new Error('reserve_request answers with one row');
    if (row.outcome === 'unknown_key') return { kind: 'unknown_key' };
    const caller = { tenantId: row.tenant_id, mode: row.mode };
    const rate = { limit: row.rate_limit, windowSecs: 1, remaining: row.remaining, resetsAt: row.resets_at };
    const known = { caller, rate, maxUrls: row.max_urls };
    const { outcome } = row;
    if (outcome === 'rate_limited') return { kind: outcome, ...known, waitMs: row.wait_ms };
    if (outcome === 'reserved') return { kind: outcome, ...known, suppressed: new Set(row.suppressed) };
    if (outcome === 'replay') {
        const response = { status: row.response_status, body: row.response_body, balance: row.balance };
        return { kind: outcome, ...known, response };
    }
    return { kind: outcome, ...known };
}

/** One slot of the account's rate for the next URL of a batch. Asked again after a broken connection, it may take two. */
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
    if (!row) throw new Error('an account that does not exist');
    const { is_granted: isGranted, rate_limit: limit, remaining, resets_at: resetsAt, wait_ms: waitMs } = row;
    return { isGranted, waitMs, rate: { limit, windowSecs: 1, remaining, resetsAt } };
}

/** A sign of life of a request that takes long. False when its reservation is gone: stop working on it. */
export async function renewRequest(db: IdempotentQueryable, requestId: string): Promise<boolean> {
    const [row] = await db.queryIdempotent<{ is_renewed: boolean }>('select renew_request($1, $2) as is_renewed', [
        requestId,
        toInterval(reservationLeaseMs),
    ]);
    return row?.is_renewed ?? false;
}

/** Ends a request in one round trip; the rules are in `request-functions.ts`. Safe to repeat. */
export async function settleRequest(db: IdempotentQueryable, settlement: Settlement): Promise<SettleOutcome> {
    const { requestId, creditsUsed, people, idempotencyKey, response } = settlement;
    const hasKey = idempotencyKey !== null;
    const kept = hasKey ? response : null;
    const [row] = await db.queryIdempotent<{
        outcome: SettleOutcome['kind'];
        balance: number;
        suppressed: string[] | null;
    }>('select * from settle_request($1, $2, $3, $4, $5, $6, $7, $8)', [
        requestId,
        creditsUsed,
        people,
        hasKey,
        kept?.status ?? null,
        kept?.body ?? null,
        toInterval(responseKeptMs),
        toInterval(settledKeptMs),
    ]);
    if (row?.outcome === 'settled') return { kind: 'settled', balance: row.balance };
    if (row?.outcome === 'suppressed') return { kind: 'suppressed', people: new Set(row.suppressed) };
    return { kind: 'lost' };
}

type IdempotentQueryable = Pick<Database, 'queryIdempotent'>;

function toInterval(durationMs: number): string {
    return `${durationMs} milliseconds`;
}
