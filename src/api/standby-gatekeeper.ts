import { createHash } from 'node:crypto';
import { describeWindow, accountRateLimit } from '../accounts/rate-limiter.ts';
import { emptyRateWindow, takeSlot } from '../accounts/rate-window.ts';
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

type Kept = { bodyHash: string; requestId: string; answer: Answer | null; expiresAt: number };

/**
 * The gatekeeper of a Standby run. Apify has authenticated the caller, so everybody is the run's one account; its
 * budget is the balance. Rate and answers for replay live in memory, as long as the run does.
 */
export function createStandbyGatekeeper({
    purse,
    suppressed,
    mode,
    clock,
}: {
    purse: Purse;
    /** Canonical URLs of people never to be fetched. */
    suppressed: ReadonlySet<string>;
    mode: Mode;
    clock: Clock;
}): Gatekeeper {
    const caller: Caller = { tenantId: 'standby', keyId: 'standby', mode };
    const kept = new Map<string, Kept>();
    const opened = new Map<string, Opening>();
    let window = emptyRateWindow;

    function findEarlier({ idempotencyKey, bodyHash }: Opening) {
        const earlier = idempotencyKey === null ? undefined : kept.get(idempotencyKey);
        if (!earlier || idempotencyKey === null) return null;
        if (earlier.expiresAt <= clock.now()) {
            kept.delete(idempotencyKey);
            return null;
        }
        if (earlier.bodyHash !== bodyHash) return { kind: 'key_reused' } as const;
        return earlier.answer
            ? ({ kind: 'replay', answer: earlier.answer } as const)
            : ({ kind: 'in_progress' } as const);
    }

    /** Forgets the oldest answers when there are too many. */
    function makeRoom(): void {
        let length = 0;
        for (const { answer } of kept.values()) length += answer?.body.length ?? 0;
        for (const [key, { answer }] of kept) {
            if (kept.size <= maxKeptAnswers && length <= maxKeptLength) return;
            if (!answer) continue;
            length -= answer.body.length;
            kept.delete(key);
        }
    }

    return {
        authenticate: async () => ({ kind: 'known', caller }),
        async takeSlot(_, kind) {
            const taken = takeSlot(window, { now: clock.now(), kind, limit: accountRateLimit });
            window = taken.window;
            return describeWindow(window, taken.isGranted);
        },
        async open(opening) {
            // No await from here to the end: two requests cannot both find the key or the budget free.
            const earlier = findEarlier(opening);
            if (earlier) return earlier;
            if (!purse.reserve(opening.credits)) return { kind: 'insufficient_credits' };
            const { idempotencyKey, bodyHash, requestId, canonicalUrls } = opening;
            opened.set(requestId, opening);
            if (idempotencyKey !== null) {
                const expiresAt = clock.now() + answerKeptMs;
                kept.set(idempotencyKey, { bodyHash, requestId, answer: null, expiresAt });
            }
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
            if (key !== null && isFinal) {
                kept.set(key, { bodyHash, requestId, answer, expiresAt: clock.now() + answerKeptMs });
                makeRoom();
            } else if (key !== null) {
                kept.delete(key);
            }
            if (creditsUsed > 0) await purse.charge(buildRequestKey(opening), creditsUsed);
            return { kind: 'closed', answer };
        },
        check: async () => {},
    };
}

/** The same for the same request, so that one that is sent again after a restart of the run is charged once. */
function buildRequestKey({ idempotencyKey, bodyHash, requestId }: Opening): string {
    if (idempotencyKey === null) return requestId;
    return createHash('sha256').update(`${idempotencyKey}\n${bodyHash}`).digest('hex').slice(0, 32);
}
