import { measureCompleteness } from './profile-content.ts';
import type { Enrichment } from '../enrich-profile.ts';
import { resultSchemaVersion, type Mode, type Result, type ResultMeta } from './result.ts';

/** The request a result belongs to, and its cost. */
export type ResultContext = {
    /** The URL exactly as the caller gave it. */
    url: string;
    requestId: string;
    mode: Mode;
    /** 0 by default. */
    creditsUsed?: number;
    creditsRemaining: number | null;
};

/** The result of an enrichment: the core of a dataset row, and the response of the HTTP API. */
export function buildResult(enrichment: Enrichment, context: ResultContext): Result {
    const { canonicalUrl, outcome } = enrichment;
    const meta = buildMeta(context, enrichment);
    const answered = { url: context.url, canonical_url: canonicalUrl };
    switch (outcome.status) {
        case 'success':
            return {
                ...answered,
                status: 'success',
                profile: outcome.profile,
                company_details: outcome.companyDetails,
                meta: {
                    ...meta,
                    is_partial: outcome.isPartial,
                    ...measureCompleteness(outcome.profile),
                    ...(outcome.companyStatus === undefined ? {} : { company_status: outcome.companyStatus }),
                },
            };
        case 'not_found':
            return { ...answered, status: 'not_found', meta };
        case 'error': {
            const { code, message, cause } = outcome;
            return { ...answered, status: 'error', code, message, meta: { ...meta, cause } };
        }
    }
}

/** The result for a line that is not a profile URL: nothing is fetched or charged. */
export function buildInvalidResult(reason: string, context: ResultContext): Result {
    const unasked = { durationMs: 0, attempts: 0, source: null, sourcesTried: [], fetchedAt: null, dataAsOf: null };
    const meta = { ...buildMeta(context, unasked), cause: null };
    return { url: context.url, status: 'error', code: 'validation_failed', message: reason, meta };
}

function buildMeta(
    { requestId, mode, creditsUsed = 0, creditsRemaining }: ResultContext,
    facts: Pick<Enrichment, 'durationMs' | 'attempts' | 'sourcesTried' | 'fetchedAt' | 'dataAsOf'> & {
        /** Null if no source was asked. */
        source: Enrichment['source'] | null;
    },
): ResultMeta {
    return {
        request_id: requestId,
        api: 'linkedin-profile-enrichment',
        version: resultSchemaVersion,
        mode,
        credits_used: creditsUsed,
        credits_remaining: creditsRemaining,
        duration_ms: facts.durationMs,
        attempts: facts.attempts,
        source: facts.source,
        sources_tried: facts.sourcesTried,
        fetched_at: facts.fetchedAt,
        data_as_of: facts.dataAsOf,
    };
}
