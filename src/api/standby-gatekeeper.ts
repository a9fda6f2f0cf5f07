import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { accountName, type Gatekeeper } from '../accounts/gatekeeper.ts';
import { emptyRateWindow, takeSlot, type SlotDecision, type SlotKind } from '../accounts/rate-limit.ts';
import { responseKeptMs, type Caller, type ReserveRequest, type StoredResponse } from '../accounts/request-ledger.ts';
import type { Clock } from '../enrichment/clock.ts';
import type { LookupBudget } from '../enrichment/source-chain.ts';
import type { Mode } from '../enrichment/result/result.ts';

/** The run's budget. All methods except `charge` are synchronous, so nothing can run in between. */
export type RunBudget = {
    /** Reserves `count` charges, all or none. */
    reserve(count: number): boolean;
    /** Keeps `used` of the reserved charges for `charge` and releases the others. */
    settle(reserved: number, used: number): void;
    /** Charges under an idempotency key. Resolves when charged, or when it takes too long. */
    charge(requestKey: string, count: number): Promise<void>;
    /** The charges left; null without a limit. */
    remaining(): number | null;
};

/** The maximum number of URLs per request. */
const maxUrls = 100;

/** The maximum number of responses kept for replay, and their maximum total length in characters. */
const maxKeptResponses = 1000;
const maxKeptLength = 50_000_000;

/** The maximum number of remembered charge keys: ten hours at four per second. */
const maxKnownCharges = 150_000;

type Work = NonNullable<ReserveRequest['work']>;

/**
 * The gatekeeper of a Standby run. Apify has authenticated the caller, so all callers are one account with the run's
 * budget as balance. The rate and the responses for replay are in memory for the lifetime of the run.
 */
export function createStandbyGatekeeper({
    budget,
    lookups,
    suppressed: suppressedAtFirst,
    mode,
    maxRequestsPerSecond,
    clock,
}: {
    budget: RunBudget;
    /** The run's remaining provider lookups. */
    lookups: LookupBudget;
    /** Canonical URLs of people who must not be fetched. */
    suppressed: ReadonlySet<string>;
    mode: Mode;
    maxRequestsPerSecond: number;
    clock: Clock;
}): Gatekeeper & {
    /** Replaces the list of suppressed people and deletes the responses that name one of them. */
    suppress(people: ReadonlySet<string>): void;
} {
    let suppressed = suppressedAtFirst;
    const caller: Caller = { tenantId: 'standby', mode };
    /** Running requests with their reserved credits. */
    const reservations = new Map<string, { work: Work; credits: number }>();
    /** The bodies of running requests, by Idempotency-Key. */
    const running = new Map<string, { bodyHash: string }>();
    const responses = new LRUCache<string, StoredResponse & { bodyHash: string; people: readonly string[] }>({
        max: maxKeptResponses,
        maxSize: maxKeptLength,
        sizeCalculation: ({ body }) => body.length + 1,
        ttl: responseKeptMs,
        ttlResolution: 0,
        perf: { now: () => clock.now() },
    });
    /** The number of charges for the same key and body. */
    const charges = new LRUCache<string, number>({ max: maxKnownCharges });
    // Below one per second, the window is longer instead.
    const limit = Math.max(1, Math.floor(maxRequestsPerSecond));
    const windowSecs = Math.max(1, Math.ceil(1 / maxRequestsPerSecond));
    let window = emptyRateWindow;

    function take(kind: SlotKind): SlotDecision {
        const now = clock.now();
        const taken = takeSlot(window, { second: Math.floor(now / 1000 / windowSecs), kind, limit });
        window = taken.window;
        const { singles, batches, startsAt } = window;
        const resetsAt = (startsAt + 1) * windowSecs;
        const remaining = taken.isGranted ? limit - singles - batches : 0;
        return {
            isGranted: taken.isGranted,
            waitMs: Math.max(1, resetsAt * 1000 - now),
            rate: { limit, windowSecs, remaining, resetsAt },
        };
    }

    function findEarlier({ idempotencyKey, bodyHash }: Work) {
        if (idempotencyKey === null) return null;
        const kept = responses.get(idempotencyKey);
        const earlier = kept ?? running.get(idempotencyKey);
        if (!earlier) return null;
        if (earlier.bodyHash !== bodyHash) return { kind: 'key_reused' } as const;
        return kept ? ({ kind: 'replay', response: kept } as const) : ({ kind: 'in_progress' } as const);
    }

    /**
     * The charge key: the same for a retry after a restart of the run, which is therefore charged once. A retry after
     * the response is gone is processed again, which is a separate charge.
     */
    function nextChargeKey(requestId: string, { idempotencyKey, bodyHash }: Work): string {
        if (idempotencyKey === null) return requestId;
        const hash = createHash('sha256').update(`${idempotencyKey}\n${bodyHash}`).digest('hex').slice(0, 32);
        const made = charges.get(hash) ?? 0;
        charges.set(hash, made + 1);
        return made === 0 ? hash : `${hash}-${made}`;
    }

    return {
        readCredentials: () => ({ kind: 'key', keyHash: 'standby' }),
        recallRefusal: () => null,
        async reserve({ requestId, busyAccounts, work }) {
            // No await below: two requests must not both find the key or the budget free.
            const rate = { limit, windowSecs, remaining: 0, resetsAt: Math.floor(clock.now() / 1000) + 1 };
            if (busyAccounts.includes(accountName(caller))) return { kind: 'too_much_at_work', caller, rate, maxUrls };
            const slot = take('single');
            const known = { caller, rate: slot.rate, maxUrls };
            if (!slot.isGranted) return { kind: 'rate_limited', ...known, waitMs: slot.waitMs };
            if (!work) return { kind: 'admitted', ...known };
            if (work.urls > maxUrls) return { kind: 'too_many_urls', ...known };
            const earlier = findEarlier(work);
            if (earlier) return { ...earlier, ...known };
            const { idempotencyKey, bodyHash, people } = work;
            const credits = mode === 'live' ? people.length : 0;
            if (!budget.reserve(credits)) return { kind: 'insufficient_credits', ...known };
            reservations.set(requestId, { work, credits });
            if (idempotencyKey !== null) running.set(idempotencyKey, { bodyHash });
            return { kind: 'reserved', ...known, suppressed: new Set(people.filter((url) => suppressed.has(url))) };
        },
        takeSlot: async () => take('batch'),
        renew: async () => true,
        async settle({ requestId, creditsUsed, people, response }) {
            const reservation = reservations.get(requestId);
            if (!reservation) return { kind: 'lost' };
            const hidden = people.filter((person) => suppressed.has(person));
            if (hidden.length > 0) return { kind: 'suppressed', people: new Set(hidden) };
            reservations.delete(requestId);
            const { work, credits } = reservation;
            budget.settle(credits, creditsUsed);
            const balance = budget.remaining();
            const { idempotencyKey: key, bodyHash } = work;
            if (key !== null) {
                running.delete(key);
                if (response) responses.set(key, { ...response, bodyHash, balance, people });
            }
            if (creditsUsed > 0) await budget.charge(nextChargeKey(requestId, work), creditsUsed);
            return { kind: 'settled', balance };
        },
        // A run's lookups do not reset the next day.
        reserveLookup: async ({ people }) => {
            if (people.some((person) => suppressed.has(person))) return { kind: 'suppressed' };
            return lookups.reserve() ? { kind: 'granted', day: '' } : { kind: 'used_up', waitMs: null };
        },
        releaseLookup: async () => lookups.release(),
        readAccount: null,
        check: async () => {},
        suppress(people) {
            suppressed = people;
            const kept = Array.from(responses.entries());
            for (const [key, { people: named }] of kept) {
                if (named.some((person) => suppressed.has(person))) responses.delete(key);
            }
        },
    };
}
