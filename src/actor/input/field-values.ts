import * as z from 'zod';

/** Whether a field counts as not given: forms and no-code tools send empty text or null for empty fields. */
export function isNotGiven(value: unknown): boolean {
    return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

/** A number, or its decimal text, which no-code tools send. */
export const numberSchema = z.union([
    z.number(),
    z
        .string()
        .trim()
        .regex(/^\d+(?:\.\d+)?$/)
        .transform(Number),
]);

export function wholeNumberSchema(min: number, max = Infinity) {
    return numberSchema.pipe(z.number().int().min(min).max(max));
}

/** A boolean, or its text. */
export const booleanSchema = z.union([
    z.boolean(),
    z
        .string()
        .trim()
        .toLowerCase()
        .pipe(z.enum(['true', 'false']))
        .transform((text) => text === 'true'),
]);

/** One of the choices, ignoring case and surrounding whitespace. */
export function choiceSchema<const Choice extends string>(choices: readonly Choice[]) {
    return z.string().trim().toLowerCase().pipe(z.enum(choices));
}

/** A list of choices, without empty texts. */
export function choiceListSchema<const Choice extends string>(choices: readonly Choice[]) {
    return z
        .array(choiceSchema(['', ...choices]))
        .transform((given) => given.filter((choice) => choice !== '') as Choice[]);
}

/** A list of any elements, or one text that contains it; `lists/read-lists.ts` interprets both. */
export const listSchema = z
    .union([z.string().transform((text): unknown[] => [text]), z.array(z.unknown())])
    .default([]);

/** A list of texts, given as an array or as one text with one per line. */
export const lineListSchema = z
    .union([z.string().transform((text) => text.split(/\r?\n/)), z.array(z.string())])
    .default([]);

/** A key that fits into a header: printable characters without spaces. */
export const keySchema = z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/);

/**
 * The ID or name of a storage, optionally after its owner's name. Locally it is a folder name, which must not lead out
 * of the storage directory.
 */
export const storageIdSchema = z
    .string()
    .trim()
    .regex(/^(?:[a-zA-Z0-9][\w.-]*[~/])?[a-zA-Z0-9][\w-]*$/);

/** The payload of Apify's integrations: the run that a webhook reports, with its dataset. */
export const payloadSchema = z.looseObject({
    resource: z.looseObject({ defaultDatasetId: storageIdSchema.or(z.literal('')).nullish() }).optional(),
});
