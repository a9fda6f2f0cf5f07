export type Json = Record<string, unknown>;

const largestInt32 = 2 ** 31 - 1;

/**
 * Adapts JSON Schemas for client generators without changing what they accept: 64-bit integers instead of bounds beyond
 * `int`, no pattern next to `date-time`, a list of types for nullable values, and a discriminator for each union of
 * objects, which is the field with a constant in every member.
 */
export function adaptForGenerators(schemas: Record<string, Json>): Record<string, Json> {
    return Object.fromEntries(
        Object.entries(schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [
            id,
            adapt(schema, schemas) as Json,
        ]),
    );
}

function adapt(value: unknown, schemas: Record<string, Json>): unknown {
    if (Array.isArray(value)) return value.map((item) => adapt(item, schemas));
    if (typeof value !== 'object' || value === null) return value;
    const adapted = Object.entries(value).map(([key, inner]) => [key, adapt(inner, schemas)]);
    return adaptOne(Object.fromEntries(adapted) as Json, schemas);
}

function adaptOne(schema: Json, schemas: Record<string, Json>): Json {
    const { type, format } = schema;
    if (type === 'integer') return adaptInteger(schema);
    if (type === 'string' && format === 'date-time') {
        const { pattern: _pattern, ...rest } = schema;
        return rest;
    }
    for (const keyword of ['oneOf', 'anyOf'] as const) {
        const members = schema[keyword];
        if (!Array.isArray(members)) continue;
        const { [keyword]: _members, ...rest } = schema;
        return { ...rest, ...adaptUnion(members as Json[], schemas) };
    }
    return schema;
}

function adaptInteger({ minimum, maximum, ...rest }: Json): Json {
    const isSmall = typeof maximum === 'number' && maximum <= largestInt32;
    return {
        ...rest,
        ...(isSmall ? { maximum } : { format: 'int64' }),
        ...(typeof minimum === 'number' && minimum >= -largestInt32 ? { minimum } : {}),
    };
}

function adaptUnion(members: readonly Json[], schemas: Record<string, Json>): Json {
    const [one, ...others] = members.filter(({ type }) => type !== 'null');
    const isNullable = members.some(({ type }) => type === 'null');
    if (one && others.length === 0 && isNullable && typeof one['type'] === 'string') {
        const values = one['enum'];
        return {
            ...one,
            type: [one['type'], 'null'],
            ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
        };
    }
    const discriminator = findDiscriminator(members, schemas);
    return discriminator ? { oneOf: members, discriminator } : { anyOf: members };
}

/** The field with a different constant in each member of a union of named objects. */
function findDiscriminator(members: readonly Json[], schemas: Record<string, Json>): Json | null {
    const references = members.map((member) => String(member['$ref']));
    const shapes = references.map((reference) => {
        const properties = schemas[reference.split('/').at(-1) ?? '']?.['properties'];
        return (properties ?? {}) as Record<string, Json>;
    });
    for (const name of Object.keys(shapes[0] ?? {})) {
        const constants = shapes.map((shape) => shape[name]?.['const']);
        if (constants.includes(undefined) || new Set(constants).size < constants.length) continue;
        const mapping = Object.fromEntries(constants.map((constant, index) => [String(constant), references[index]]));
        return { propertyName: name, mapping };
    }
    return null;
}
