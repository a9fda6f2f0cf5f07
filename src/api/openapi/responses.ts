import { buildErrorEnvelope, codesByStatus, type ErrorCode } from '../api-error.ts';
import type { Json } from './schemas.ts';

/** Examples of bodies with a summary, in the format of an OpenAPI media type. */
export type Examples = Record<string, { summary: string; value: unknown }>;

/** The responses of an operation by their status. */
export type Responses = Record<string, { description: string } & Json>;

const statusMeanings: Record<number, string> = {
    400: 'The body is not JSON in UTF-8 or does not match the schema, or the Idempotency-Key is invalid or was sent twice.',
    401: 'No key, or an unknown or revoked one.',
    402: 'The balance does not cover the request. Nothing was looked up.',
    404: 'No such path.',
    405: 'Wrong method; `Allow` names the right ones.',
    408: 'The request did not arrive within 10 s (headers) or 15 s (body).',
    409: 'A request with the same Idempotency-Key is in progress.',
    415: 'The body is compressed or UTF-16: send uncompressed JSON in UTF-8.',
    417: 'An `Expect` other than 100-continue.',
    422: 'Not a profile URL, a real person requested with a test key, or an Idempotency-Key that was used with another body.',
    429: 'Over the account’s rate, or too many URLs in progress. `Retry-After` says when to retry; no credit was used, and the Idempotency-Key stays free.',
    431: 'The headers are larger than 16 KB.',
    500: 'An error of the server.',
    502: 'LinkedIn refused, or returned something else. `Retry-After` is set after a refusal or a requested pause, and says when a retry can help.',
    503: 'The server cannot process requests right now. `Retry-After` says when to retry.',
    504: 'LinkedIn did not respond in time.',
};

/** A sample message for each status and code. */
const sampleMessages: Record<string, string> = {
    '400 invalid_input': '`url` is missing: give the profile URL to look up.',
    '401 unauthenticated': 'Send your API key in the header `Authorization: Bearer <key>`.',
    '401 invalid_api_key': 'This API key is unknown or revoked.',
    '402 insufficient_credits': 'The balance does not cover this request. Top up and send it again.',
    '404 route_not_found': 'There is no such path. See /docs.',
    '405 method_not_allowed': 'This path accepts only POST.',
    '408 request_timeout': 'The request did not arrive in time. Send it again.',
    '409 request_in_progress': 'A request with this Idempotency-Key is in progress. Try again in a moment.',
    '415 invalid_input': 'The body is compressed: send it uncompressed, without Content-Encoding.',
    '417 invalid_input': 'The header `Expect` may only be 100-continue.',
    '422 validation_failed': 'This is a company page, not a person. Give the URL of a profile (linkedin.com/in/…).',
    '429 rate_limit_exceeded': 'This account may make 4 requests per second. Try again in 1 s.',
    '431 invalid_input': 'The headers are larger than 16 KB.',
    '500 internal_error': 'Something went wrong on our side. Try again; if it persists, send us the request id.',
    '502 upstream_error': 'LinkedIn did not show this profile. Try again later.',
    '503 overloaded': 'The server is overloaded. Try again in a moment.',
    '504 upstream_timeout': 'LinkedIn did not answer in time. Try again later.',
};

const sampleId = 'req_01M8860BGXEYG48K32504KHGKW';

const describeText = (description: string, example: string) => ({ description, schema: { type: 'string' }, example });
const describeInteger = (description: string, example: number) => ({
    description,
    schema: { type: 'integer', format: 'int64' },
    example,
});

const idHeader = { 'x-request-id': describeText('The id of the request, for support.', sampleId) };
const rateHeaders = {
    'x-ratelimit-limit': describeInteger('The account’s requests per second.', 4),
    'x-ratelimit-remaining': describeInteger('Requests left in the current second.', 3),
    'x-ratelimit-reset': describeInteger('The end of the current second, in Unix seconds.', 1795658669),
};
const replayHeader = { 'Idempotent-Replayed': describeText('`true` if this is a stored response.', 'true') };
const retryHeader = { 'Retry-After': describeInteger('Seconds to wait.', 1) };
const challengeHeader = { 'WWW-Authenticate': describeText('How to authenticate.', 'Bearer') };

/** Statuses with `Retry-After`. */
const withRetryAfter = new Set([409, 429, 502, 503, 504]);

/** Statuses with a known account, and so with rate headers. */
const withRate = new Set([200, 400, 402, 409, 415, 422, 429, 502, 504]);

/** A successful response. */
export function describeSuccess(
    description: string,
    { schema, examples, isReplayable = false }: { schema: Json; examples: Examples; isReplayable?: boolean },
): Responses[string] {
    const headers = { ...idHeader, ...rateHeaders, ...(isReplayable ? replayHeader : {}) };
    return { description, headers, content: { 'application/json': { schema, examples } } };
}

/** The error responses of an operation with the methods `allow`, for the statuses that `isWanted` selects. */
export function describeErrors(allow: string, isWanted: (status: number) => boolean): Responses {
    const errors = [...codesByStatus()].filter(([status]) => isWanted(status));
    return Object.fromEntries(
        errors.map(([status, codes]) => [
            status,
            {
                description: `${statusMeanings[status] ?? ''} ${codes.map((code) => `\`${code}\``).join(', ')}`,
                headers: {
                    ...idHeader,
                    ...(withRate.has(status) ? rateHeaders : {}),
                    ...(withRetryAfter.has(status) ? retryHeader : {}),
                    ...(status === 401 ? challengeHeader : {}),
                    ...(status === 405 ? { Allow: describeText('The allowed methods.', allow) } : {}),
                },
                content: {
                    'application/json': {
                        schema: { $ref: '#/components/schemas/ErrorResponse' },
                        examples: buildErrorExamples(status, codes),
                    },
                },
            },
        ]),
    );
}

function buildErrorExamples(status: number, codes: readonly ErrorCode[]): Examples {
    return Object.fromEntries(
        codes.map((code) => {
            const message = sampleMessages[`${status} ${code}`];
            if (message === undefined) throw new Error(`No sample message for ${status} ${code}`);
            const value = buildErrorEnvelope(code, message, sampleId);
            return [code, { summary: code, value }];
        }),
    );
}

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
