import pLimit from 'p-limit';
import { buildSkipped, outOfTime } from './chain-verdict.ts';
import { buildUnasked, type EnrichProfileContext, type Enrichment } from '../enrich-profile.ts';
import type { Pacer } from '../pacer.ts';
import type { ProfileUrl } from '../profile-url/profile-url.ts';
import type { RetryLimits } from '../retry-policy.ts';
import type { Source } from '../source.ts';

/** After this many consecutive profiles refused, after all attempts, a source counts as refusing all. */
export const refusalsToGiveUp = 20;

/** One source of a chain, with its own pacer and limits. */
export type ChainLink = {
    source: Source;
    pacer: EnrichProfileContext['pacer'] & Pick<Pacer, 'acquire'>;
    limits: RetryLimits;
    /** Aborts the attempts in flight. A paid lookup gets more time than a page. */
    signal: AbortSignal;
};

/** A link and what is known of its source so far. */
export type LinkState = {
    link: ChainLink;
    limit: ReturnType<typeof pLimit> | null;
    refusalsInARow: number;
    lastRefusal: Enrichment['outcome'] | null;
    skippedCount: number;
    /** The message of its `SourceUnusableError`; null while it is usable. */
    unusableReason: string | null;
};

export function createLinkState(link: ChainLink): LinkState {
    return {
        link,
        limit: link.source.provider ? pLimit(link.source.provider.maxInFlight) : null,
        refusalsInARow: 0,
        lastRefusal: null,
        skippedCount: 0,
        unusableReason: null,
    };
}

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
