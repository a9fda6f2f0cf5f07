import type { Clock, Random } from './clock.ts';
import type { CompanyDetails } from './company.ts';
import { describeFailure, internalErrorMessage } from './failure-message.ts';
import type { Pacer, Slot } from './pacer.ts';
import { isProfileSubstantial, type Profile } from './profile.ts';
import { buildCanonicalUrl, type ProfileUrl } from './profile-url.ts';
import type { FailureCause, ResultErrorCode, SourceName, SourceTried } from './result.ts';
import { attemptTimeoutMs, decideRetry, maxPauseMs, type RetryLimits } from './retry-policy.ts';
import type { FailedOutcome, Source, SourceOutcome, UnreadPart } from './source.ts';

/** What one profile URL came to, after all its attempts. */
export type Enrichment = {
    /** Of the profile that answered: another one than was asked for when the person renamed it. */
    canonicalUrl: string;
    outcome:
        | { status: 'success'; profile: Profile; isPartial: boolean; companyDetails: CompanyDetails | null }
        | { status: 'not_found' }
        | { status: 'error'; code: ResultErrorCode; cause: FailureCause | null; message: string };
    /** All requests made for it, at every source. */
    attempts: number;
    /** Wall time from the first attempt on, in milliseconds. */
    durationMs: number;
    source: SourceName;
    /** Every source that was asked or passed over, in order. */
    sourcesTried: SourceTried[];
    /** The source's own date of the data; null where it does not tell. */
    dataAsOf: string | null;
    /** ISO 8601 instant of the answer; null when there was none. */
    fetchedAt: string | null;
    /** Whether the source let nobody in to the end: what the circuit breaker counts. */
    isRefused: boolean;
    /** Whether the run ended before all attempts were made. */
    isInterrupted: boolean;
    /** Whether the profile is that of somebody who must not be shown, found under another address. */
    isSuppressed: boolean;
    unreadSections: UnreadPart[];
};

export type EnrichProfileContext = {
    source: Source;
    pacer: Pick<Pacer, 'acquire' | 'pause' | 'pausedSoFarMs'>;
    limits: RetryLimits;
    clock: Clock;
    random: Random;
    /** Ends the work: what is under way is given up. */
    signal: AbortSignal;
    /** How long until `signal` aborts because the run's time is over, in milliseconds. Without it, no end is in sight. */
    getRunLeftMs?: () => number;
    /** Told of every failed attempt and what follows from it; for logs. */
    onRetry?: (profileUrl: ProfileUrl, failure: FailedOutcome, delayMs: number | null) => void;
};

/** How often at most a waiting URL looks how long the queue has been paused, in milliseconds. */
const leastLookMs = 50;

/** The pause is longer than this URL may wait. */
class PauseTooLongError extends Error {}

/**
 * Turns one profile URL into one enrichment: asks the source, tries again where that can help, inside one time budget.
 * The first slot of the pacer is the caller's to acquire and hand over; every further request acquires its own.
 *
 * The budget counts the attempts and the pauses after the first one. Waiting for the pacer's rate is not on the URL's
 * account. When `signal` aborts, the last failure is the outcome, marked as interrupted. Rejects on a bug only.
 */
export async function enrichProfile(
    profileUrl: ProfileUrl,
    context: EnrichProfileContext,
    firstSlot: Slot,
): Promise<Enrichment> {
    const { source, pacer, limits, clock, random, signal, onRetry } = context;
    const getRunLeftMs = context.getRunLeftMs ?? (() => Number.POSITIVE_INFINITY);
    const startedAt = clock.elapsed();
    /** What is not on the URL's account: its first pause, and the queue. */
    let freeMs = 0;
    let hasPaused = false;
    let slot = firstSlot;
    let attempts = 0;
    let failure: FailedOutcome | null = null;

    try {
        for (;;) {
            const outcome = await fetchOnce();
            if (outcome.kind !== 'failed') return buildEnrichment(outcome);
            failure = outcome;
            const time = { remainingMs: getRemainingMs(), runLeftMs: getRunLeftMs(), hasPaused };
            const decision = decideRetry({ outcome, attempt: attempts, time, limits, random });
            onRetry?.(profileUrl, outcome, decision.shouldRetry ? decision.delayMs : null);
            if (outcome.pause?.scope === 'queue') pacer.pause(Math.min(outcome.pause.ms, maxPauseMs));
            if (!decision.shouldRetry) return buildEnrichment(outcome);
            await clock.sleep(decision.delayMs, signal);
            if (outcome.pause?.scope === 'url') countPause(decision.delayMs);
            slot = await acquireSlot();
            if (getRemainingMs() <= 0) return buildEnrichment(outcome);
        }
    } catch (error) {
        if (error instanceof PauseTooLongError) {
            onRetry?.(profileUrl, failure ?? slowedDown, null);
            return buildEnrichment(failure ?? slowedDown);
        }
        // A bug stays one, whenever it is met.
        if (!signal.aborted || error !== signal.reason) throw error;
        return { ...buildEnrichment(failure ?? timedOut), isInterrupted: true };
    }

    function getRemainingMs(): number {
        return limits.timeoutMs - (clock.elapsed() - startedAt - freeMs);
    }

    /** A pause that was waited out: only the first one is free. */
    function countPause(pausedMs: number): void {
        if (pausedMs <= 0) return;
        if (!hasPaused) freeMs += pausedMs;
        hasPaused = true;
    }

    /** Rejects with `PauseTooLongError` when the queue is paused for longer than this URL may wait. */
    async function acquireSlot(): Promise<Slot> {
        const queuedAt = clock.elapsed();
        const pausedBeforeMs = pacer.pausedSoFarMs;
        const getPausedMs = () => pacer.pausedSoFarMs - pausedBeforeMs;
        const mostPausedMs = hasPaused ? getRemainingMs() : maxPauseMs;
        const [giveUp, granted] = [new AbortController(), new AbortController()];
        void (async () => {
            // Others may make the pause longer while it is waited out.
            for (let leftMs = mostPausedMs; leftMs > 0; leftMs = mostPausedMs - getPausedMs())
                await clock.sleep(Math.max(leftMs, leastLookMs), granted.signal);
            giveUp.abort(new PauseTooLongError());
        })().catch(() => {});
        try {
            return await pacer.acquire({ signal: AbortSignal.any([signal, giveUp.signal]), isRetry: true });
        } finally {
            granted.abort();
            const pausedMs = getPausedMs();
            freeMs += clock.elapsed() - queuedAt - pausedMs;
            countPause(pausedMs);
        }
    }

    async function fetchOnce(): Promise<SourceOutcome> {
        attempts += 1;
        const outcome = await source.fetchProfile({
            handle: profileUrl.handle,
            timeoutMs: attemptTimeoutMs(attempts, getRemainingMs(), limits),
            signal,
            onSent: () => slot.markSent(),
            awaitTurn: async () => {
                slot = await acquireSlot();
                return getRemainingMs();
            },
            onRateHint: ({ remaining, resetsInMs }) => {
                if (remaining <= 0) pacer.pause(Math.min(resetsInMs, maxPauseMs));
            },
        });
        return outcome.kind !== 'found' || isProfileSubstantial(outcome.profile) ? outcome : nameOnly;
    }

    function buildEnrichment(outcome: SourceOutcome): Enrichment {
        return {
            canonicalUrl: buildCanonicalUrl(outcome.kind === 'found' ? outcome.handle : profileUrl.handle),
            outcome: describeOutcome(outcome),
            attempts,
            durationMs: Math.round(clock.elapsed() - startedAt),
            source: source.name,
            sourcesTried: [{ source: source.name, outcome: nameOutcome(outcome), attempts }],
            dataAsOf: (outcome.kind === 'found' ? outcome.dataAsOf : null) ?? null,
            fetchedAt: outcome.kind === 'failed' ? null : new Date(clock.now()).toISOString(),
            isRefused: outcome.kind === 'failed' && outcome.isRefusal,
            isInterrupted: false,
            isSuppressed: false,
            unreadSections: outcome.kind === 'found' ? outcome.unreadSections : [],
        };
    }
}

const failed = { kind: 'failed', isRetryable: true } as const;

const timedOut: FailedOutcome = {
    ...failed,
    code: 'upstream_timeout',
    cause: 'timeout',
    isRefusal: false,
    detail: 'no time left',
};

const slowedDown: FailedOutcome = {
    ...failed,
    code: 'rate_limit_exceeded',
    cause: 'rate_limited',
    isRefusal: true,
    detail: 'the queue is paused for longer than this profile may wait',
};

const nameOnly: FailedOutcome = {
    ...failed,
    code: 'upstream_error',
    cause: 'unreadable',
    isRefusal: true,
    detail: 'the page holds a name and nothing else',
};

function nameOutcome(outcome: SourceOutcome): SourceTried['outcome'] {
    if (outcome.kind !== 'failed') return outcome.kind;
    return outcome.isRefusal ? 'refused' : 'failed';
}

function describeOutcome(outcome: SourceOutcome): Enrichment['outcome'] {
    switch (outcome.kind) {
        case 'found':
            return {
                status: 'success',
                profile: outcome.profile,
                isPartial: false,
                companyDetails: outcome.companyDetails ?? null,
            };
        case 'not_found':
            return { status: 'not_found' };
        case 'failed': {
            const { code, cause } = outcome;
            return { status: 'error', code, cause, message: describeFailure(outcome) };
        }
    }
}

export type UnaskedOutcome = Exclude<Enrichment['outcome'], { status: 'success' }>;

/** The enrichment of a profile that no source was asked about, or whose work was broken off. */
export function buildUnasked({ canonicalUrl }: ProfileUrl, source: SourceName, outcome: UnaskedOutcome): Enrichment {
    return {
        canonicalUrl,
        outcome,
        attempts: 0,
        durationMs: 0,
        source,
        sourcesTried: [],
        dataAsOf: null,
        fetchedAt: null,
        isRefused: false,
        isInterrupted: false,
        isSuppressed: false,
        unreadSections: [],
    };
}

/** The outcome of a profile that met a bug of ours. */
export const internalError = {
    status: 'error',
    code: 'internal_error',
    cause: null,
    message: internalErrorMessage,
} as const satisfies Enrichment['outcome'];
