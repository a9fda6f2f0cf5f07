import type { Clock } from '../../../src/enrichment/clock.ts';
import { createPacer, type Pacer } from '../../../src/enrichment/pacer.ts';
import type { RetryLimits, Source } from '../../../src/enrichment/source.ts';
import { createSourceChain, type SourceChain } from '../../../src/enrichment/source-chain.ts';

type Options = {
    source: Source;
    clock: Clock;
    maxRequestsPerSecond: number;
    limits: RetryLimits;
    stopSignal: AbortSignal;
    abortSignal: AbortSignal;
    getRunLeftMs?: () => number;
    /** Replaces the pacer at `maxRequestsPerSecond`. */
    pacer?: Pacer;
};

/** A chain of one source, as in a run without providers; back-off is half of the maximum. */
export function createSingleSourceChain({ source, clock, limits, ...options }: Options): SourceChain {
    const pacer = options.pacer ?? createPacer({ maxRequestsPerSecond: options.maxRequestsPerSecond, clock });
    return createSourceChain({
        links: [{ source, pacer, limits, signal: options.abortSignal }],
        requiredFields: [],
        asksProvidersForNotFound: false,
        lookups: { reserve: () => false, release: () => {}, hasLeft: () => false },
        isSuppressed: () => false,
        clock,
        random: () => 0.5,
        stopSignal: options.stopSignal,
        getRunLeftMs: options.getRunLeftMs ?? (() => Number.POSITIVE_INFINITY),
    });
}
