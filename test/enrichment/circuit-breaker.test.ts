import { describe, expect, it } from 'vitest';
import { createCircuitBreaker, type Admission, type TrialOutcome } from '../../src/enrichment/circuit-breaker.ts';
import { FakeClock } from '../helpers/fake-clock.ts';

function setUp() {
    const clock = new FakeClock();
    const breaker = createCircuitBreaker({ refusalsToOpen: 20, clock });
    function ask(outcome: TrialOutcome): Admission {
        const admission = breaker.admit();
        if (admission.isAdmitted) admission.report(outcome);
        return admission;
    }
    const refuse = (times: number) => Array.from({ length: times }, () => ask('refused'));
    return { clock, breaker, ask, refuse };
}

describe('a circuit breaker', () => {
    it('opens after twenty refusals in a row, not before', () => {
        const { ask, refuse } = setUp();
        refuse(19);
        expect(ask('refused')).toMatchObject({ isAdmitted: true, isTrial: false });
        expect(ask('answered')).toEqual({ isAdmitted: false, retryAfterMs: 30_000 });
    });

    it.each<TrialOutcome>(['answered', 'failed'])('resets the count after %s', (outcome) => {
        const { ask, refuse } = setUp();
        refuse(19);
        ask(outcome);
        refuse(19);
        expect(ask('answered').isAdmitted).toBe(true);
    });

    it('admits one trial after the pause, and all requests once it is answered', async () => {
        const { clock, breaker, refuse } = setUp();
        refuse(20);
        await clock.advance(29_000);
        expect(breaker.admit()).toEqual({ isAdmitted: false, retryAfterMs: 1000 });
        await clock.advance(1000);
        const trial = breaker.admit();
        expect(trial).toMatchObject({ isAdmitted: true, isTrial: true });
        expect(breaker.admit().isAdmitted).toBe(false);
        if (trial.isAdmitted) trial.report('answered');
        expect(breaker.admit()).toMatchObject({ isAdmitted: true, isTrial: false });
    });

    it('doubles the pause after each refused trial, up to five minutes', async () => {
        const { clock, ask, refuse, breaker } = setUp();
        refuse(20);
        const pauses: number[] = [];
        await clock.advance(30_000);
        for (let trial = 0; trial < 6; trial += 1) {
            ask('refused');
            const next = breaker.admit();
            if (!next.isAdmitted) pauses.push(next.retryAfterMs);
            await clock.advance(next.isAdmitted ? 0 : next.retryAfterMs);
        }
        expect(pauses).toEqual([60_000, 120_000, 240_000, 300_000, 300_000, 300_000]);
    });

    it('keeps the pause when a trial failed without an answer or a refusal', async () => {
        const { clock, ask, refuse } = setUp();
        refuse(20);
        await clock.advance(30_000);
        ask('failed');
        expect(ask('answered')).toEqual({ isAdmitted: false, retryAfterMs: 30_000 });
    });

    it('ignores refusals of requests admitted before it opened', async () => {
        const { clock, breaker, refuse, ask } = setUp();
        const late = breaker.admit();
        refuse(20);
        await clock.advance(10_000);
        if (late.isAdmitted) late.report('refused');
        expect(ask('answered')).toEqual({ isAdmitted: false, retryAfterMs: 20_000 });
    });

    it('closes when one of those requests is answered', () => {
        const { breaker, refuse } = setUp();
        const late = breaker.admit();
        refuse(20);
        if (late.isAdmitted) late.report('answered');
        expect(breaker.admit().isAdmitted).toBe(true);
    });
});
