import { describe, expect, it } from 'vitest';
import { attemptTimeoutMs, getRetryDelayMs } from '../../src/enrichment/make-attempts.ts';
import type { FailedOutcome } from '../../src/enrichment/source.ts';

const limits = { maxAttempts: 4, timeoutMs: 30_000 };
const failure: FailedOutcome = {
    kind: 'failed',
    code: 'upstream_error',
    cause: 'server_error',
    isRetryable: true,
    isRefusal: false,
    detail: 'status 500',
};
const time = { remainingMs: 30_000, runLeftMs: Number.POSITIVE_INFINITY, hasPaused: false };
const decide = (changes: Partial<Parameters<typeof getRetryDelayMs>[0]>) =>
    getRetryDelayMs({ outcome: failure, attempt: 1, ...time, limits, random: () => 0.5, ...changes });
const pauseOf = (ms: number, scope: 'url' | 'queue' = 'url') => ({ ...failure, pause: { ms, scope } });

describe('getRetryDelayMs', () => {
    it('waits longer after every attempt, with full jitter', () => {
        expect(decide({ random: () => 0 })).toBe(0);
        expect(decide({ random: () => 0.999 })).toBe(499);
        expect(decide({ attempt: 3, random: () => 0.999 })).toBe(1998);
    });

    it('never backs off longer than 20 seconds', () => {
        const decision = decide({
            attempt: 50,
            limits: { ...limits, maxAttempts: 99 },
            random: () => 0.9999,
        });
        expect(decision).toBe(19_998);
    });

    it('obeys Retry-After to the millisecond, and leaves a pause of the queue to the pacer', () => {
        expect(decide({ outcome: pauseOf(7_000) })).toBe(7_000);
        expect(decide({ outcome: pauseOf(7_000, 'queue') })).toBe(0);
    });

    it('waits up to five minutes the first time, and within its time budget after that', () => {
        expect(decide({ outcome: pauseOf(300_000) })).toBe(300_000);
        expect(decide({ outcome: pauseOf(300_001) })).toBeNull();
        expect(decide({ outcome: pauseOf(30_000, 'queue'), hasPaused: true })).toBe(0);
        expect(decide({ outcome: pauseOf(30_001, 'queue'), hasPaused: true })).toBeNull();
    });

    it.each(['url', 'queue'] as const)('does not begin a wait that would outlast the run (%s)', (scope) => {
        expect(decide({ outcome: pauseOf(9_000, scope), runLeftMs: 9_000 })).toBeNull();
        expect(decide({ runLeftMs: 250 })).toBeNull();
    });

    it('gives up after the last attempt, on a permanent failure, and when no time is left', () => {
        expect(decide({ attempt: 4 })).toBeNull();
        expect(decide({ outcome: { ...failure, isRetryable: false } })).toBeNull();
        expect(decide({ remainingMs: 250 })).toBeNull();
    });
});

describe('attemptTimeoutMs', () => {
    it('leaves half the time for another attempt, and all of it to the last', () => {
        expect(attemptTimeoutMs(1, 30_000, limits)).toBe(15_000);
        expect(attemptTimeoutMs(4, 9_000, limits)).toBe(9_000);
    });
});
