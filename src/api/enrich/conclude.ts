import type { Conclusion } from '../../accounts/request-ledger.ts';
import type { Profile } from '../../enrichment/profile.ts';
import { resultSchemaVersion, type Mode } from '../../enrichment/result.ts';
import { buildErrorEnvelope, statusOf } from '../api-error.ts';
import { formatBatchAnswer, formatSingleAnswer } from './enrich-response.ts';
import { buildItemResult, canonicalUrlsOf, describeFailure, priceOutcomes, type ItemOutcome } from './item-outcome.ts';

/** What a conclusion says beside the outcomes. */
export type AnswerContext = {
    requestId: string;
    mode: Mode;
    durationMs: number;
    /** The profile fields to show; null for all. */
    fields: ReadonlyArray<keyof Profile> | null;
};

/** The conclusion of a request for one profile: a failure is an error answer, kept only when it is the caller's. */
export function concludeSingle(outcome: ItemOutcome, { requestId, mode, fields }: AnswerContext): Conclusion {
    const failure = describeFailure(outcome);
    if (failure) {
        const { code, message } = failure;
        const body = JSON.stringify(buildErrorEnvelope(code, message, requestId));
        return {
            creditsUsed: 0,
            isFinal: code === 'validation_failed',
            canonicalUrls: [],
            buildAnswer: () => ({ status: statusOf(code), body }),
        };
    }
    const [creditsUsed = 0] = priceOutcomes([outcome], mode);
    return {
        creditsUsed,
        isFinal: true,
        canonicalUrls: canonicalUrlsOf(outcome),
        buildAnswer: (creditsRemaining) => ({
            status: 200,
            body: formatSingleAnswer(
                buildItemResult(outcome, { requestId, mode, creditsUsed, creditsRemaining, fields }),
            ),
        }),
    };
}

/**
 * The conclusion of a batch: always an answer, kept as a whole; who wants its failures tried again sends those URLs.
 * One in which every URL failed is not kept: sent again, it is worked on again.
 */
export function concludeBatch(outcomes: readonly ItemOutcome[], context: AnswerContext): Conclusion {
    const { requestId, mode, durationMs, fields } = context;
    const prices = priceOutcomes(outcomes, mode);
    const total = prices.reduce((sum, price) => sum + price, 0);
    return {
        creditsUsed: total,
        isFinal: outcomes.some((outcome) => describeFailure(outcome) === null),
        canonicalUrls: outcomes.flatMap((outcome) => canonicalUrlsOf(outcome)),
        buildAnswer(creditsLeft) {
            // Each result shows the balance after it, the last one that of the whole.
            let toCome = total;
            const results = outcomes.map((outcome, index) => {
                const creditsUsed = prices[index] ?? 0;
                toCome -= creditsUsed;
                const creditsRemaining = creditsLeft === null ? null : creditsLeft + toCome;
                return buildItemResult(outcome, { requestId, mode, creditsUsed, creditsRemaining, fields });
            });
            const meta = {
                request_id: requestId,
                api: 'linkedin-profile-enrichment' as const,
                version: resultSchemaVersion,
                mode,
                credits_used: total,
                credits_remaining: creditsLeft,
                duration_ms: durationMs,
            };
            return { status: 200, body: formatBatchAnswer(results, meta) };
        },
    };
}
