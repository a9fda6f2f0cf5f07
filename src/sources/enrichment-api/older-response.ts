import type * as z from 'zod';

/**
 * Fills in what a response of an older deployment lacks: fields that came later are unknown there, null or an empty list.
 * What is there and wrong, or may not be unknown, stays for the schema to refuse. Returns a copy.
 */
export function fillLaterFields(json: unknown, schema: z.ZodType): unknown {
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
