import * as z from 'zod';
import {
    notFoundResultSchema,
    resultMetaSchema,
    resultSchema,
    successResultSchema,
    type Result,
} from '../../enrichment/result.ts';

/** One profile's answer: a result whose `meta` stands beside `data`. */
export const singleAnswerSchema = z.object({
    data: z.discriminatedUnion('status', [
        successResultSchema.omit({ meta: true }),
        notFoundResultSchema.omit({ meta: true }),
    ]),
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
export type BatchMeta = z.infer<typeof batchMetaSchema>;

/** Several profiles' answers in the order asked for, each a whole result with its own `meta`. */
export const batchAnswerSchema = z.object({ data: z.array(resultSchema), meta: batchMetaSchema });

/** The body for one profile. */
export function formatSingleAnswer({ meta, ...data }: Result): string {
    return JSON.stringify({ data, meta });
}

/** The body for several profiles. */
export function formatBatchAnswer(results: readonly Result[], meta: BatchMeta): string {
    return JSON.stringify({ data: results, meta });
}
