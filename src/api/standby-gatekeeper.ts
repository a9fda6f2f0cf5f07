import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { describeWindow } from '../accounts/rate-limiter.ts';
import { emptyRateWindow, takeSlot } from '../accounts/rate-limit.ts';
import type { Gatekeeper } from '../accounts/gatekeeper.ts';
import type { Caller } from '../accounts/keys.ts';
import { answerKeptMs, type Answer, type Opening } from '../accounts/request-ledger.ts';
import type { Clock } from '../enrichment/clock.ts';
import type { Mode } from '../enrichment/result.ts';

/** The run's budget as the API spends it. Everything but `charge` is immediate: nothing can come in between. */
export type Purse = {
    /** Sets so many charges aside, all or none. */
    reserve(count: number): boolean;
    /** Turns `used` of the reserved charges into charges to be made and gives the others back. */
    settle(reserved: number, used: number): void;
    /** Makes charges under a key that makes them once. Resolves when they are made, or when that takes too long. */
    charge(requestKey: string, count: number): Promise<void>;
    /** What can still be charged; null without a limit. */
    remaining(): number | null;
};

/** How many answers are kept for replay, and how many characters they may have together. */
const maxKeptAnswers = 1000;
const maxKeptLength = 50_000_000;

/** How many charges are remembered by the key they were made under: ten hours of them at four a second. */
const maxKnownCharges = 150_000;

/**
 * The gatekeeper of a Standby run. Apify has authenticated the caller, so everybody is the run's one account; its
 * budget is the balance. Rate and answers for replay live in memory, as long as the run does.
 */
export function createStandbyGatekeeper({
    purse,
    suppressed,
    mode,
    maxRequestsPerSecond,
    clock,
}: {
    purse: Purse;
    /** Canonical URLs of people never to be fetched. */
    suppressed: ReadonlySet<string>;
    mode: Mode;
    maxRequestsPerSecond: number;
    clock: Clock;
}): Gatekeeper {
    const caller: Caller = { tenantId: 'standby', keyId: 'standby', mode };
    const opened = new Map<string, Opening>();
    /** The bodies of requests that are worked on, by their Idempotency-Key. */
    const running = new Map<string, { bodyHash: string }>();
    const answers = new LRUCache<string, { bodyHash: string; answer: Answer }>({
        max: maxKeptAnswers,
        maxSize: maxKeptLength,
        sizeCalculation: ({ answer }) => answer.body.length + 1,
        ttl: answerKeptMs,
        ttlResolution: 0,
        perf: { now: () => clock.now() },
    });
    /** How often a charge was made for the same key and body. */
    const charges = new LRUCache<string, number>({ max: maxKnownCharges });
    // Below one a second the window grows instead.
    const rate = {
        limit: Math.max(1, Math.floor(maxRequestsPerSecond)),
        windowSecs: Math.max(1, Math.ceil(1 / maxRequestsPerSecond)),
    };
    let window = emptyRateWindow;

    function findEarlier({ idempotencyKey, bodyHash }: Opening) {
        if (idempotencyKey === null) return null;
        const kept = answers.get(idempotencyKey);
        const earlier = kept ?? running.get(idempotencyKey);
        if (!earlier) return null;
        if (earlier.bodyHash !== bodyHash) return { kind: 'key_reused' } as const;
        return kept ? ({ kind: 'replay', answer: kept.answer } as const) : ({ kind: 'in_progress' } as const);
    }

    /**
     * The key to charge under: the same for a request that is sent again after the run was restarted, which is charged
     * once. Sent again after its answer is gone, it is worked on again, and that is a charge of its own.
     */
    function nextChargeKey({ idempotencyKey, bodyHash, requestId }: Opening): string {
        if (idempotencyKey === null) return requestId;
        const hash = createHash('sha256').update(`${idempotencyKey}\n${bodyHash}`).digest('hex').slice(0, 32);
        const made = charges.get(hash) ?? 0;
        charges.set(hash, made + 1);
        return made === 0 ? hash : `${hash}-${made}`;
    }

    return {
        authenticate: async () => ({ kind: 'known', caller }),
        async takeSlot(_, kind) {
            const taken = takeSlot(window, { now: clock.now() / rate.windowSecs, kind, limit: rate.limit });
            window = taken.window;
            return describeWindow(window, taken.isGranted, rate);
        },
        async open(opening) {
            // No await from here to the end: two requests cannot both find the key or the budget free.
            const earlier = findEarlier(opening);
            if (earlier) return earlier;
            if (!purse.reserve(opening.credits)) return { kind: 'insufficient_credits' };
            const { idempotencyKey, bodyHash, requestId, canonicalUrls } = opening;
            opened.set(requestId, opening);
            if (idempotencyKey !== null) running.set(idempotencyKey, { bodyHash });
            return { kind: 'opened', suppressed: new Set(canonicalUrls.filter((url) => suppressed.has(url))) };
        },
        renew: async () => true,
        async close({ requestId, found, conclude }) {
            const opening = opened.get(requestId);
            if (!opening) return { kind: 'lost' };
            opened.delete(requestId);
            const { creditsUsed, isFinal, buildAnswer } = conclude(new Set(found.filter((url) => suppressed.has(url))));
            purse.settle(opening.credits, creditsUsed);
            const answer = buildAnswer(purse.remaining());
            const { idempotencyKey: key, bodyHash } = opening;
            if (key !== null) {
                running.delete(key);
                if (isFinal) answers.set(key, { bodyHash, answer });
            }
            if (creditsUsed > 0) await purse.charge(nextChargeKey(opening), creditsUsed);
            return { kind: 'closed', answer };
        },
        check: async () => {},
    };
}
