import pLimit from 'p-limit';
import { buildUnasked, type EnrichProfileContext, type Enrichment, type UnaskedOutcome } from './enrich-profile.ts';
import type { ProfileUrl } from './profile-url/profile-url.ts';
import { measureCompleteness, type RequirableField } from './result/profile-content.ts';
import { providerNames, type SourceName, type SourceTried } from './result/result.ts';

/** After this many consecutive profiles refused, after all attempts, a source counts as refusing all. */
export const refusalsToGiveUp = 20;

/** One source of a chain, with its own pacer and limits. */
export type ChainLink = Pick<EnrichProfileContext, 'source' | 'pacer' | 'limits'> & {
    /** Aborts the attempts in flight. A paid lookup gets more time than a page. */
    signal: AbortSignal;
};

/** A link and what is known of its source so far. */
export function createLinkState(link: ChainLink) {
    return {
        link,
        limit: link.source.provider ? pLimit(link.source.provider.maxInFlight) : null,
        refusalsInARow: 0,
        lastRefusal: null as Enrichment['outcome'] | null,
        skippedCount: 0,
        /** The message of its `SourceUnusableError`; null while it is usable. */
        unusableReason: null as string | null,
    };
}
export type LinkState = ReturnType<typeof createLinkState>;

/** Whether the circuit breaker of the source is open. */
export const isOpen = ({ refusalsInARow }: LinkState) => refusalsInARow >= refusalsToGiveUp;

/**
 * The enrichment recorded for a source that is skipped. While its breaker is open, the person counts as refused too;
 * where no lookup is left, the enrichments of the sources before it decide.
 */
export function skipLink(state: LinkState, profileUrl: ProfileUrl): Enrichment {
    const { lastRefusal, link } = state;
    // The page is skipped only for refusals, although its breaker may have closed since.
    const isRefused = (isOpen(state) || !link.source.provider) && lastRefusal?.status === 'error';
    const outcome = isRefused ? lastRefusal : ({ status: 'not_found' } as const);
    return { ...buildSkipped(profileUrl, link.source.name, outcome), isRefused };
}

/** The enrichment recorded for a source that was next when the run ended. */
export function interruptLink({ link: { source } }: LinkState, profileUrl: ProfileUrl): Enrichment {
    return { ...buildUnasked(profileUrl, source.name, outOfTime), isInterrupted: true };
}

/** The run ended before a source could be asked. */
export const outOfTime = {
    status: 'error',
    code: 'upstream_timeout',
    cause: 'timeout',
    message: 'The run ended before this profile could be looked up. Run it again.',
} as const satisfies UnaskedOutcome;

/** The enrichment recorded for a source that was skipped. */
export function buildSkipped(profileUrl: ProfileUrl, source: SourceName, outcome: UnaskedOutcome): Enrichment {
    return {
        ...buildUnasked(profileUrl, source, outcome),
        sourcesTried: [{ source, outcome: 'skipped', attempts: 0 }],
    };
}

export type Requirements = {
    /** A profile without one of these is partial: the next source is asked. */
    requiredFields: readonly RequirableField[];
    /** Whether the person at this canonical URL is on the suppression list. */
    isSuppressed: (canonicalUrl: string) => boolean;
};

/** The enrichment of one source after the chain's checks: not found for a suppressed person, marked when partial. */
export function judgeEnrichment<One extends Enrichment>(
    enrichment: One,
    { canonicalUrl }: ProfileUrl,
    { requiredFields, isSuppressed }: Requirements,
): One {
    const { outcome } = enrichment;
    if (outcome.status !== 'success') return enrichment;
    // A suppressed person can be reached under an old handle: the profile returned counts, not the one requested.
    if (isSuppressed(enrichment.canonicalUrl)) {
        return {
            ...withTriedOutcome(enrichment, 'not_found'),
            canonicalUrl,
            outcome: { status: 'not_found' },
            isSuppressed: true,
        };
    }
    const missing: readonly string[] = measureCompleteness(outcome.profile).missing;
    if (!requiredFields.some((field) => missing.includes(field))) return enrichment;
    return { ...withTriedOutcome(enrichment, 'partial'), outcome: { ...outcome, isPartial: true } };
}

/**
 * Picks one of the enrichments of a chain, given in source order: the most complete profile, the earlier one on a tie;
 * else not found if LinkedIn said so or no source failed; else the last failure. Null for an empty list.
 */
function chooseEnrichment<One extends Enrichment>(enrichments: readonly One[]): One | null {
    let best: One | null = null;
    for (const one of enrichments) if (best === null || rank(one) > rank(best)) best = one;
    if (best?.outcome.status === 'success') return best;
    const gone = enrichments.find(
        ({ outcome, source, attempts }) => outcome.status === 'not_found' && attempts > 0 && !providerNames.has(source),
    );
    const failures = enrichments.filter(({ outcome }) => outcome.status === 'error');
    return gone ?? failures.findLast(({ attempts }) => attempts > 0) ?? failures.at(-1) ?? best;
}

/** Whether the chain stops at this enrichment. LinkedIn's own "not found" is final, a provider's is not. */
export function isFinal(
    { outcome, source, isSuppressed }: Enrichment,
    { asksProvidersForNotFound }: { asksProvidersForNotFound: boolean },
): boolean {
    if (isSuppressed) return true;
    if (outcome.status === 'success') return !outcome.isPartial;
    return outcome.status === 'not_found' && !providerNames.has(source) && !asksProvidersForNotFound;
}

/** Merges the enrichments of a chain, given in source order, into one; null for an empty list. */
export function mergeEnrichments<One extends Enrichment>(answers: readonly One[], durationMs: number): One | null {
    const chosen = chooseEnrichment(answers);
    return (
        chosen && {
            ...chosen,
            sourcesTried: answers.flatMap(({ sourcesTried }) => sourcesTried),
            attempts: answers.reduce((sum, { attempts }) => sum + attempts, 0),
            durationMs: Math.round(durationMs),
            spentMs: answers.reduce((sum, { spentMs }) => sum + spentMs, 0),
            isRefused: answers.every(({ isRefused, attempts }) => isRefused || attempts === 0) && chosen.isRefused,
            isInterrupted:
                answers.some(({ isInterrupted }) => isInterrupted) || answers.every(({ attempts }) => attempts === 0),
        }
    );
}

/** Complete profiles rank above partial ones, each by completeness; everything else is -1. */
function rank({ outcome }: Enrichment): number {
    if (outcome.status !== 'success') return -1;
    return measureCompleteness(outcome.profile).completeness + (outcome.isPartial ? 0 : 1);
}

function withTriedOutcome<One extends Enrichment>(enrichment: One, outcome: SourceTried['outcome']): One {
    return { ...enrichment, sourcesTried: enrichment.sourcesTried.map((tried) => ({ ...tried, outcome })) };
}
