import type { Clock } from '../../../src/enrichment/clock.ts';
import type { Source, SourceOutcome, SourceRequest } from '../../../src/enrichment/source.ts';
import { buildProfile } from '../ledger/build-row-draft.ts';

export type Answer = { outcome: SourceOutcome; afterMs?: number };

/** A scripted source: the n-th attempt for a handle has the outcome `plan(handle, n)`, n from 1. */
export function createScriptedSource(
    clock: Clock,
    plan: (handle: string, attempt: number) => Answer,
): Source & { asked: Array<{ handle: string; at: number; timeoutMs: number }> } {
    const asked: Array<{ handle: string; at: number; timeoutMs: number }> = [];
    return {
        name: 'public-page',
        asked,
        async fetchProfile({ handle, timeoutMs, signal }: SourceRequest) {
            asked.push({ handle, at: clock.now(), timeoutMs });
            const attempt = asked.filter((question) => question.handle === handle).length;
            const { outcome, afterMs = 0 } = plan(handle, attempt);
            if (afterMs > timeoutMs) {
                await clock.sleep(timeoutMs, signal);
                return failed({ code: 'upstream_timeout', cause: 'timeout' });
            }
            await clock.sleep(afterMs, signal);
            return outcome;
        },
        async close() {},
    };
}

export const found = (handle: string, changes = {}): SourceOutcome => ({
    kind: 'found',
    profile: buildProfile({ identifier: handle, ...changes }),
    handle,
    unreadSections: [],
});

export const failed = (changes: Partial<Extract<SourceOutcome, { kind: 'failed' }>> = {}): SourceOutcome => ({
    kind: 'failed',
    code: 'upstream_error',
    cause: 'server_error',
    isRetryable: true,
    isRefusal: false,
    detail: 'planned',
    ...changes,
});
