import { describe, expect, it } from 'vitest';
import { attemptTimeoutMs, decideRetry } from '../../src/enrichment/retry-policy.ts';
import type { FailedOutcome } from '../../src/enrichment/source.ts';

const limits = { maxAttempts: 4, timeoutMs: 30_000 };
const failure: FailedOutcome = {
    kind: 'failed',
    code: 'upstream_error',
    isRetryable: true,
    isRefusal: false,
    detail: 'status 500',
};
const decide = (changes: Partial<Parameters<typeof decideRetry>[0]>) =>
    decideRetry({ outcome: failure, attempt: 1, remainingMs: 30_000, limits, random: () => 0.5, ...changes });

describe('decideRetry', () => {
    it('waits longer after every try, with full jitter', () => {
        expect(decide({ random: () => 0 })).toEqual({ shouldRetry: true, delayMs: 0 });
        expect(decide({ random: () => 0.999 })).toEqual({ shouldRetry: true, delayMs: 499 });
        expect(decide({ attempt: 3, random: () => 0.999 })).toEqual({ shouldRetry: true, delayMs: 1998 });
    });

    it('never waits longer than 20 seconds of its own', () => {
        const decision = decide({
            attempt: 50,
            limits: { ...limits, maxAttempts: 99 },
            random: () => 0.9999,
        });
        expect(decision).toEqual({ shouldRetry: true, delayMs: 19_998 });
    });

    it('obeys Retry-After to the millisecond', () => {
        expect(decide({ outcome: { ...failure, retryAfterMs: 7_000 } })).toEqual({ shouldRetry: true, delayMs: 7_000 });
    });

    it('gives up when the source asks for more than five minutes', () => {
        expect(decide({ outcome: { ...failure, retryAfterMs: 300_001 } })).toEqual({ shouldRetry: false });
    });

    it('gives up after the last try, on a failure that another try cannot change, and when no time is left', () => {
        expect(decide({ attempt: 4 })).toEqual({ shouldRetry: false });
        expect(decide({ outcome: { ...failure, isRetryable: false } })).toEqual({ shouldRetry: false });
        expect(decide({ remainingMs: 250 })).toEqual({ shouldRetry: false });
    });
});

describe('attemptTimeoutMs', () => {
    it('leaves half the time for another try, and all of it to the last', () => {
        expect(attemptTimeoutMs(1, 30_000, limits)).toBe(15_000);
        expect(attemptTimeoutMs(4, 9_000, limits)).toBe(9_000);
    });
});
