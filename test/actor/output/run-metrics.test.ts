import { describe, expect, it } from 'vitest';
import { createRunMetrics } from '../../../src/actor/output/run-metrics.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';

describe('the metrics of a run', () => {
    it('count requests in bins of equal length, however long the run', async () => {
        const clock = new FakeClock();
        const metrics = createRunMetrics(clock);
        for (let second = 0; second < 3600; second += 1) {
            for (let request = 0; request < 4; request += 1) metrics.countRequest();
            await clock.advance(1_000);
        }
        const { binMs, sent } = metrics.getMetrics().timeline;
        expect(sent.length).toBeLessThanOrEqual(240);
        expect(sent.length * binMs).toBe(3_600_000);
        expect(new Set(sent)).toEqual(new Set([(4 * binMs) / 1000]));
    }, 30_000);

    it('keep the newest lines', () => {
        const metrics = createRunMetrics(new FakeClock());
        for (let line = 1; line <= 40; line += 1) {
            metrics.recordProcessed(line, { outcome: { status: 'success' }, durationMs: 300, isRefused: false });
        }
        const { latest, latency } = metrics.getMetrics();
        expect(latest.map(({ line }) => line)).toEqual([40, 39, 38, 37, 36, 35, 34, 33]);
        expect(latency.find(({ label }) => label === '0.25 to 0.5 s')?.count).toBe(40);
    });

    it('count consecutive refusals', () => {
        const metrics = createRunMetrics(new FakeClock());
        const outcome = {
            status: 'error',
            code: 'upstream_error',
            message: 'LinkedIn refused. Try again later.',
        } as const;
        const answer = (isRefused: boolean) => metrics.recordProcessed(1, { outcome, durationMs: 1, isRefused });
        for (const isRefused of [true, false, true, true]) answer(isRefused);
        expect(metrics.getMetrics().refusedInARow).toBe(2);
        expect(metrics.getMetrics().problems).toMatchObject([{ problem: 'LinkedIn refused.', count: 4 }]);
    });
});
