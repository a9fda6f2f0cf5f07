import { measureCompleteness, type RequirableField } from './result/completeness.ts';
import { buildUnasked, type Enrichment, type UnaskedOutcome } from './enrich-profile.ts';
import type { ProfileUrl } from './profile-url/profile-url.ts';
import { providerNames, type SourceName, type SourceTried } from './result/result.ts';

export type Requirements = {
    /** A profile without one of these is not good enough: the next source is asked. */
    requiredFields: readonly RequirableField[];
    /** Whether this is somebody who must not be shown; a canonical URL. */
    isSuppressed: (canonicalUrl: string) => boolean;
};

/** One source's enrichment with what a chain makes of it: whose it must not be, and whether it is good enough. */
export function judgeEnrichment<One extends Enrichment>(
    enrichment: One,
    { canonicalUrl }: ProfileUrl,
    { requiredFields, isSuppressed }: Requirements,
): One {
    const { outcome } = enrichment;
    if (outcome.status !== 'success') return enrichment;
    // Somebody suppressed may be reached under an older name: whose profile it is counts, not who was asked for.
    if (isSuppressed(enrichment.canonicalUrl)) {
        return {
            ...retell(enrichment, 'not_found'),
            canonicalUrl,
            outcome: { status: 'not_found' },
            isSuppressed: true,
        };
    }
    const missing: readonly string[] = measureCompleteness(outcome.profile).missing;
    if (!requiredFields.some((field) => missing.includes(field))) return enrichment;
    return { ...retell(enrichment, 'partial'), outcome: { ...outcome, isPartial: true } };
}

/**
 * Of what the sources of a chain came to, in their order: the fullest profile, the earlier of two; else that there is
 * none if LinkedIn says so or nobody failed; else what failed last. Null when nobody was asked.
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

/** Whether no source after this one is asked. LinkedIn's own "not found" is final, a provider's is not. */
export function isFinal(
    { outcome, source, isSuppressed }: Enrichment,
    { asksProvidersForNotFound }: { asksProvidersForNotFound: boolean },
): boolean {
    if (isSuppressed) return true;
    if (outcome.status === 'success') return !outcome.isPartial;
    return outcome.status === 'not_found' && !providerNames.has(source) && !asksProvidersForNotFound;
}

/** What all sources of a chain came to together, in their order; null when nobody was asked. */
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

/** How good an enrichment is: found in full, found in part by how full, not found. */
function rank({ outcome }: Enrichment): number {
    if (outcome.status !== 'success') return -1;
    return measureCompleteness(outcome.profile).completeness + (outcome.isPartial ? 0 : 1);
}

function retell<One extends Enrichment>(enrichment: One, outcome: SourceTried['outcome']): One {
    return { ...enrichment, sourcesTried: enrichment.sourcesTried.map((tried) => ({ ...tried, outcome })) };
}

/** The run ended before a source could be asked. */
export const outOfTime = {
    status: 'error',
    code: 'upstream_timeout',
    cause: 'timeout',
    message: 'The run ended before this profile could be looked up. Run it again.',
} as const satisfies UnaskedOutcome;

/** What stands for a source that was passed over. */
export function buildSkipped(profileUrl: ProfileUrl, source: SourceName, outcome: UnaskedOutcome): Enrichment {
    return {
        ...buildUnasked(profileUrl, source, outcome),
        sourcesTried: [{ source, outcome: 'skipped', attempts: 0 }],
    };
}
