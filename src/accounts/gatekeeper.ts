import type { Clock } from '../enrichment/clock.ts';
import type { Database } from './database/database.ts';
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
import { readAccount, type AccountFacts } from './usage.ts';

/** What a request shows of who sends it. */
export type Credentials =
    /** No `Authorization`, or one that is not `Bearer <key>`. */
    | { kind: 'missing' }
    /** What cannot be a key of ours. */
    | { kind: 'malformed' }
    | { kind: 'key'; keyHash: string };

/**
 * Everything the API asks of the accounts: who is it, may they go on, are credits and key held, are they still, and
 * what did it come to. Every method that is asked for a promise rejects when the accounts cannot be reached, and then
 * nothing was changed or it is given back by itself.
 */
export type Gatekeeper = {
    /** Reads the header without asking anybody. */
    readCredentials(authorization: string | undefined): Credentials;
    /** Whether this key has no slot left in the current second, as far as that is known without asking anybody. */
    recallRefusal(keyHash: string): Refusal | null;
    reserve(request: ReserveRequest): Promise<ReserveOutcome>;
    takeSlot(caller: Caller): Promise<SlotDecision>;
    /** False: what was held is lost, stop. */
    renew(requestId: string): Promise<boolean>;
    settle(settlement: Settlement): Promise<SettleOutcome>;
    /** Counts one lookup at a provider before it is made; test keys make theirs in the sandbox, uncounted. */
    reserveLookup(request: LookupRequest): Promise<LookupPermit>;
    /** Takes back a lookup that was never sent. */
    releaseLookup(caller: Caller, day: string): Promise<void>;
    /** What an account is shown of itself; null where there are no accounts. */
    readAccount: ((caller: Caller) => Promise<AccountFacts | null>) | null;
    /** Rejects when requests cannot be served. */
    check(): Promise<void>;
};

/** Far more than a key has, in characters. */
const maxAuthorizationLength = 2048;

/** So many keys are remembered as being out of slots; then all are asked for again. */
const maxRememberedRefusals = 10_000;

/** The gatekeeper over a database of accounts. */
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
 * Keys whose account has no slot left in the current second. Within it none comes back, so whoever hammers on is
 * answered without the database, and costs the others little.
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

/** The name under which an account's test keys or live keys are counted. */
export function accountName({ tenantId, mode }: Caller): string {
    return `${tenantId}:${mode}`;
}
