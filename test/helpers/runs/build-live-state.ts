import type { LiveState } from '../../../src/actor/output/live-page/live-state.ts';
import { createLatencyHistogram } from '../../../src/actor/output/run-metrics.ts';

/** A run with 1,000 lines, a quarter of them done. */
export function buildLiveState(changes: Partial<LiveState> = {}): LiveState {
    return {
        mode: 'live',
        totals: {
            lines: 1000,
            found: 200,
            partial: 0,
            unchanged: 0,
            not_found: 30,
            errors: 10,
            invalid: 5,
            duplicates: 5,
            remaining: 750,
            charged: 200,
        },
        perSecond: 4,
        pausedMs: 0,
        limitPerSecond: 4,
        metrics: {
            timeline: { binMs: 1000, sent: [4, 4, 3, 4], ended: [3, 4, 4, 4], refused: [0, 0, 1, 2] },
            latency: createLatencyHistogram().read(),
            problems: [
                {
                    problem: 'LinkedIn did not respond in time.',
                    what_to_do: 'Try again later.',
                    count: 10,
                    lines: [{ line: 7 }],
                },
            ],
            latest: [{ line: 12, outcome: 'found', durationMs: 412 }],
            refusedInARow: 0,
        },
        companies: null,
        charging: 'platform',
        cost: '$2.00',
        budgetLeft: 300,
        stopReason: null,
        invalidLines: [],
        startedAt: Date.parse('2026-01-01T10:00:00Z'),
        isWorkDone: false,
        ending: null,
        ...changes,
    };
}
