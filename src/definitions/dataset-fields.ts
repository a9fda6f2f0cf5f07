import * as z from 'zod';

type Json = Record<string, unknown>;

/**
 * Converts a zod schema to Apify's dataset schema, with a title, a description and examples per field. It is as
 * permissive as possible (every type may be null, nothing is required, other properties are allowed, no enum, no
 * pattern), because one rejected item rejects the whole push. The choices of an enum are in its description.
 */
export function describeFields(schema: z.ZodType): Json {
    const root = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', reused: 'inline' });
    return { ...describe('', root), type: 'object' };
}

function describe(name: string, schema: Json): Json {
    const node = withoutNull(schema);
    const { description, examples, properties, items } = node;
    const type = [node['type'] ?? 'string'].flat().find((one) => one !== 'null');
    const choices = (node['enum'] as Array<string | null> | undefined)?.filter((choice) => choice !== null);
    const text = [description, choices && `One of: ${choices.join(', ')}.`].filter(Boolean).join(' ');
    return {
        type: [type, 'null'],
        ...(name === '' ? {} : { title: titleOf(name) }),
        ...(text === '' ? {} : { description: text }),
        ...(examples === undefined ? {} : { examples }),
        ...(type === 'object' ? { additionalProperties: true } : {}),
        ...(properties === undefined ? {} : { properties: describeEach(properties as Record<string, Json>) }),
        ...(items === undefined ? {} : { items: describe('', items as Json) }),
    };
}

function describeEach(properties: Record<string, Json>): Json {
    return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, describe(name, property)]));
}

/** The non-null member of a nullable union, with the description and examples of the union. */
function withoutNull({ anyOf, ...schema }: Json): Json {
    if (!Array.isArray(anyOf)) return schema;
    const others = (anyOf as Json[]).filter(({ type }) => type !== 'null');
    if (others.length !== 1) throw new Error(`No type for ${JSON.stringify(anyOf)}`);
    return { ...withoutNull(others[0] ?? {}), ...schema };
}

/** `position_groups` is "Position groups", `linkedin_url` "LinkedIn URL". */
function titleOf(name: string): string {
    const words = name.split('_').filter((word) => word !== '');
    const spelt = words.map((word) => ({ linkedin: 'LinkedIn', url: 'URL', urls: 'URLs', id: 'id' })[word] ?? word);
    const title = spelt.join(' ');
    return `${title.charAt(0).toUpperCase()}${title.slice(1)}`;
}
