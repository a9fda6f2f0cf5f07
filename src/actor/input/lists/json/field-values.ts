import * as z from 'zod';

/** Whether a field says nothing: forms and no-code tools send an empty text, or null, for what nobody filled in. */
export function isNotGiven(value: unknown): boolean {
    return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

/** A number, or the plain decimal text of one that no-code tools send. */
export const numberSchema = z.union([
    z.number(),
    z
        .string()
        .trim()
        .regex(/^\d+(?:\.\d+)?$/)
        .transform(Number),
]);

/** `true` or `false`, or the text of one. */
export const booleanSchema = z.union([
    z.boolean(),
    z
        .string()
        .trim()
        .toLowerCase()
        .pipe(z.enum(['true', 'false']))
        .transform((text) => text === 'true'),
]);

/** One of a few words, however it is capitalised and whatever blanks stand around it. */
export function choiceSchema<const Choice extends string>(choices: readonly Choice[]) {
    return z.string().trim().toLowerCase().pipe(z.enum(choices));
}

/** A list of such words; empty texts in it count as not given. */
export function choiceListSchema<const Choice extends string>(choices: readonly Choice[]) {
    return z
        .array(choiceSchema(['', ...choices]))
        .transform((given) => given.filter((choice) => choice !== '') as Choice[]);
}

/** A text inside of a field; an empty one counts as not given. */
export const optionalTextSchema = z
    .string()
    .nullish()
    .transform((text) => (isNotGiven(text) ? undefined : (text ?? undefined)));

/**
 * The id or name of a storage, alone or after its owner's name. Locally a name is a folder's: one that leads out of the
 * storages must not be looked for.
 */
export const storageIdSchema = z
    .string()
    .trim()
    .regex(/^(?:[a-zA-Z0-9][\w.-]*[~/])?[a-zA-Z0-9][\w-]*$/);
