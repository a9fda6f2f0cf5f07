import * as z from 'zod';
import { profileSchema } from '../enrichment/profile.ts';
import {
    errorResultSchema,
    notFoundResultSchema,
    resultSchemaVersion,
    successResultSchema,
} from '../enrichment/result.ts';
import { codesByStatus, errorEnvelopeSchema } from './api-error.ts';
import { batchAnswerSchema, singleAnswerSchema } from './enrich/enrich-response.ts';
import { batchRequestSchema, singleRequestSchema } from './enrich/enrich-request.ts';

type Json = Record<string, unknown>;

/** An OpenAPI 3.1 document, as far as the page that shows it has to know. */
export type OpenApiDocument = {
    openapi: string;
    info: { title: string; version: string; description: string };
    paths: Record<string, { post?: Operation; get?: Operation }>;
    components: { schemas: Record<string, Json>; securitySchemes: Json };
} & Json;

type Operation = {
    summary: string;
    description: string;
    responses: Record<string, { description: string } & Json>;
} & Json;

const schemas = {
    EnrichOne: singleRequestSchema,
    EnrichMany: batchRequestSchema,
    AnswerForOne: singleAnswerSchema,
    AnswerForMany: batchAnswerSchema,
    Success: successResultSchema,
    NotFound: notFoundResultSchema,
    Failure: errorResultSchema,
    Profile: profileSchema,
    Error: errorEnvelopeSchema,
};

const statusMeanings: Record<number, string> = {
    400: 'The body is not JSON, or not what is asked for; or the Idempotency-Key is not one.',
    401: 'No key, or one that is not known.',
    402: 'The balance does not cover the request. Nothing was looked up.',
    404: 'No such address.',
    405: 'Another method is needed; `Allow` names it.',
    409: 'The same Idempotency-Key is being worked on.',
    422: 'Not the URL of a profile, or an Idempotency-Key that was used with another body.',
    429: 'Over the account’s rate. `Retry-After` says when to ask again; no credit and no key was used.',
    500: 'Our mistake.',
    502: 'LinkedIn refused or answered nonsense.',
    503: 'Too much to do. `Retry-After` says when to ask again.',
    504: 'LinkedIn did not answer in time.',
};

/** Statuses that asking for a profile never ends in. */
const neverOfTheRoute = new Set([404, 405]);

const rateHeaders = Object.fromEntries(
    [
        ['x-ratelimit-limit', 'Requests that the account may make in one second.'],
        ['x-ratelimit-remaining', 'What is left of the current second.'],
        ['x-ratelimit-reset', 'When it ends, in Unix seconds.'],
    ].map(([header, description]) => [header, { description, schema: { type: 'integer' } }]),
);

const idHeader = { 'x-request-id': { description: 'Quote it when you ask for help.', schema: { type: 'string' } } };

/** The API's description, made from the schemas that the code itself uses. */
export function buildOpenApiDocument(enrichPath: string): OpenApiDocument {
    return {
        openapi: '3.1.0',
        info: {
            title: 'LinkedIn Profile Details',
            version: resultSchemaVersion,
            description:
                'Turns the URL of a public LinkedIn profile into a normalised profile. One credit for each profile found, none for anything else.',
        },
        servers: [{ url: '/' }],
        security: [{ apiKey: [] }],
        paths: {
            [enrichPath]: { post: describeEnrich() },
            '/health': {
                get: {
                    summary: 'Whether the server can work',
                    description: 'Needs no key.',
                    security: [],
                    responses: {
                        200: { description: 'It can.' },
                        503: { description: 'It cannot reach the accounts.' },
                    },
                },
            },
        },
        components: {
            schemas: buildSchemas(),
            securitySchemes: {
                apiKey: {
                    type: 'http',
                    scheme: 'bearer',
                    description: '`atm_live_…`, or `atm_test_…` for the sandbox.',
                },
            },
        },
    };
}

function describeEnrich(): Operation {
    const errors = [...codesByStatus()].filter(([status]) => !neverOfTheRoute.has(status));
    return {
        operationId: 'enrich',
        summary: 'Look up one profile, or up to 100',
        description:
            'A profile that does not exist is a 200 with `status: "not_found"`. Of several URLs each is billed by itself, and a bad one among them is an `error` result.',
        parameters: [
            {
                name: 'Idempotency-Key',
                in: 'header',
                required: false,
                description: 'The same key with the same body is answered the same for 24 hours, and billed once.',
                schema: { type: 'string', minLength: 1, maxLength: 255 },
            },
        ],
        requestBody: {
            required: true,
            content: { 'application/json': { schema: { oneOf: [refer('EnrichOne'), refer('EnrichMany')] } } },
        },
        responses: {
            200: {
                description: 'The answer, in the order asked for.',
                headers: {
                    ...idHeader,
                    ...rateHeaders,
                    'Idempotent-Replayed': {
                        description: '`true` when this was answered before.',
                        schema: { type: 'string' },
                    },
                },
                content: {
                    'application/json': { schema: { anyOf: [refer('AnswerForOne'), refer('AnswerForMany')] } },
                },
            },
            ...Object.fromEntries(
                errors.map(([status, codes]) => [
                    status,
                    {
                        description: `${statusMeanings[status] ?? ''} ${codes.map((code) => `\`${code}\``).join(', ')}`,
                        headers: idHeader,
                        content: { 'application/json': { schema: refer('Error') } },
                    },
                ]),
            ),
        },
    };
}

function buildSchemas(): Record<string, Json> {
    const registry = z.registry<{ id: string }>();
    for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
    const converted = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
    return Object.fromEntries(
        Object.entries(converted.schemas).map(([id, schema]) => {
            const { $schema: _dialect, $id: _uri, ...rest } = schema as Json;
            return [id, rest];
        }),
    );
}

function refer(id: keyof typeof schemas): Json {
    return { $ref: `#/components/schemas/${id}` };
}
