import type { Clock, Random } from './clock.ts';
import { isProfileSubstantial, type Profile, type ProfileSection } from './profile.ts';
import { buildCanonicalUrl, type ProfileUrl } from './profile-url.ts';
import type { Pacer, Slot } from './pacer.ts';
import type { ResultErrorCode } from './result.ts';
import { attemptTimeoutMs, decideRetry, retryAfterCapMs, type RetryLimits } from './retry-policy.ts';
import type { FailedOutcome, Source, SourceOutcome } from './source.ts';

/** What one profile URL came to, after all its tries. */
export type Enrichment = {
    /** Of the profile that answered: another one than was asked for when the person renamed it. */
    canonicalUrl: string;
    outcome:
        | { status: 'success'; profile: Profile }
        | { status: 'not_found' }
        | { status: 'error'; code: ResultErrorCode; message: string };
    attempts: number;
    /** Wall time from the first try on, in milliseconds. */
    durationMs: number;
    source: Source['name'];
    /** ISO 8601 instant of the answer; null when there was none. */
    fetchedAt: string | null;
    /** Whether the source turned us away to the end: what the circuit breaker counts. */
    isRefused: boolean;
    unreadSections: ProfileSection[];
};

export type EnrichProfileContext = {
    source: Source;
    pacer: Pick<Pacer, 'acquire' | 'pause'>;
    limits: RetryLimits;
    clock: Clock;
    random: Random;
    signal: AbortSignal;
    /** Told of every failed try and what follows from it; for logs. */
    onRetry?: (profileUrl: ProfileUrl, failure: FailedOutcome, delayMs: number | null) => void;
};

const errorMessages = {
    page_too_large: 'The page of this profile is larger than 10 MB, more than we read. Trying again will not help.',
    upstream_error:
        'LinkedIn did not show this profile: it refused every try or sent a page that is not a profile. Try again later.',
    upstream_timeout: 'LinkedIn did not answer in time. Try again later, or raise `timeoutSecs`.',
    rate_limit_exceeded:
        'LinkedIn asked us to slow down and went on asking. Try again later, or lower `maxRequestsPerSecond`.',
    internal_error: 'Something went wrong on our side. Try again; if it stays, send us the request id.',
} as const;

/**
 * Turns one profile URL into one enrichment: asks the source, tries again where that can help, inside one time budget.
 * The first slot of the pacer is the caller's to acquire and hand over; every further try acquires its own.
 * Rejects only when `signal` aborts (with its reason) or on a bug.
 */
export async function enrichProfile(
    profileUrl: ProfileUrl,
    context: EnrichProfileContext,
    firstSlot: Slot,
): Promise<Enrichment> {
    const { source, pacer, limits, clock, random, signal } = context;
    const startedAt = clock.elapsed();
    let queuedMs = 0;
    let slot = firstSlot;

    for (let attempt = 1; ; attempt += 1) {
        const remainingMs = limits.timeoutMs - (clock.elapsed() - startedAt - queuedMs);
        const outcome = await fetchOnce(profileUrl, attemptTimeoutMs(attempt, remainingMs, limits), slot, context);
        if (outcome.kind !== 'failed') return buildEnrichment(outcome, attempt);

        const leftMs = limits.timeoutMs - (clock.elapsed() - startedAt - queuedMs);
        const decision = decideRetry({ outcome, attempt, remainingMs: leftMs, limits, random });
        context.onRetry?.(profileUrl, outcome, decision.shouldRetry ? decision.delayMs : null);
        if (outcome.retryAfterMs !== undefined) pacer.pause(Math.min(outcome.retryAfterMs, retryAfterCapMs));
        if (!decision.shouldRetry) return buildEnrichment(outcome, attempt);

        // A pause asked for by the source is the whole queue's: the pacer waits it out, and the URL's clock stands still.
        if (outcome.retryAfterMs === undefined) await clock.sleep(decision.delayMs, signal);
        const queuedAt = clock.elapsed();
        slot = await pacer.acquire({ signal, isRetry: true });
        queuedMs += clock.elapsed() - queuedAt;
    }

    function buildEnrichment(outcome: SourceOutcome, attempts: number): Enrichment {
        const answeredHandle = outcome.kind === 'found' ? outcome.handle : profileUrl.handle;
        return {
            canonicalUrl: buildCanonicalUrl(answeredHandle),
            outcome: describeOutcome(outcome),
            attempts,
            durationMs: Math.round(clock.elapsed() - startedAt),
            source: source.name,
            fetchedAt: outcome.kind === 'failed' ? null : new Date(clock.now()).toISOString(),
            isRefused: outcome.kind === 'failed' && outcome.isRefusal,
            unreadSections: outcome.kind === 'found' ? outcome.unreadSections : [],
        };
    }
}

async function fetchOnce(
    { handle }: ProfileUrl,
    timeoutMs: number,
    firstSlot: Slot,
    { source, pacer, signal }: EnrichProfileContext,
): Promise<SourceOutcome> {
    if (timeoutMs <= 0) {
        return {
            kind: 'failed',
            code: 'upstream_timeout',
            isRetryable: false,
            isRefusal: false,
            detail: 'no time left',
        };
    }
    let slot = firstSlot;
    const outcome = await source.fetchProfile({
        handle,
        timeoutMs,
        signal,
        onSent: () => slot.markSent(),
        awaitTurn: async () => {
            slot = await pacer.acquire({ signal, isRetry: true });
        },
        onRateHint: ({ remaining, resetsInMs }) => {
            if (remaining <= 0) pacer.pause(Math.min(resetsInMs, retryAfterCapMs));
        },
    });
    if (outcome.kind !== 'found' || isProfileSubstantial(outcome.profile)) return outcome;
    return {
        kind: 'failed',
        code: 'upstream_error',
        isRetryable: true,
        isRefusal: true,
        detail: 'the page holds a name and nothing else',
    };
}

function describeOutcome(outcome: SourceOutcome): Enrichment['outcome'] {
    switch (outcome.kind) {
        case 'found':
            return { status: 'success', profile: outcome.profile };
        case 'not_found':
            return { status: 'not_found' };
        case 'failed':
            return { status: 'error', code: outcome.code, message: errorMessages[outcome.reason ?? outcome.code] };
    }
}
