import * as z from 'zod';
import {
    notFoundResultSchema,
    resultMetaSchema,
    resultSchema,
    resultSchemaVersion,
    successResultSchema,
    type Mode,
} from '../../enrichment/result/result.ts';
import { buildErrorEnvelope, statusOf, type ErrorCode } from '../api-error.ts';
import {
    buildItemResult,
    describeFailure,
    isFinal,
    priceOutcomes,
    type ItemOutcome,
    type ShownParts,
} from './item-outcome.ts';

export const foundDataSchema = successResultSchema.omit({ meta: true });
export const notFoundDataSchema = notFoundResultSchema.omit({ meta: true });
export const singleDataSchema = z.discriminatedUnion('status', [foundDataSchema, notFoundDataSchema]);

/** The response for one profile: a result with its `meta` next to `data`. */
export const singleResponseSchema = z.object({
    kind: z.literal('single'),
    data: singleDataSchema,
    meta: resultMetaSchema,
});

/** The `meta` of a whole batch. */
export const batchMetaSchema = resultMetaSchema.pick({
    request_id: true,
    api: true,
    version: true,
    mode: true,
    credits_used: true,
    credits_remaining: true,
    duration_ms: true,
});

/** The response for a batch: results in the order of the request, each with its own `meta`. */
export const batchResponseSchema = z.object({
    kind: z.literal('batch'),
    data: z.array(resultSchema),
    meta: batchMetaSchema,
});

/** `kind` is the discriminator, which generated clients need. */
export const enrichResponseSchema = z.discriminatedUnion('kind', [singleResponseSchema, batchResponseSchema]);

/** The parts of a response besides the outcomes. */
export type ResponseContext = {
    requestId: string;
    newRequestId: () => string;
    mode: Mode;
    durationMs: number;
} & ShownParts;

/** A response before it is settled. */
export type EnrichResponse = {
    status: number;
    /** Has placeholders for the balance, which `fillInBalance` replaces. */
    body: string;
    creditsUsed: number;
    /** Whether a retry would get the same result: only then is it stored for its Idempotency-Key. */
    isFinal: boolean;
    errorCode: ErrorCode | null;
};

/** The response for one profile. A failure is an error response, stored only if it is the caller's fault. */
export function buildSingleResponse(outcome: ItemOutcome, context: ResponseContext): EnrichResponse {
    const failure = describeFailure(outcome);
    if (failure) {
        const { code, message } = failure;
        const body = JSON.stringify(buildErrorEnvelope(code, message, context.requestId));
        return { status: statusOf(code), body, creditsUsed: 0, isFinal: isFinal(outcome), errorCode: code };
    }
    const [creditsUsed = 0] = priceOutcomes([outcome], context.mode);
    const result = buildItemResult(outcome, { ...context, creditsUsed, creditsRemaining: balancePlaceholder(0) });
    // JSON leaves out `undefined`.
    const body = JSON.stringify({ kind: 'single', data: { ...result, meta: undefined }, meta: result.meta });
    return { status: 200, body, creditsUsed, isFinal: isFinal(outcome), errorCode: null };
}

/**
 * The response for a batch: always a 200, stored as a whole. Callers retry failed URLs in a new request. A batch
 * without a final result is not stored, so a retry processes it again.
 */
export function buildBatchResponse(outcomes: readonly ItemOutcome[], context: ResponseContext): EnrichResponse {
    const { requestId, newRequestId, mode, durationMs } = context;
    const prices = priceOutcomes(outcomes, mode);
    const total = prices.reduce((sum, price) => sum + price, 0);
    // Each result has the balance after it, the last one the final balance.
    let laterCredits = total;
    const data = outcomes.map((outcome, index) => {
        const creditsUsed = prices[index] ?? 0;
        laterCredits -= creditsUsed;
        const creditsRemaining = balancePlaceholder(laterCredits);
        return buildItemResult(outcome, { ...context, creditsUsed, creditsRemaining, requestId: newRequestId() });
    });
    const meta: z.infer<typeof batchMetaSchema> = {
        request_id: requestId,
        api: 'linkedin-profile-enrichment',
        version: resultSchemaVersion,
        mode,
        credits_used: total,
        credits_remaining: balancePlaceholder(0),
        duration_ms: durationMs,
    };
    return {
        status: 200,
        body: JSON.stringify({ kind: 'batch', data, meta }),
        creditsUsed: total,
        isFinal: outcomes.some((outcome) => outcome.kind === 'enriched' && isFinal(outcome)),
        errorCode: null,
    };
}

/**
 * The balance is known only after settlement, which also stores the response. Until then a negative number stands for
 * it: -1 minus the credits by which it exceeds the final balance.
 */
function balancePlaceholder(laterCredits: number): number {
    return -1 - laterCredits;
}

/**
 * Replaces the placeholders with the balance, or with null without a limit. The pattern cannot occur in a JSON string,
 * where quotes are escaped.
 */
export function fillInBalance(body: string, balance: number | null): string {
    return body.replaceAll(
        /"credits_remaining":-(\d+)/g,
        (_, open: string) => `"credits_remaining":${balance === null ? null : balance + Number(open) - 1}`,
    );
}
