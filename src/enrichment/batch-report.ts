import type { Enrichment } from './enrich-profile.ts';

/** After this many consecutive profiles that failed because of a bug, the batch ends. */
export const bugsToGiveUp = 20;

/**
 * How a batch ended. `completed`: every item was reported. `stopped`: by the caller's `stopSignal`. `budget`: no charge
 * is left for the rest. `lookups`: the rest needs a provider, and no lookup is left. `refused`: `refusalsToGiveUp`
 * consecutive profiles were refused before the end of the list, or at least that many and all of them. `source`: no
 * source is usable any more. `internal_error`: a bug in `bugsToGiveUp` consecutive profiles.
 */
export type BatchEnding = 'completed' | 'stopped' | 'budget' | 'lookups' | 'refused' | 'source' | 'internal_error';

export type BatchReport = {
    ending: BatchEnding;
    /** One sentence for users where all profiles failed for the same reason; else empty. */
    reason: string;
};

/** Causes where the server was never reached: a proxy or a network failed, not LinkedIn. */
const unreachable = new Set(['proxy', 'no_connection', 'certificate']);

/** The report of a batch whose last profiles were refused; their outcomes, the latest last. */
export function buildRefusalReport(refused: ReadonlyArray<Enrichment['outcome']>): BatchReport {
    const last = refused.at(-1);
    const isUnreachable = refused.every(
        (outcome) => outcome.status === 'error' && outcome.cause !== null && unreachable.has(outcome.cause),
    );
    return { ending: 'refused', reason: isUnreachable && last?.status === 'error' ? last.message : '' };
}
