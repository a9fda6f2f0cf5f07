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

export const textSchema = z.string().nullable();
export const countSchema = z.int().nonnegative().nullable();
