import type * as z from 'zod';

/**
 * Adds the fields that a response of an older deployment lacks, as null or an empty list. Invalid values, and fields
 * that may not be null, are left for the schema to reject. Returns a copy.
 */
export function addLaterFields(json: unknown, schema: z.ZodType): unknown {
    const issues = schema.safeParse(json).error?.issues ?? [];
    const filled = structuredClone(json);
    for (const issue of issues) {
        if (issue.code !== 'invalid_type') continue;
        const field = issue.path.at(-1);
        const owner = issue.path.slice(0, -1).reduce<unknown>((value, key) => (value as Owner)?.[key], filled);
        if (field === undefined || typeof owner !== 'object' || owner === null || field in owner) continue;
        (owner as Owner)[field] = issue.expected === 'array' ? [] : null;
    }
    return filled;
}

type Owner = Record<PropertyKey, unknown>;
