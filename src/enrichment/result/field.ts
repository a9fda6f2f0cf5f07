import type * as z from 'zod';

/**
 * The schema of a field with what it says and examples of it. The dataset schema, OpenAPI and the API's reference are
 * made of these.
 */
export function field<Schema extends z.ZodType>(
    schema: Schema,
    description: string,
    ...examples: Array<z.input<Schema>>
): Schema {
    return schema.meta({ description, ...(examples.length === 0 ? {} : { examples }) });
}
