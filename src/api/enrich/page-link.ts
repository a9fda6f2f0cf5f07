import pLimit from 'p-limit';
import { createCircuitBreaker, type TrialOutcome } from '../../enrichment/circuit-breaker.ts';
import type { Clock, Random } from '../../enrichment/clock.ts';
import { enrichProfile } from '../../enrichment/enrich-profile.ts';
import { createPacer, type Pacer } from '../../enrichment/pacer.ts';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Source } from '../../enrichment/source.ts';
import { createCompanyLink, type CompanyLinkOptions } from './company-link.ts';
import { refusalsToOpen, skip, type Lookup, type Question, type SourceLink } from './source-link.ts';

const defaultMaxAttempts = 3;

/** With less time than this left, in milliseconds, one attempt may use all of it. */
const leastToHalveMs = 4000;

/** How long after its deadline a URL that has not ended is aborted, in milliseconds. */
const cutOffMs = 250;

export type PageLinkOptions = {
    source: Source;
    mode: Mode;
    clock: Clock;
    random: Random;
    settings: PageSettings;
    /** Called with every lookup made, for the metrics. */
    onLookup?: ((lookup: Lookup) => void) | undefined;
} & Pick<CompanyLinkOptions, 'onCompany' | 'onBug'>;

export type PageSettings = {
    /**
     * The maximum requests to the source in any second, retries included; by default only the accounts' rates apply.
     */
    maxRequestsPerSecond?: number;
    /** The maximum number of concurrent lookups. */
    maxConcurrency?: number;
    maxAttempts?: number;
};

class SourcePausedError extends Error {}

/** The abort reason of waits, shared: creating an error for each costs more than the wait. */
const over = new Error('the wait is over');

/**
 * A source without a price per lookup: LinkedIn's page. If it requests a pause, all live requests pause; those that
 * cannot wait that long fail at once. Concurrent requests for one person share a lookup.
 */
export function createPageLink(options: PageLinkOptions): SourceLink {
    const { source, mode, clock, random, settings, onLookup } = options;
    const { maxAttempts = defaultMaxAttempts, maxConcurrency, maxRequestsPerSecond } = settings;
    const sharedPause = createPause();
    const rate = maxRequestsPerSecond === undefined ? null : createPacer({ maxRequestsPerSecond, clock });
    const breaker = createCircuitBreaker({ refusalsToOpen, clock });
    const limit = maxConcurrency === undefined ? null : pLimit(maxConcurrency);
    /** Running lookups by what was requested. */
    const running = new Map<string, Promise<Lookup>>();
    const getPausedMs = () => Math.max(breaker.opensInMs, sharedPause.until - clock.elapsed(), 0);
    const { fetchCompany } = source;
    const companies =
        fetchCompany &&
        createCompanyLink({
            fetchCompany,
            pacer: createGate({ pause: sharedPause, rate, clock, giveUpAt: Number.POSITIVE_INFINITY }),
            getPausedMs,
            maxAttempts,
            clock,
            random,
            onCompany: options.onCompany,
            onBug: options.onBug,
        });

    return {
        source,
        ...(companies ? { companies } : {}),
        ask(question) {
            const { handle } = question.profileUrl;
            // A source without company pages looks up the company only if requested, so these are separate lookups.
            const asked = companies || !question.includesCompanyDetails ? handle : `${handle} and company`;
            const shared = running.get(asked);
            if (shared) return shared;
            const start = (attempts: number) =>
                limit ? limit(() => lookUp(question, attempts)) : lookUp(question, attempts);
            const lookup = (async () => {
                try {
                    const made = await (mode === 'live' ? askUnlessAllAreRefused(question, start) : start(maxAttempts));
                    onLookup?.(made);
                    return made;
                } finally {
                    running.delete(asked);
                }
            })();
            running.set(asked, lookup);
            return lookup;
        },
        get pausedMs() {
            return getPausedMs();
        },
        close: () => companies?.close(),
    };

    async function askUnlessAllAreRefused(
        question: Question,
        start: (attempts: number) => Promise<Lookup>,
    ): Promise<Lookup> {
        const admission = breaker.admit();
        if (!admission.isAdmitted) return refusePaused(question, admission.retryAfterMs);
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

    function refusePaused(question: Question, retryAfterMs: number): Lookup {
        return { ...skip({ source }, question, { cause: 'blocked' }, { retryAfterMs }), isRefused: true };
    }

    async function lookUp(question: Question, attempts: number): Promise<Lookup> {
        const { profileUrl, includesCompanyDetails, endsAt, hasNext } = question;
        const startedAt = clock.elapsed();
        const cutOff = new AbortController();
        const done = new AbortController();
        clock.sleep(endsAt - startedAt + cutOffMs, done.signal).then(
            () => cutOff.abort(new Error('the time is up')),
            () => {},
        );
        // In the sandbox, lookups do not pause each other.
        const pause = mode === 'live' ? sharedPause : createPause();
        const pacer = createGate({ pause, rate, clock, giveUpAt: endsAt });
        try {
            const slot = await pacer.acquire({ signal: cutOff.signal });
            const timeoutMs = endsAt - clock.elapsed();
            const context = {
                source,
                includesCompanyDetails,
                pacer,
                // Half of a short time is too little for a page; before another source, a hanging page gets one
                // attempt.
                limits: { maxAttempts: attempts, timeoutMs, isTimeWhole: hasNext || timeoutMs < leastToHalveMs },
                clock,
                random,
                signal: cutOff.signal,
            };
            return await enrichProfile(profileUrl, context, slot);
        } catch (error) {
            const durationMs = Math.round(clock.elapsed() - startedAt);
            if (error instanceof SourcePausedError) {
                return { ...refusePaused(question, pause.until - clock.elapsed()), durationMs };
            }
            if (!cutOff.signal.aborted) throw error;
            return { ...skip({ source }, question, { code: 'upstream_timeout', cause: 'timeout' }), durationMs };
        } finally {
            done.abort(over);
        }
    }
}

type Pause = { until: number };

function createPause(): Pause {
    return { until: 0 };
}

/** Waits for the end of a pause, then for the source's rate if it has one. */
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
        // The time budget includes pauses.
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
