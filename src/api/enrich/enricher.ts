import pLimit from 'p-limit';
import { createCircuitBreaker, type TrialOutcome } from '../../enrichment/circuit-breaker.ts';
import type { Clock, Random } from '../../enrichment/clock.ts';
import { buildUnasked, enrichProfile, type Enrichment } from '../../enrichment/enrich-profile.ts';
import { createPacer, type Pacer } from '../../enrichment/pacer.ts';
import type { ProfileUrl } from '../../enrichment/profile-url.ts';
import type { Mode } from '../../enrichment/result.ts';
import type { FailedOutcome, Source } from '../../enrichment/source.ts';

/** What one URL may take, all tries together, in milliseconds: callers give up after 10 s. */
export const urlBudgetMs = 8000;

const defaultMaxAttempts = 3;

/** So many profiles in a row that LinkedIn turned away, after all attempts, mean that it turns everybody away. */
const refusalsToOpen = 20;

/** How much later than its budget a URL that does not come to an end by itself is cut off, in milliseconds. */
const cutOffMs = 250;

/** What a lookup came to. */
export type Lookup = Enrichment & {
    /** Nobody was asked, since LinkedIn turns everybody away: how long it is before asking again can help, in milliseconds. */
    retryAfterMs?: number;
};

/** Looks one profile up. Never rejects because of the source. */
export type Enricher = (profileUrl: ProfileUrl, mode: Mode) => Promise<Lookup>;

export type EnricherOptions = {
    sources: Record<Mode, Source>;
    clock: Clock;
    random: Random;
    /** Told of failed tries, for the log; names no profile. */
    onFailure?: (detail: string) => void;
    settings?: EnricherSettings;
};

/** What a Standby run's input decides. */
export type EnricherSettings = {
    /** The most requests that may reach a source in any one second, retries included; without it accounts' rates alone hold. */
    maxRequestsPerSecond?: number;
    /** The most URLs that are looked up at once. */
    maxConcurrency?: number;
    maxAttempts?: number;
    /** What one URL may take; never more than `urlBudgetMs`. */
    timeoutMs?: number;
};

class SourcePausedError extends Error {}

/**
 * Looks profiles up within their budget. When LinkedIn asks to be left alone, all live requests leave it alone: those
 * that cannot wait that long fail at once.
 */
export function createEnricher({ sources, clock, random, onFailure, settings = {} }: EnricherOptions): Enricher {
    const { maxAttempts = defaultMaxAttempts, maxConcurrency, maxRequestsPerSecond } = settings;
    const budgetMs = Math.min(urlBudgetMs, settings.timeoutMs ?? urlBudgetMs);
    const livePause = createPause();
    const createRate = () => (maxRequestsPerSecond === undefined ? null : createPacer({ maxRequestsPerSecond, clock }));
    // The sandbox takes nothing of LinkedIn's.
    const rates = { live: createRate(), test: createRate() };
    const breaker = createCircuitBreaker({ refusalsToOpen, clock });
    const limit = maxConcurrency === undefined ? null : pLimit(maxConcurrency);

    return (profileUrl, mode) => {
        const work = (attempts: number) => lookUp(profileUrl, mode, attempts);
        const start = (attempts: number) => (limit ? limit(work, attempts) : work(attempts));
        return mode === 'live' ? askUnlessAllAreRefused(profileUrl, start) : start(maxAttempts);
    };

    async function askUnlessAllAreRefused(
        profileUrl: ProfileUrl,
        start: (attempts: number) => Promise<Enrichment>,
    ): Promise<Lookup> {
        const admission = breaker.admit();
        if (!admission.isAdmitted) {
            const refusal = { status: 'error', code: 'upstream_error', cause: 'blocked', message: '' } as const;
            const { retryAfterMs } = admission;
            return { ...buildUnasked(profileUrl, sources.live.name, refusal), retryAfterMs };
        }
        let outcome: TrialOutcome = 'failed';
        try {
            const enrichment = await start(admission.isTrial ? 1 : maxAttempts);
            if (enrichment.outcome.status !== 'error') outcome = 'answered';
            else if (enrichment.isRefused) outcome = 'refused';
            return enrichment;
        } finally {
            admission.report(outcome);
        }
    }

    async function lookUp(profileUrl: ProfileUrl, mode: Mode, attempts: number): Promise<Enrichment> {
        const source = sources[mode];
        const startedAt = clock.now();
        const cutOff = new AbortController();
        const done = new AbortController();
        clock.sleep(budgetMs + cutOffMs, done.signal).then(
            () => cutOff.abort(new Error('the time is up')),
            () => {},
        );
        // In the sandbox nobody waits for anybody else.
        const pause = mode === 'live' ? livePause : createPause();
        const pacer = createGate({ pause, rate: rates[mode], clock, giveUpAt: startedAt + budgetMs });
        try {
            const slot = await pacer.acquire({ signal: cutOff.signal });
            const leftMs = budgetMs - (clock.now() - startedAt);
            const context = {
                source,
                pacer,
                limits: { maxAttempts: attempts, timeoutMs: leftMs },
                clock,
                random,
                signal: cutOff.signal,
                onRetry: (_: ProfileUrl, failure: FailedOutcome) => onFailure?.(failure.detail),
            };
            return await enrichProfile(profileUrl, context, slot);
        } catch (error) {
            if (!cutOff.signal.aborted && !(error instanceof SourcePausedError)) throw error;
            return buildFailure(cutOff.signal.aborted ? 'upstream_timeout' : 'upstream_error');
        } finally {
            done.abort();
        }

        function buildFailure(code: 'upstream_timeout' | 'upstream_error'): Enrichment {
            return {
                ...buildUnasked(profileUrl, source.name, { status: 'error', code, cause: null, message: '' }),
                durationMs: Math.round(clock.now() - startedAt),
                isRefused: code === 'upstream_error',
            };
        }
    }
}

type Pause = { until: number };

function createPause(): Pause {
    return { until: 0 };
}

/** Waits while the source is paused, and then for its rate, where there is one beside those of the accounts. */
function createGate({
    pause,
    rate,
    clock,
    giveUpAt,
}: {
    pause: Pause;
    rate: Pacer | null;
    clock: Clock;
    giveUpAt: number;
}): Pick<Pacer, 'acquire' | 'pause' | 'pausedSoFarMs'> {
    return {
        // The budget of a request is wall time: nothing is free.
        pausedSoFarMs: 0,
        async acquire(options) {
            while (pause.until > clock.now()) {
                if (pause.until >= giveUpAt) throw new SourcePausedError('the source asked for a longer pause');
                await clock.sleep(pause.until - clock.now(), options.signal);
            }
            return rate ? rate.acquire(options) : { markSent() {} };
        },
        pause(delayMs) {
            pause.until = Math.max(pause.until, clock.now() + delayMs);
        },
    };
}
