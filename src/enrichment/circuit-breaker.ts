import type { Clock } from './clock.ts';

/** How long a source that turns everybody away is left alone before it is tried again, in milliseconds. */
const pauseMs = 30_000;
/** The pause doubles with each trial in vain, up to this. */
const longestPauseMs = 300_000;

/** What asking came to: `failed` is neither an answer nor a refusal, a timeout for example. */
export type TrialOutcome = 'answered' | 'refused' | 'failed';

export type Admission =
    /** To be told once what it came to. Of a trial the first request tells enough. */
    | { isAdmitted: true; isTrial: boolean; report(outcome: TrialOutcome): void }
    /** How long it is before asking again can help, in milliseconds. */
    | { isAdmitted: false; retryAfterMs: number };

/**
 * Keeps everybody from asking a source that turns everybody away: it opens after `refusalsToOpen` refusals in a row.
 * After a pause one is let through; their answer closes it again, their refusal makes the next pause twice as long.
 */
export function createCircuitBreaker({ refusalsToOpen, clock }: { refusalsToOpen: number; clock: Clock }) {
    let refusalsInARow = 0;
    let trialsInVain = 0;
    /** When the next trial may be made; null while it is closed. */
    let opensAt: number | null = null;
    let isTrialUnderWay = false;

    function close(): void {
        refusalsInARow = 0;
        trialsInVain = 0;
        opensAt = null;
    }

    function open(): void {
        opensAt = clock.elapsed() + Math.min(longestPauseMs, pauseMs * 2 ** trialsInVain);
    }

    function admitTrial(): Admission {
        isTrialUnderWay = true;
        return {
            isAdmitted: true,
            isTrial: true,
            report(outcome) {
                isTrialUnderWay = false;
                if (outcome === 'answered') return close();
                if (outcome === 'refused') trialsInVain += 1;
                open();
            },
        };
    }

    return {
        /** How long it is before a trial may be made, in milliseconds; 0 when it is closed, or a trial is due. */
        get opensInMs(): number {
            return opensAt === null ? 0 : Math.max(0, opensAt - clock.elapsed());
        },
        /** Asks for the leave to ask the source. */
        admit(): Admission {
            if (opensAt === null) return { isAdmitted: true, isTrial: false, report: reportUsual };
            const waitMs = opensAt - clock.elapsed();
            if (waitMs <= 0 && !isTrialUnderWay) return admitTrial();
            return { isAdmitted: false, retryAfterMs: Math.max(1000, waitMs) };
        },
    };

    function reportUsual(outcome: TrialOutcome): void {
        if (outcome === 'answered') return close();
        // What was under way when it opened says nothing new.
        if (opensAt !== null) return;
        refusalsInARow = outcome === 'refused' ? refusalsInARow + 1 : 0;
        if (refusalsInARow >= refusalsToOpen) open();
    }
}
