import type { FailedOutcome, Source, SourceOutcome, UnreadPart } from './source.ts';
import type { CompanyDetails, CompanyStatus } from './result/company.ts';
import { makeAttempts, type AttemptsContext, type AttemptsOutcome } from './make-attempts.ts';
import type { Slot } from './pacer.ts';
import { isProfileSubstantial, type Profile } from './result/profile.ts';
import { buildCanonicalUrl, type ProfileUrl } from './profile-url/profile-url.ts';
import type { FailureCause, ResultErrorCode, SourceName, SourceTried } from './result/result.ts';

/** The outcome of one profile URL after all attempts at all sources. */
export type Enrichment = Omit<AttemptsOutcome<unknown>, 'outcome'> & {
    /** Of the profile returned; differs from the one requested when the person changed their handle. */
    canonicalUrl: string;
    outcome:
        | {
              status: 'success';
              profile: Profile;
              isPartial: boolean;
              companyDetails: CompanyDetails | null;
              /** Why company details that were requested are missing. */
              companyStatus?: CompanyStatus;
          }
        | { status: 'not_found' }
        | { status: 'error'; code: ResultErrorCode; cause: FailureCause | null; message: string };
    source: SourceName;
    /** Every source that was asked or skipped, in order. */
    sourcesTried: SourceTried[];
    /** The source's own date of the data; null where it states none. */
    dataAsOf: string | null;
    /** ISO 8601 instant of the answer; null when there was none. */
    fetchedAt: string | null;
    /** Whether the last failure was a refusal: counted by the circuit breaker. */
    isRefused: boolean;
    /** The pause that the source asked for with the last failure, in milliseconds. */
    pauseMs?: number;
    /** Whether the profile belongs to a suppressed person, reached under another address. */
    isSuppressed: boolean;
    unreadSections: UnreadPart[];
};

export type EnrichProfileContext = Omit<AttemptsContext, 'onFailure'> & {
    source: Source;
    /** Whether to ask for company details, of a source that returns them with the profile. */
    includesCompanyDetails?: boolean;
    /** Called for every failed attempt, with the delay before the retry or null without one; for logs. */
    onRetry?: (profileUrl: ProfileUrl, failure: FailedOutcome, delayMs: number | null) => void;
};

/**
 * Turns one profile URL into one enrichment: asks one source, with retries, within one time budget (`makeAttempts`).
 * When the signal aborts, the last failure is the outcome, marked as interrupted. Rejects on bugs only.
 */
export async function enrichProfile(
    profileUrl: ProfileUrl,
    { source, includesCompanyDetails = false, onRetry, ...context }: EnrichProfileContext,
    firstSlot: Slot,
): Promise<Enrichment> {
    const { handle } = profileUrl;
    const onFailure: AttemptsContext['onFailure'] = (failure, delayMs) => onRetry?.(profileUrl, failure, delayMs);
    const { outcome, ...effort } = await makeAttempts<SourceOutcome>(
        async (attempt) => {
            const outcome = await source.fetchProfile({ ...attempt, handle, includesCompanyDetails });
            return outcome.kind !== 'found' || isProfileSubstantial(outcome.profile) ? outcome : nameOnly;
        },
        { ...context, onFailure },
        firstSlot,
    );
    const found = outcome.kind === 'found' ? outcome : null;
    const failure = outcome.kind === 'failed' ? outcome : null;
    return {
        canonicalUrl: buildCanonicalUrl(found?.handle ?? handle),
        outcome: describeOutcome(outcome),
        ...effort,
        source: source.name,
        sourcesTried: [{ source: source.name, outcome: nameOutcome(outcome), attempts: effort.attempts }],
        dataAsOf: found?.dataAsOf ?? null,
        fetchedAt: failure ? null : new Date(context.clock.now()).toISOString(),
        isRefused: failure?.isRefusal ?? false,
        ...(failure?.pause ? { pauseMs: failure.pause.ms } : {}),
        isSuppressed: false,
        unreadSections: found?.unreadSections ?? [],
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

/** The default for `peer`. */
const linkedIn = 'LinkedIn';
const later = 'Try again later.';
const elsewhere = 'Try again later, or through other proxies.';

/** What happened and what to do about it, by cause. `who` is LinkedIn, or the provider, host or proxy that failed. */
const sentences: Record<FailedOutcome['cause'], (who: string) => [event: string, advice: string]> = {
    wall: (who) => [`${who} showed a sign-in wall instead of this profile`, elsewhere],
    blocked: (who) => [`${who} refused to show this profile`, elsewhere],
    rate_limited: (who) => [
        `${who} kept asking us to slow down`,
        who === linkedIn ? 'Try again later, or lower `maxRequestsPerSecond`.' : later,
    ],
    redirect_loop: (who) => [`${who} redirected this profile in a loop`, later],
    proxy: (who) => [
        `The proxy ${who} let nothing through`,
        'Check `proxyConfiguration`: its address, user name and password.',
    ],
    no_connection: (who) => [`The connection to ${who} failed or broke off`, later],
    certificate: (who) => [
        `The certificate of ${who} is not trusted, so nothing was read`,
        'Check the proxy, or add its authority to NODE_EXTRA_CA_CERTS (for impit, SSL_CERT_FILE).',
    ],
    timeout: (who) => [
        `${who} did not respond in time`,
        who === linkedIn ? 'Try again later, or raise `timeoutSecs`.' : later,
    ],
    server_error: (who) => [`${who} responded with a server error`, later],
    other_page: (who) => [`${who} sent another page instead of this profile`, elsewhere],
    too_large: () => ['This page is larger than the limit of 10 MB', 'Trying again will not help.'],
    unreadable: (who) => [`${who} sent something that is not a readable profile`, later],
    no_credits: (who) => [`The account at ${who} has no credits left`, 'Top it up and try again.'],
    key_refused: (who) => [`${who} refuses the API key`, 'Correct it and try again.'],
};

type Failure = Pick<FailedOutcome, 'cause' | 'peer'>;

/** What happened to a profile, for users, without a full stop. Never quotes a source's own words. */
export function describeEvent({ cause, peer }: Failure): string {
    return sentences[cause](peer ?? linkedIn)[0];
}

/** What happened to a profile and what to do about it: the message of its row. */
export function describeFailure({ cause, peer }: Failure): string {
    return sentences[cause](peer ?? linkedIn).join('. ');
}

export type UnaskedOutcome = Exclude<Enrichment['outcome'], { status: 'success' }>;

/** The enrichment of a profile that no source was asked for, or whose enrichment threw. */
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

/** The outcome of a profile whose enrichment failed because of a bug; the details are in the log. */
export const internalError = {
    status: 'error',
    code: 'internal_error',
    cause: null,
    message: 'Something went wrong on our side. Try again; if it persists, send us the request id.',
} as const satisfies Enrichment['outcome'];
