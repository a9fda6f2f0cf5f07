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

/** With less than this left, in milliseconds, one attempt may take all of it. */
const leastToHalveMs = 4000;

/** How much later than its time a URL that does not come to an end by itself is cut off, in milliseconds. */
const cutOffMs = 250;

export type PageLinkOptions = {
    source: Source;
    mode: Mode;
    clock: Clock;
    random: Random;
    settings: PageSettings;
    /** Told of every lookup that was made, for the metrics. */
    onLookup?: ((lookup: Lookup) => void) | undefined;
} & Pick<CompanyLinkOptions, 'onCompany' | 'onBug'>;

export type PageSettings = {
    /** The most requests that may reach the source in any one second, retries included; without it accounts' rates alone hold. */
    maxRequestsPerSecond?: number;
    /** The most URLs that are looked up at once. */
    maxConcurrency?: number;
    maxAttempts?: number;
};

class SourcePausedError extends Error {}

/** The reason of a signal that only ends a wait: making an error for each would cost more than all the rest of it. */
const over = new Error('the wait is over');

/**
 * A source that costs nothing by the question: LinkedIn's page. When it asks to be left alone, all live requests leave
 * it alone: those that cannot wait that long fail at once. Who is asked for again while a lookup runs shares it.
 */
export function createPageLink(options: PageLinkOptions): SourceLink {
    const { source, mode, clock, random, settings, onLookup } = options;
    const { maxAttempts = defaultMaxAttempts, maxConcurrency, maxRequestsPerSecond } = settings;
    const sharedPause = createPause();
    const rate = maxRequestsPerSecond === undefined ? null : createPacer({ maxRequestsPerSecond, clock });
    const breaker = createCircuitBreaker({ refusalsToOpen, clock });
    const limit = maxConcurrency === undefined ? null : pLimit(maxConcurrency);
    /** Lookups that are under way, by what was asked. */
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
            // A source without company pages may have looked the company up for one who asked, and not for another.
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
        if (!admission.isAdmitted) return leaveAlone(question, admission.retryAfterMs);
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

    function leaveAlone(question: Question, retryAfterMs: number): Lookup {
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
        // In the sandbox nobody waits for anybody else.
        const pause = mode === 'live' ? sharedPause : createPause();
        const pacer = createGate({ pause, rate, clock, giveUpAt: endsAt });
        try {
            const slot = await pacer.acquire({ signal: cutOff.signal });
            const timeoutMs = endsAt - clock.elapsed();
            const context = {
                source,
                includesCompanyDetails,
                pacer,
                // Half of little is too little for a page, and with another source to ask one that hangs is left.
                limits: { maxAttempts: attempts, timeoutMs, isTimeWhole: hasNext || timeoutMs < leastToHalveMs },
                clock,
                random,
                signal: cutOff.signal,
            };
            return await enrichProfile(profileUrl, context, slot);
        } catch (error) {
            const durationMs = Math.round(clock.elapsed() - startedAt);
            if (error instanceof SourcePausedError) {
                return { ...leaveAlone(question, pause.until - clock.elapsed()), durationMs };
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
