import type { Clock } from './clock.ts';

/** How long the breaker stays open before the first trial, in milliseconds. */
const pauseMs = 30_000;
/** The pause doubles with each refused trial, up to this. */
const maxPauseMs = 300_000;

/** `failed` is neither an answer nor a refusal, such as a timeout. */
export type TrialOutcome = 'answered' | 'refused' | 'failed';

export type Admission =
    /** `report` must be called once. For a trial, the outcome of its first request is enough. */
    | { isAdmitted: true; isTrial: boolean; report(outcome: TrialOutcome): void }
    /** When to ask again, in milliseconds from now. */
    | { isAdmitted: false; retryAfterMs: number };

/**
 * A circuit breaker in front of one source: opens after `refusalsToOpen` consecutive refusals. After a pause it admits
 * one trial; an answer closes the breaker, a refusal doubles the next pause.
 */
export function createCircuitBreaker({ refusalsToOpen, clock }: { refusalsToOpen: number; clock: Clock }) {
    let refusalsInARow = 0;
    let failedTrials = 0;
    /** When the next trial is due; null while the breaker is closed. */
    let opensAt: number | null = null;
    let isTrialUnderWay = false;

    function close(): void {
        refusalsInARow = 0;
        failedTrials = 0;
        opensAt = null;
    }

    function open(): void {
        opensAt = clock.elapsed() + Math.min(maxPauseMs, pauseMs * 2 ** failedTrials);
    }

    function admitTrial(): Admission {
        isTrialUnderWay = true;
        return {
            isAdmitted: true,
            isTrial: true,
            report(outcome) {
                isTrialUnderWay = false;
                if (outcome === 'answered') return close();
                if (outcome === 'refused') failedTrials += 1;
                open();
            },
        };
    }

    return {
        /** Time until the next trial, in milliseconds; 0 when the breaker is closed or a trial is due. */
        get opensInMs(): number {
            return opensAt === null ? 0 : Math.max(0, opensAt - clock.elapsed());
        },
        admit(): Admission {
            if (opensAt === null) return { isAdmitted: true, isTrial: false, report: reportWhenClosed };
            const waitMs = opensAt - clock.elapsed();
            if (waitMs <= 0 && !isTrialUnderWay) return admitTrial();
            return { isAdmitted: false, retryAfterMs: Math.max(1000, waitMs) };
        },
    };

    function reportWhenClosed(outcome: TrialOutcome): void {
        if (outcome === 'answered') return close();
        // Requests that were in flight when the breaker opened do not count.
        if (opensAt !== null) return;
        refusalsInARow = outcome === 'refused' ? refusalsInARow + 1 : 0;
        if (refusalsInARow >= refusalsToOpen) open();
    }
}
