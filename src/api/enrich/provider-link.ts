import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { Gatekeeper } from '../../accounts/gatekeeper.ts';
import { createCircuitBreaker, type Admission, type TrialOutcome } from '../../enrichment/circuit-breaker.ts';
import type { Clock, Random } from '../../enrichment/clock.ts';
import { buildUnasked, enrichProfile, type Enrichment } from '../../enrichment/enrich-profile.ts';
import { createPacer } from '../../enrichment/pacer.ts';
import type { ProviderTerms, Source } from '../../enrichment/source.ts';
import { late, over, refusalsToOpen, skip, type Lookup, type Question, type SourceLink } from './source-link.ts';

/** How long an undelivered result is kept for the next request, in milliseconds. */
const keptMs = 10 * 60 * 1000;
const maxKept = 1000;

export type ProviderLinkOptions = {
    source: Source;
    terms: ProviderTerms;
    /** Counts lookups before they are made. */
    lookups: Pick<Gatekeeper, 'reserveLookup' | 'releaseLookup'>;
    clock: Clock;
    random: Random;
    /** Called with every lookup made, for the metrics. */
    onLookup?: ((lookup: Lookup) => void) | undefined;
};

/** A running lookup. Once sent, it continues without callers. */
type Running = {
    outcome: Promise<Enrichment>;
    waiting: number;
    isSent: boolean;
    /** Aborted if no caller is left before it was sent. */
    giveUp: AbortController;
};

/**
 * An upstream provider, which bills every lookup. A lookup is counted before it is made, is shared by concurrent
 * requests for the person, and may take longer than its callers wait. A record that arrives too late for all of them is
 * kept in memory for ten minutes, as is "not found", so a retry costs no second lookup.
 */
export function createProviderLink(options: ProviderLinkOptions): SourceLink {
    const { source, terms, lookups, clock, random, onLookup } = options;
    const pacer = createPacer({ ...terms, clock });
    const breaker = createCircuitBreaker({ refusalsToOpen, clock });
    const limit = pLimit(terms.maxInFlight);
    const closing = new AbortController();
    const running = new Map<string, Running>();
    const kept = new LRUCache<string, Enrichment>({
        max: maxKept,
        ttl: keptMs,
        ttlResolution: 0,
        perf: { now: () => clock.elapsed() },
    });

    const getPausedMs = () => Math.max(breaker.opensInMs, pacer.pausedMs);

    async function ask(question: Question): Promise<Lookup> {
        const { profileUrl, caller, people, endsAt } = question;
        const known = kept.get(profileUrl.handle);
        if (known) return known;
        const begun = running.get(profileUrl.handle);
        if (begun) return waitFor(begun, question);
        if (!question.mayAsk) return skipForTime(question);
        if (breaker.opensInMs > 0 || clock.elapsed() + pacer.pausedMs >= endsAt) return refusePaused(question);
        const permit = await lookups.reserveLookup({ caller, people });
        if (permit.kind === 'suppressed') {
            return { ...skip({ source }, question, {}), outcome: { status: 'not_found' }, isSuppressed: true };
        }
        if (permit.kind === 'used_up') return refuse(question, permit.waitMs);
        const release = () => lookups.releaseLookup(caller, permit.day).catch(() => {});
        // Another request may have started the lookup in the meantime.
        const other = running.get(profileUrl.handle);
        const admission = other ? null : breaker.admit();
        if (admission?.isAdmitted) return waitFor(begin(question, admission, release), question);
        await release();
        return other ? waitFor(other, question) : refusePaused(question);
    }

    function begin(
        question: Question,
        admission: Extract<Admission, { isAdmitted: true }>,
        release: () => Promise<void>,
    ): Running {
        const { handle } = question.profileUrl;
        const state = { waiting: 0, isSent: false, giveUp: new AbortController() };
        const outcome = (async () => {
            let trial: TrialOutcome = 'failed';
            try {
                const made = await lookUp(question, state);
                if (made.outcome.status !== 'error') trial = 'answered';
                else if (made.isRefused) trial = 'refused';
                onLookup?.(made);
                const isGiven = made.outcome.status === 'success' && state.waiting > 0;
                if (trial === 'answered' && !isGiven) keep(handle, made);
                return made;
            } finally {
                running.delete(handle);
                admission.report(trial);
                if (!state.isSent) await release();
            }
        })();
        outcome.catch(() => {});
        const lookup = Object.assign(state, { outcome });
        running.set(handle, lookup);
        return lookup;
    }

    /** Keeps a result for a later request, for which no attempt is made. */
    function keep(handle: string, made: Enrichment): void {
        const sourcesTried = made.sourcesTried.map((tried) => ({ ...tried, attempts: 0 }));
        kept.set(handle, { ...made, attempts: 0, durationMs: 0, sourcesTried });
    }

    /** Waits for a slot only as long as a caller waits; once sent, for as long as the provider may take. */
    function lookUp({ profileUrl, endsAt }: Question, state: Omit<Running, 'outcome'>): Promise<Enrichment> {
        const watched: Source = {
            ...source,
            fetchProfile(request) {
                const onSent = () => {
                    state.isSent = true;
                    request.onSent?.();
                };
                return source.fetchProfile({ ...request, onSent });
            },
        };
        const { signal } = closing;
        return limit(async () => {
            const slot = await pacer.acquire({ signal: AbortSignal.any([state.giveUp.signal, signal]) });
            // Retried only while a caller waits.
            const getRunLeftMs = () => endsAt - clock.elapsed();
            const context = { source: watched, pacer, limits: terms.limits, clock, random, signal, getRunLeftMs };
            return enrichProfile(profileUrl, context, slot);
        });
    }

    async function waitFor(lookup: Running, question: Question): Promise<Lookup> {
        const askedAt = clock.elapsed();
        let isWaiting = true;
        const leave = () => {
            if (isWaiting) lookup.waiting -= 1;
            isWaiting = false;
            if (lookup.waiting === 0 && !lookup.isSent) lookup.giveUp.abort(over);
        };
        lookup.waiting += 1;
        const done = new AbortController();
        const timeUp = clock.sleep(question.endsAt - askedAt, done.signal).then(leave);
        timeUp.catch(() => {});
        try {
            const made = await Promise.race([lookup.outcome, timeUp]);
            return made ?? describeLate(lookup, question, clock.elapsed() - askedAt);
        } finally {
            done.abort(over);
            leave();
        }
    }

    function describeLate({ isSent }: Running, question: Question, waitedMs: number): Lookup {
        const durationMs = Math.round(waitedMs);
        if (!isSent) return { ...skip({ source }, question, late), durationMs };
        return {
            ...buildUnasked(question.profileUrl, source.name, { status: 'error', message: '', ...late }),
            attempts: 1,
            sourcesTried: [{ source: source.name, outcome: 'failed', attempts: 1 }],
            durationMs,
            failureMessage: 'A provider did not answer in time. Try again: a late record is kept for ten minutes.',
        };
    }

    function skipForTime(question: Question): Lookup {
        const failureMessage = 'There was not enough time to ask every source. Try again: results so far are kept.';
        return skip({ source }, question, late, { retryAfterMs: 1000, failureMessage });
    }

    function refusePaused(question: Question): Lookup {
        const wait = { retryAfterMs: Math.max(1000, getPausedMs()) };
        return { ...skip({ source }, question, { cause: 'rate_limited' }, wait), isRefused: true };
    }

    /** No lookups are left: the outcome of the previous sources stands. */
    function refuse(question: Question, waitMs: number | null): Lookup {
        const skipped = skip({ source }, question, {}, waitMs === null ? {} : { retryAfterMs: waitMs });
        const failureMessage = 'Today’s provider lookups are used up. Try again tomorrow.';
        return question.isFirst ? { ...skipped, failureMessage } : { ...skipped, outcome: { status: 'not_found' } };
    }

    return {
        source,
        ask,
        getPausedMs,
        close: () => closing.abort(over),
    };
}
