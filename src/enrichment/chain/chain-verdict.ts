import { measureCompleteness, type RequirableField } from '../result/completeness.ts';
import { buildUnasked, type Enrichment, type UnaskedOutcome } from '../enrich-profile.ts';
import type { ProfileUrl } from '../profile-url/profile-url.ts';
import { providerNames, type SourceName, type SourceTried } from '../result/result.ts';

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
export function chooseEnrichment<One extends Enrichment>(enrichments: readonly One[]): One | null {
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
