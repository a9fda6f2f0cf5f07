import type { Clock } from '../enrichment/clock.ts';
import type { Database } from './database.ts';
import { hashApiKey, isApiKeyWellFormed } from './keys.ts';
import { releaseLookup, reserveLookup, type LookupLimits, type LookupPermit, type LookupRequest } from './lookups.ts';
import type { SlotDecision } from './rate-limit.ts';
import {
    renewRequest,
    reserveRequest,
    settleRequest,
    takeBatchSlot,
    type Caller,
    type ReserveOutcome,
    type ReserveRequest,
    type Settlement,
    type SettleOutcome,
} from './request-ledger.ts';
import { readAccount, type AccountFacts } from './tenants.ts';

/** The credentials of a request. */
export type Credentials =
    /** No `Authorization`, or one that is not `Bearer <key>`. */
    | { kind: 'missing' }
    /** Not in the format of an API key. */
    | { kind: 'malformed' }
    | { kind: 'key'; keyHash: string };

/**
 * Everything the API needs from the accounts: authentication, rate limits, reservations and their settlement. Every
 * method that returns a promise rejects when the accounts cannot be reached; then nothing was changed, or the
 * reservation expires by itself.
 */
export type Gatekeeper = {
    /** Parses the header, without a query. */
    readCredentials(authorization: string | undefined): Credentials;
    /** The refusal of this key in the current second if one is remembered, without a query. */
    recallRefusal(keyHash: string): Refusal | null;
    reserve(request: ReserveRequest): Promise<ReserveOutcome>;
    takeSlot(caller: Caller): Promise<SlotDecision>;
    /** False if the reservation is lost: stop working on the request. */
    renew(requestId: string): Promise<boolean>;
    settle(settlement: Settlement): Promise<SettleOutcome>;
    /** Counts one provider lookup before it is made. Lookups of test keys stay in the sandbox and are not counted. */
    reserveLookup(request: LookupRequest): Promise<LookupPermit>;
    /** Uncounts a lookup that was never sent. */
    releaseLookup(caller: Caller, day: string): Promise<void>;
    /** Reads what an account may see of itself; null without accounts. */
    readAccount: ((caller: Caller) => Promise<AccountFacts | null>) | null;
    /** Rejects when requests cannot be served. */
    check(): Promise<void>;
};

/** In characters; far more than a key has. */
const maxAuthorizationLength = 2048;

/** The maximum number of remembered refusals; beyond it, all are forgotten. */
const maxRememberedRefusals = 10_000;

/** A gatekeeper backed by the accounts database. */
export function createGatekeeper(
    db: Database,
    { clock, lookupLimits }: { clock: Pick<Clock, 'elapsed'>; lookupLimits: LookupLimits },
): Gatekeeper {
    const refusals = rememberRefusals(clock);
    return {
        readCredentials(authorization = '') {
            if (authorization.length > maxAuthorizationLength) return { kind: 'malformed' };
            const key = /^Bearer +(\S.*)$/i.exec(authorization.trim())?.[1];
            if (key === undefined) return { kind: 'missing' };
            return isApiKeyWellFormed(key) ? { kind: 'key', keyHash: hashApiKey(key) } : { kind: 'malformed' };
        },
        recallRefusal: (keyHash) => refusals.find(keyHash),
        async reserve(request) {
            const refused = refusals.find(request.keyHash);
            if (refused) return refused;
            const outcome = await reserveRequest(db, request);
            if (outcome.kind === 'rate_limited') refusals.add(request.keyHash, outcome);
            return outcome;
        },
        takeSlot: (caller) => takeBatchSlot(db, caller),
        renew: (requestId) => renewRequest(db, requestId),
        settle: (settlement) => settleRequest(db, settlement),
        async reserveLookup(request) {
            return request.caller.mode === 'test' ? inSandbox : reserveLookup(db, request, lookupLimits);
        },
        async releaseLookup(caller, day) {
            if (caller.mode === 'live') await releaseLookup(db, caller, day);
        },
        readAccount: ({ tenantId }) => readAccount(db, tenantId),
        check: () => db.check(),
    };
}

const inSandbox: LookupPermit = { kind: 'granted', day: '' };

export type Refusal = Extract<ReserveOutcome, { kind: 'rate_limited' }>;

/**
 * Keys whose account has no slot left in the current second. No slot is freed within it, so further requests are
 * refused without a query and cost other accounts little.
 */
function rememberRefusals(clock: Pick<Clock, 'elapsed'>) {
    const refusals = new Map<string, { refusal: Refusal; endsAt: number }>();
    return {
        find(keyHash: string): Refusal | null {
            const known = refusals.get(keyHash);
            if (!known) return null;
            const waitMs = known.endsAt - clock.elapsed();
            if (waitMs > 0) return { ...known.refusal, waitMs };
            refusals.delete(keyHash);
            return null;
        },
        add(keyHash: string, refusal: Refusal): void {
            if (refusals.size >= maxRememberedRefusals) refusals.clear();
            refusals.set(keyHash, { refusal, endsAt: clock.elapsed() + refusal.waitMs });
        },
    };
}

/** The name under which an account's test or live keys are counted. */
export function accountName({ tenantId, mode }: Caller): string {
    return `${tenantId}:${mode}`;
}
