import pLimit from 'p-limit';
import { judgeEnrichment } from '../../enrichment/chain-verdict.ts';
import { createCircuitBreaker, type TrialOutcome } from '../../enrichment/circuit-breaker.ts';
import type { Clock, Random } from '../../enrichment/clock.ts';
import type { RequirableField } from '../../enrichment/result/completeness.ts';
import { buildUnasked, enrichProfile, type Enrichment } from '../../enrichment/enrich-profile.ts';
import { createPacer, type Pacer } from '../../enrichment/pacer.ts';
import type { ProfileUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Source } from '../../enrichment/source.ts';

/** What one URL may take, all attempts together, in milliseconds: callers give up after 10 s. */
export const urlBudgetMs = 8000;

const defaultMaxAttempts = 3;

/** So many profiles in a row that LinkedIn turned away, after all attempts, mean that it turns everybody away. */
const refusalsToOpen = 20;

/** How much later than its budget a URL that does not come to an end by itself is cut off, in milliseconds. */
const cutOffMs = 250;

/** What a lookup came to. */
export type Lookup = Enrichment & {
    /** Nobody was asked, since LinkedIn is to be left alone: how long it is before asking again can help, in milliseconds. */
    retryAfterMs?: number;
};

/** How one profile is to be looked up. */
export type LookupRequest = {
    mode: Mode;
    /** A profile without one of these is not good enough. */
    requiredFields: readonly RequirableField[];
    /** What it may take, in milliseconds; never more than `urlBudgetMs`. */
    budgetMs: number;
};

/** Looks profiles up. */
export type Enricher = {
    /** Looks one profile up. Never rejects because of the source. */
    enrich(profileUrl: ProfileUrl, request: LookupRequest): Promise<Lookup>;
    /** For how much longer LinkedIn is left alone, in milliseconds; 0 while it is asked. */
    readonly pausedMs: number;
};

export type EnricherOptions = {
    sources: Record<Mode, Source>;
    clock: Clock;
    random: Random;
    /** Told of every lookup, for the metrics. */
    onLookup?: (lookup: Lookup) => void;
    settings?: EnricherSettings;
};

/** What a Standby run's input or the server's environment decides. */
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

/** The reason of a signal that only ends a wait: making an error for each would cost more than all the rest of it. */
const over = new Error('the wait is over');

/**
 * Looks profiles up within their budget. When LinkedIn asks to be left alone, all live requests leave it alone: those
 * that cannot wait that long fail at once. Who is asked for again while a lookup runs shares it.
 */
export function createEnricher({ sources, clock, random, onLookup, settings = {} }: EnricherOptions): Enricher {
    const { maxAttempts = defaultMaxAttempts, maxConcurrency, maxRequestsPerSecond } = settings;
    const longestMs = Math.min(urlBudgetMs, settings.timeoutMs ?? urlBudgetMs);
    const livePause = createPause();
    const createRate = () => (maxRequestsPerSecond === undefined ? null : createPacer({ maxRequestsPerSecond, clock }));
    // The sandbox takes nothing of LinkedIn's.
    const rates = { live: createRate(), test: createRate() };
    const breaker = createCircuitBreaker({ refusalsToOpen, clock });
    const limit = maxConcurrency === undefined ? null : pLimit(maxConcurrency);
    /** Lookups that are under way, by mode and handle. */
    const running = new Map<string, Promise<Lookup>>();

    return {
        async enrich(profileUrl, { mode, budgetMs, requiredFields }) {
            const lookup = await share(profileUrl, mode, budgetMs);
            // Suppressed people are left out when the request is settled: the accounts know them.
            return judgeEnrichment(lookup, profileUrl, { requiredFields, isSuppressed: () => false });
        },
        get pausedMs() {
            return Math.max(breaker.opensInMs, livePause.until - clock.elapsed(), 0);
        },
    };

    /** Looks a profile up, or joins who looks it up already. */
    function share(profileUrl: ProfileUrl, mode: Mode, budgetMs: number): Promise<Lookup> {
        const name = `${mode} ${profileUrl.handle}`;
        const shared = running.get(name);
        if (shared) return shared;
        const work = (attempts: number) =>
            lookUp(profileUrl, mode, { attempts, budgetMs: Math.min(longestMs, budgetMs) });
        const start = (attempts: number) => (limit ? limit(work, attempts) : work(attempts));
        const ask = async () => {
            try {
                const lookup = await (mode === 'live' ? askUnlessAllAreRefused(profileUrl, start) : start(maxAttempts));
                onLookup?.(lookup);
                return lookup;
            } finally {
                running.delete(name);
            }
        };
        const lookup = ask();
        running.set(name, lookup);
        return lookup;
    }

    async function askUnlessAllAreRefused(
        profileUrl: ProfileUrl,
        start: (attempts: number) => Promise<Lookup>,
    ): Promise<Lookup> {
        const admission = breaker.admit();
        if (!admission.isAdmitted) return leaveAlone(profileUrl, admission.retryAfterMs);
        let outcome: TrialOutcome = 'failed';
        try {
            const lookup = await start(admission.isTrial ? 1 : maxAttempts);
            if (lookup.outcome.status !== 'error') outcome = 'answered';
            else if (lookup.isRefused) outcome = 'refused';
            return lookup;
        } finally {
            admission.report(outcome);
        }
    }

    function leaveAlone(profileUrl: ProfileUrl, retryAfterMs: number): Lookup {
        const refusal = { status: 'error', code: 'upstream_error', cause: 'blocked', message: '' } as const;
        return { ...buildUnasked(profileUrl, sources.live.name, refusal), retryAfterMs };
    }

    async function lookUp(
        profileUrl: ProfileUrl,
        mode: Mode,
        { attempts, budgetMs }: { attempts: number; budgetMs: number },
    ): Promise<Lookup> {
        const source = sources[mode];
        const startedAt = clock.elapsed();
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
            const leftMs = budgetMs - (clock.elapsed() - startedAt);
            const context = {
                source,
                pacer,
                limits: { maxAttempts: attempts, timeoutMs: leftMs },
                clock,
                random,
                signal: cutOff.signal,
            };
            return await enrichProfile(profileUrl, context, slot);
        } catch (error) {
            const durationMs = Math.round(clock.elapsed() - startedAt);
            if (error instanceof SourcePausedError) {
                return { ...leaveAlone(profileUrl, pause.until - clock.elapsed()), durationMs, isRefused: true };
            }
            if (!cutOff.signal.aborted) throw error;
            const timeout = { status: 'error', code: 'upstream_timeout', cause: 'timeout', message: '' } as const;
            return { ...buildUnasked(profileUrl, source.name, timeout), durationMs };
        } finally {
            done.abort(over);
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
            while (pause.until > clock.elapsed()) {
                if (pause.until >= giveUpAt) throw new SourcePausedError('the source asked for a longer pause');
                await clock.sleep(pause.until - clock.elapsed(), options.signal);
            }
            return rate ? rate.acquire(options) : { markSent() {} };
        },
        pause(delayMs) {
            pause.until = Math.max(pause.until, clock.elapsed() + delayMs);
        },
    };
}
