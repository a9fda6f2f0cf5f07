import * as z from 'zod';

/**
 * Adds a description and examples to the schema of a field. The dataset schema, OpenAPI and the API reference are
 * generated from these.
 */
export function field<Schema extends z.ZodType>(
    schema: Schema,
    description: string,
    ...examples: Array<z.input<Schema>>
): Schema {
    return schema.meta({ description, ...(examples.length === 0 ? {} : { examples }) });
}

/** A text, null where it is not shown. */
export const text = (description: string, ...examples: string[]) =>
    field(z.string().nullable(), description, ...examples);

/** A number of things, null where it is not shown. */
export const count = (description: string, ...examples: number[]) =>
    field(z.int().nonnegative().nullable(), description, ...examples);
