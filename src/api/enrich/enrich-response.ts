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

/** One profile's response: a result whose `meta` stands beside `data`. */
export const singleResponseSchema = z.object({
    kind: z.literal('single'),
    data: singleDataSchema,
    meta: resultMetaSchema,
});

/** What a batch's `meta` says of the whole request. */
export const batchMetaSchema = resultMetaSchema.pick({
    request_id: true,
    api: true,
    version: true,
    mode: true,
    credits_used: true,
    credits_remaining: true,
    duration_ms: true,
});

/** Several profiles' response in the order asked for, each a whole result with its own `meta`. */
export const batchResponseSchema = z.object({
    kind: z.literal('batch'),
    data: z.array(resultSchema),
    meta: batchMetaSchema,
});

/** `kind` tells the two apart; clients that are generated need it. */
export const enrichResponseSchema = z.discriminatedUnion('kind', [singleResponseSchema, batchResponseSchema]);

/** What a response says beside the outcomes. */
export type ResponseContext = {
    requestId: string;
    newRequestId: () => string;
    mode: Mode;
    durationMs: number;
} & ShownParts;

/** What a request came to. */
export type EnrichResponse = {
    status: number;
    /** Leaves the balance open: `fillInBalance` writes it. */
    body: string;
    creditsUsed: number;
    /** Whether the same request would come to the same: only then is it kept for its Idempotency-Key. */
    isFinal: boolean;
    errorCode: ErrorCode | null;
};

/** The response for one profile: a failure is an error, kept only when it is the caller's. */
export function buildSingleResponse(outcome: ItemOutcome, context: ResponseContext): EnrichResponse {
    const { requestId, mode, fields, includesCompanyDetails } = context;
    const failure = describeFailure(outcome);
    if (failure) {
        const { code, message } = failure;
        const body = JSON.stringify(buildErrorEnvelope(code, message, requestId));
        return { status: statusOf(code), body, creditsUsed: 0, isFinal: isFinal(outcome), errorCode: code };
    }
    const [creditsUsed = 0] = priceOutcomes([outcome], mode);
    const { meta, ...data } = buildItemResult(outcome, {
        requestId,
        mode,
        creditsUsed,
        creditsRemaining: leaveOpen(0),
        fields,
        includesCompanyDetails,
    });
    const body = JSON.stringify({ kind: 'single', data, meta });
    return { status: 200, body, creditsUsed, isFinal: isFinal(outcome), errorCode: null };
}

/**
 * The response for a batch: always a 200, kept as a whole; who wants its failures tried again sends those URLs. One in
 * which nothing is final is not kept: sent again, it is worked on again.
 */
export function buildBatchResponse(outcomes: readonly ItemOutcome[], context: ResponseContext): EnrichResponse {
    const { requestId, newRequestId, mode, durationMs, fields, includesCompanyDetails } = context;
    const prices = priceOutcomes(outcomes, mode);
    const total = prices.reduce((sum, price) => sum + price, 0);
    // Each result shows the balance after it, the last one that of the whole.
    let toCome = total;
    const data = outcomes.map((outcome, index) => {
        const creditsUsed = prices[index] ?? 0;
        toCome -= creditsUsed;
        const creditsRemaining = leaveOpen(toCome);
        const item = { requestId: newRequestId(), mode, creditsUsed, creditsRemaining };
        return buildItemResult(outcome, { ...item, fields, includesCompanyDetails });
    });
    const meta: z.infer<typeof batchMetaSchema> = {
        request_id: requestId,
        api: 'linkedin-profile-enrichment',
        version: resultSchemaVersion,
        mode,
        credits_used: total,
        credits_remaining: leaveOpen(0),
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
 * The balance is known when the request is settled, and its response is stored in the same breath. So it is written as
 * a negative number first: so many credits more than what is left in the end, less one.
 */
function leaveOpen(creditsMore: number): number {
    return -1 - creditsMore;
}

/**
 * Writes the balance where a response left it open: what is left in the end, or null where nothing limits it. The
 * pattern stands in no text: inside one a quote has a backslash before it.
 */
export function fillInBalance(body: string, balance: number | null): string {
    return body.replaceAll(
        /"credits_remaining":-(\d+)/g,
        (_, open: string) => `"credits_remaining":${balance === null ? null : balance + Number(open) - 1}`,
    );
}
