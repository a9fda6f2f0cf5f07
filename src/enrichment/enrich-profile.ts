import type { CompanyDetails, CompanyStatus } from './result/company.ts';
import { describeFailure, internalErrorMessage } from './result/failure-message.ts';
import { makeAttempts, type AttemptsContext } from './make-attempts.ts';
import type { Slot } from './pacer.ts';
import { isProfileSubstantial, type Profile } from './result/profile.ts';
import { buildCanonicalUrl, type ProfileUrl } from './profile-url/profile-url.ts';
import type { FailureCause, ResultErrorCode, SourceName, SourceTried } from './result/result.ts';
import type { FailedOutcome, Source, SourceOutcome, UnreadPart } from './source.ts';

/** What one profile URL came to, after all its attempts. */
export type Enrichment = {
    /** Of the profile that answered: another one than was asked for when the person renamed it. */
    canonicalUrl: string;
    outcome:
        | {
              status: 'success';
              profile: Profile;
              isPartial: boolean;
              companyDetails: CompanyDetails | null;
              /** Why there is none where it was asked for. */
              companyStatus?: CompanyStatus;
          }
        | { status: 'not_found' }
        | { status: 'error'; code: ResultErrorCode; cause: FailureCause | null; message: string };
    /** All requests made for it, at every source. */
    attempts: number;
    /** Wall time from the first attempt on, in milliseconds. */
    durationMs: number;
    /** What of the time that a profile may take was used, in milliseconds: waiting for the rate is not on its account. */
    spentMs: number;
    source: SourceName;
    /** Every source that was asked or passed over, in order. */
    sourcesTried: SourceTried[];
    /** The source's own date of the data; null where it does not tell. */
    dataAsOf: string | null;
    /** ISO 8601 instant of the answer; null when there was none. */
    fetchedAt: string | null;
    /** Whether the source let nobody in to the end: what the circuit breaker counts. */
    isRefused: boolean;
    /** How long the source asked to be left alone when it failed last, in milliseconds; left out where it did not. */
    pauseMs?: number;
    /** Whether the run ended before all attempts were made. */
    isInterrupted: boolean;
    /** Whether the profile is that of somebody who must not be shown, found under another address. */
    isSuppressed: boolean;
    unreadSections: UnreadPart[];
};

export type EnrichProfileContext = Omit<AttemptsContext, 'onFailure'> & {
    source: Source;
    /** Whether a source that looks the current company up by itself is asked to. */
    includesCompanyDetails?: boolean;
    /** Told of every failed attempt and what follows from it; for logs. */
    onRetry?: (profileUrl: ProfileUrl, failure: FailedOutcome, delayMs: number | null) => void;
};

/**
 * Turns one profile URL into one enrichment: asks the source, again where that can help, inside one time budget
 * (`makeAttempts`). When the signal aborts, the last failure is the outcome, marked as interrupted. Rejects on a bug
 * only.
 */
export async function enrichProfile(
    profileUrl: ProfileUrl,
    { source, includesCompanyDetails = false, onRetry, ...context }: EnrichProfileContext,
    firstSlot: Slot,
): Promise<Enrichment> {
    const { handle } = profileUrl;
    const onFailure: AttemptsContext['onFailure'] = (failure, delayMs) => onRetry?.(profileUrl, failure, delayMs);
    const made = await makeAttempts<SourceOutcome>(
        async (attempt) => {
            const outcome = await source.fetchProfile({ ...attempt, handle, includesCompanyDetails });
            return outcome.kind !== 'found' || isProfileSubstantial(outcome.profile) ? outcome : nameOnly;
        },
        { ...context, onFailure },
        firstSlot,
    );
    const { outcome, attempts, durationMs, spentMs, isInterrupted } = made;
    return {
        canonicalUrl: buildCanonicalUrl(outcome.kind === 'found' ? outcome.handle : handle),
        outcome: describeOutcome(outcome),
        attempts,
        durationMs,
        spentMs,
        source: source.name,
        sourcesTried: [{ source: source.name, outcome: nameOutcome(outcome), attempts }],
        dataAsOf: (outcome.kind === 'found' ? outcome.dataAsOf : null) ?? null,
        fetchedAt: outcome.kind === 'failed' ? null : new Date(context.clock.now()).toISOString(),
        isRefused: outcome.kind === 'failed' && outcome.isRefusal,
        ...(outcome.kind === 'failed' && outcome.pause ? { pauseMs: outcome.pause.ms } : {}),
        isInterrupted,
        isSuppressed: false,
        unreadSections: outcome.kind === 'found' ? outcome.unreadSections : [],
    };
}

const nameOnly: FailedOutcome = {
    kind: 'failed',
    isRetryable: true,
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
                ...(outcome.companyStatus === undefined ? {} : { companyStatus: outcome.companyStatus }),
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
        spentMs: 0,
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
