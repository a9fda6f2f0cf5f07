import pLimit from 'p-limit';
import { createCircuitBreaker, type TrialOutcome } from '../../enrichment/circuit-breaker.ts';
import type { Clock, Random } from '../../enrichment/clock.ts';
import { createCompanies, type CompaniesMemory, type CompaniesOptions } from '../../enrichment/companies.ts';
import { enrichProfile } from '../../enrichment/enrich-profile.ts';
import { createPacer, type Pacer } from '../../enrichment/pacer.ts';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Source } from '../../enrichment/source.ts';
import {
    callAfter,
    late,
    over,
    refusalsToOpen,
    skip,
    type CompanyLink,
    type Lookup,
    type Question,
    type SourceLink,
} from './source-link.ts';

const defaultMaxAttempts = 3;

/** With less time than this left, in milliseconds, one attempt may use all of it. */
const leastToHalveMs = 4000;

/** How long after its deadline a URL that has not ended is aborted, in milliseconds. */
const cutOffMs = 250;

/** Companies are cached for ten minutes, failures for half a minute. */
const memory: CompaniesMemory = {
    answersMs: 10 * 60 * 1000,
    failuresMs: 30 * 1000,
    restMs: 5 * 60 * 1000,
    maxAnswers: 1000,
};

/** The time for one company, all attempts together, in milliseconds: the same as for a profile. */
const companyBudgetMs = 8000;

export type PageLinkOptions = {
    source: Source;
    mode: Mode;
    clock: Clock;
    random: Random;
    settings: PageSettings;
    /** Called with every lookup made, for the metrics. */
    onLookup?: ((lookup: Lookup) => void) | undefined;
    /** Called for every company lookup, for the metrics. */
    onCompany?: CompaniesOptions['onAsked'] | undefined;
    /** Called with every error that is a bug: the company is `failed`, the profile is not affected. */
    onBug?: CompaniesOptions['onBug'] | undefined;
};

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

/**
 * A source without a price per lookup: LinkedIn's page. If it requests a pause, all live requests pause; those that
 * cannot wait that long fail at once. Concurrent requests for one person share a lookup.
 */
export function createPageLink(options: PageLinkOptions): SourceLink {
    const { source, mode, clock, random, settings, onLookup, onCompany, onBug } = options;
    const { maxAttempts = defaultMaxAttempts, maxConcurrency, maxRequestsPerSecond } = settings;
    const sharedPause = { until: 0 };
    const rate = maxRequestsPerSecond === undefined ? null : createPacer({ maxRequestsPerSecond, clock });
    const breaker = createCircuitBreaker({ refusalsToOpen, clock });
    const limit = maxConcurrency === undefined ? null : pLimit(maxConcurrency);
    /** Running lookups by what was requested. */
    const running = new Map<string, Promise<Lookup>>();
    const getPausedMs = () => Math.max(breaker.opensInMs, sharedPause.until - clock.elapsed(), 0);
    const { fetchCompany } = source;
    const companies = fetchCompany && openCompanies(fetchCompany);

    return {
        source,
        ...(companies ? { companies } : {}),
        ask(question) {
            const { handle } = question.profileUrl;
            // A source without company pages looks up the company only if requested, so these are separate lookups.
            const asked = companies || !question.includesCompanyDetails ? handle : `${handle} and company`;
            const shared = running.get(asked);
            if (shared) return shared;
            const lookup = (async () => {
                try {
                    const made = await (mode === 'live'
                        ? askUnlessAllAreRefused(question)
                        : start(question, maxAttempts));
                    onLookup?.(made);
                    return made;
                } finally {
                    running.delete(asked);
                }
            })();
            running.set(asked, lookup);
            return lookup;
        },
        getPausedMs,
        close: () => companies?.close(),
    };

    async function askUnlessAllAreRefused(question: Question): Promise<Lookup> {
        const admission = breaker.admit();
        if (!admission.isAdmitted) return refusePaused(question, admission.retryAfterMs);
        let outcome: TrialOutcome = 'failed';
        try {
            const lookup = await start(question, admission.isTrial ? 1 : maxAttempts);
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

    function start(question: Question, attempts: number): Promise<Lookup> {
        return limit ? limit(() => lookUp(question, attempts)) : lookUp(question, attempts);
    }

    async function lookUp(question: Question, attempts: number): Promise<Lookup> {
        const { profileUrl, includesCompanyDetails, endsAt, hasNext } = question;
        const startedAt = clock.elapsed();
        const cutOff = new AbortController();
        const { signal } = cutOff;
        const cancel = callAfter(clock, endsAt - startedAt + cutOffMs, () => cutOff.abort(new Error('the time is up')));
        // In the sandbox, lookups do not pause each other.
        const pause = mode === 'live' ? sharedPause : { until: 0 };
        const pacer = createGate(pause, endsAt);
        try {
            const slot = await pacer.acquire({ signal });
            const timeoutMs = endsAt - clock.elapsed();
            // Half of a short time is too little for a page; before another source, a hanging page gets one attempt.
            const isTimeWhole = hasNext || timeoutMs < leastToHalveMs;
            const limits = { maxAttempts: attempts, timeoutMs, isTimeWhole };
            const context = { source, includesCompanyDetails, pacer, limits, clock, random, signal };
            return await enrichProfile(profileUrl, context, slot);
        } catch (error) {
            const durationMs = Math.round(clock.elapsed() - startedAt);
            if (error instanceof SourcePausedError) {
                return { ...refusePaused(question, pause.until - clock.elapsed()), durationMs };
            }
            if (!signal.aborted) throw error;
            return { ...skip({ source }, question, late), durationMs };
        } finally {
            cancel();
        }
    }

    /** Waits for the end of a pause, then for the source's rate if it has one. */
    function createGate(
        pause: { until: number },
        giveUpAt: number,
    ): Pick<Pacer, 'acquire' | 'pause' | 'pausedSoFarMs'> {
        return {
            // The time budget includes pauses.
            pausedSoFarMs: 0,
            async acquire(acquireOptions) {
                while (pause.until > clock.elapsed()) {
                    if (pause.until >= giveUpAt) throw new SourcePausedError('the source asked for a longer pause');
                    await clock.sleep(pause.until - clock.elapsed(), acquireOptions.signal);
                }
                return rate ? rate.acquire(acquireOptions) : { markSent() {} };
            },
            pause(delayMs) {
                pause.until = Math.max(pause.until, clock.elapsed() + delayMs);
            },
        };
    }

    /**
     * Looks up the companies of profiles: cached ones at once, others within the rest of the profile's time. While the
     * source is paused, none are requested.
     */
    function openCompanies(fetchCompany: NonNullable<Source['fetchCompany']>): CompanyLink {
        const closing = new AbortController();
        const companies = createCompanies({
            source: { fetchCompany },
            pacer: createGate(sharedPause, Number.POSITIVE_INFINITY),
            clock,
            random,
            limits: { maxAttempts, timeoutMs: companyBudgetMs },
            signal: closing.signal,
            stopSignal: closing.signal,
            maxInFlight: 100,
            memory,
            ...(onCompany ? { onAsked: onCompany } : {}),
            onBug: (error) => onBug?.(error),
        });

        return {
            async add(lookup, endsAt) {
                const isPaused = getPausedMs() > 0;
                const leftMs = isPaused ? 0 : endsAt - clock.elapsed();
                const timeUp = new AbortController();
                const cancel = callAfter(clock, leftMs, () => timeUp.abort(over));
                try {
                    const added = await companies.addDetails(lookup, leftMs, timeUp.signal);
                    const { outcome } = added;
                    if (!isPaused || outcome.status !== 'success' || outcome.companyStatus !== 'timeout') return added;
                    return { ...added, outcome: { ...outcome, companyStatus: 'refused' } };
                } finally {
                    cancel();
                }
            },
            close() {
                closing.abort(over);
                companies.close();
            },
        };
    }
}
