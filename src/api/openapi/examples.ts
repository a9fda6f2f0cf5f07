import type { Json } from './schemas.ts';

/** Examples of bodies with a summary, in the format of an OpenAPI media type. */
export type Examples = Record<string, { summary: string; value: unknown }>;

/** Examples of request bodies. */
export const requestExamples: Examples = {
    single: { summary: 'One profile', value: { url: 'https://www.linkedin.com/in/example-1/' } },
    batch: {
        summary: 'Several profiles',
        value: {
            urls: [
                'https://www.linkedin.com/in/example-1/',
                'https://www.linkedin.com/in/not-found-1/',
                'https://www.linkedin.com/company/northwind-orchards/',
            ],
        },
    },
    options: {
        summary: 'Selected fields, and the company',
        value: {
            url: 'https://www.linkedin.com/in/example-1/',
            fields: ['full_name', 'headline', 'company'],
            include_company_details: true,
        },
    },
};

/** Examples of responses, built from the examples in the schemas. */
export function buildResponseExamples(schemas: Record<string, Json>): Examples {
    const make = (id: string) => buildExample(schemas[id] ?? {}, schemas) as Json;
    const { meta: full, ...found } = {
        ...make('SuccessResult'),
        url: 'https://www.linkedin.com/in/example-1/',
    } as Json;
    const meta = omit(full as Json, 'company_status', 'cause');
    const bare = omit(meta, 'is_partial', 'completeness', 'missing');
    const without = { ...bare, credits_used: 0, data_as_of: null };
    const missing = {
        ...make('NotFoundData'),
        url: 'https://www.linkedin.com/in/not-found-1/',
        canonical_url: 'https://www.linkedin.com/in/not-found-1/',
    };
    const metaOfMissing = {
        ...without,
        sources_tried: [{ source: 'public-page', outcome: 'not_found', attempts: 1 }],
    };
    const refused = {
        url: 'https://www.linkedin.com/company/northwind-orchards/',
        status: 'error',
        code: 'validation_failed',
        message: 'This is a company page, not a person. Give the URL of a profile (linkedin.com/in/…).',
    };
    const unasked = { duration_ms: 0, attempts: 0, source: null, sources_tried: [], fetched_at: null };
    const metaOfRefused = { ...without, ...unasked, cause: null };
    const metaOfBatch = omit(bare, 'attempts', 'source', 'sources_tried', 'fetched_at', 'data_as_of');
    return {
        found: { summary: 'A profile', value: { kind: 'single', data: found, meta } },
        not_found: {
            summary: 'No such profile',
            value: { kind: 'single', data: missing, meta: metaOfMissing },
        },
        batch: {
            summary: 'Several profiles',
            value: {
                kind: 'batch',
                data: [
                    { ...found, meta: { ...meta, request_id: 'req_01M8860BGX0000000000000001' } },
                    { ...missing, meta: { ...metaOfMissing, request_id: 'req_01M8860BGX0000000000000002' } },
                    { ...refused, meta: { ...metaOfRefused, request_id: 'req_01M8860BGX0000000000000003' } },
                ],
                meta: metaOfBatch,
            },
        },
    };
}

function omit(object: Json, ...names: string[]): Json {
    return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/**
 * Builds an example of a schema from the examples of its fields: with every field, one entry per list, and the first
 * member of each union.
 */
export function buildExample(schema: Json, schemas: Record<string, Json>): unknown {
    const { $ref, examples, const: constant, type, properties = {}, items = {} } = schema;
    if (typeof $ref === 'string') return buildExample(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
    if (Array.isArray(examples)) return examples[0] as unknown;
    if (constant !== undefined) return constant;
    const [member] = ((schema['oneOf'] ?? schema['anyOf'] ?? schema['allOf']) as Json[] | undefined) ?? [];
    if (member) return buildExample(member, schemas);
    const kind = [type].flat()[0];
    if (kind === 'array') return [buildExample(items as Json, schemas)];
    if (kind !== 'object') throw new Error(`No example of ${JSON.stringify(schema)}`);
    const fields = Object.entries(properties as Record<string, Json>);
    return Object.fromEntries(fields.map(([name, field]) => [name, buildExample(field, schemas)]));
}
