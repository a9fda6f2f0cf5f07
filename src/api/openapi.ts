import * as z from 'zod';
import { profileSchema } from '../enrichment/result/profile.ts';
import {
    errorResultSchema,
    notFoundResultSchema,
    resultSchema,
    resultSchemaVersion,
    successResultSchema,
} from '../enrichment/result/result.ts';
import { accountPath, accountResponseSchema } from './account-route.ts';
import { codesByStatus, errorEnvelopeSchema } from './api-error.ts';
import { enrichRequestSchema } from './enrich/enrich-request.ts';
import {
    batchResponseSchema,
    enrichResponseSchema,
    foundDataSchema,
    notFoundDataSchema,
    singleDataSchema,
    singleResponseSchema,
} from './enrich/enrich-response.ts';
import { adaptForGenerators, type Json } from './openapi-schemas.ts';

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

/** What has a name in the document, every union among it: generators name types by that. */
const schemas = {
    EnrichRequest: enrichRequestSchema,
    EnrichResponse: enrichResponseSchema,
    SingleResponse: singleResponseSchema,
    SingleData: singleDataSchema,
    FoundData: foundDataSchema,
    NotFoundData: notFoundDataSchema,
    BatchResponse: batchResponseSchema,
    Result: resultSchema,
    SuccessResult: successResultSchema,
    NotFoundResult: notFoundResultSchema,
    ErrorResult: errorResultSchema,
    Profile: profileSchema,
    AccountResponse: accountResponseSchema,
    ErrorResponse: errorEnvelopeSchema,
};

const statusMeanings: Record<number, string> = {
    400: 'The body is not JSON in UTF-8, or not what is asked for; or the Idempotency-Key is not one; or two were sent.',
    401: 'No key, or one that is not known.',
    402: 'The balance does not cover the request. Nothing was looked up.',
    404: 'No such address.',
    405: 'Another method is needed; `Allow` names it.',
    408: 'The request did not arrive within 10 s (headers) or 15 s (body).',
    409: 'The same Idempotency-Key is being worked on.',
    415: 'The body is compressed or UTF-16: send JSON in UTF-8 as it is.',
    417: 'An `Expect` other than 100-continue.',
    422: 'Not the URL of a profile, a real person asked for with a test key, or an Idempotency-Key that was used with another body.',
    429: 'Over the account’s rate, or too much at work. `Retry-After` says when to ask again; no credit and no key was used.',
    431: 'The headers are larger than 16 KB.',
    500: 'Our mistake.',
    502: 'LinkedIn refused or answered nonsense. `Retry-After` is there when it turned us away or named a pause, and says when asking again can help.',
    503: 'The server cannot take requests right now. `Retry-After` says when to ask again.',
    504: 'LinkedIn did not answer in time.',
};

/** Statuses that an address which there is never ends in when it is asked as described. */
const elsewhere = new Set([404, 405, 417]);

/** Statuses of the endpoint alone, which reads a body and asks LinkedIn. */
const ofLookups = new Set([402, 408, 409, 415, 422, 502, 504]);

const rateHeaders = Object.fromEntries(
    [
        ['x-ratelimit-limit', 'Requests that the account may make in one second.'],
        ['x-ratelimit-remaining', 'What is left of the current second.'],
        ['x-ratelimit-reset', 'When it ends, in Unix seconds.'],
    ].map(([header, description]) => [header, { description, schema: { type: 'integer', format: 'int64' } }]),
);

const idHeader = { 'x-request-id': { description: 'Quote it when you ask for help.', schema: { type: 'string' } } };

const retryHeader = {
    'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', format: 'int64' } },
};

/** Statuses that come with `Retry-After`. */
const withRetryAfter = new Set([409, 429, 502, 503, 504]);

/** The API's description, made from the schemas that the code itself uses. */
export function buildOpenApiDocument({
    enrichPath,
    hasAccounts,
}: {
    enrichPath: string;
    /** Whether callers have accounts of ours; in Standby they have not. */
    hasAccounts: boolean;
}): OpenApiDocument {
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
            ...(hasAccounts ? { [accountPath]: { get: describeAccount() } } : {}),
            '/health': { get: describeHealth() },
        },
        components: {
            schemas: buildSchemas(),
            securitySchemes: {
                apiKey: {
                    type: 'http',
                    scheme: 'bearer',
                    description: hasAccounts
                        ? '`atm_live_…`, or `atm_test_…` for the sandbox.'
                        : 'Your Apify API token. Apify checks it before the request gets here.',
                },
            },
        },
    };
}

function describeEnrich(): Operation {
    return {
        operationId: 'enrich',
        summary: 'Look up one profile, or several at once',
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
        requestBody: { required: true, content: { 'application/json': { schema: refer('EnrichRequest') } } },
        responses: {
            200: {
                description: 'The response, in the order asked for.',
                headers: {
                    ...idHeader,
                    ...rateHeaders,
                    'Idempotent-Replayed': {
                        description: '`true` when this was answered before.',
                        schema: { type: 'string' },
                    },
                },
                content: { 'application/json': { schema: refer('EnrichResponse') } },
            },
            ...describeErrors((status) => !elsewhere.has(status)),
        },
    };
}

function describeAccount(): Operation {
    return {
        operationId: 'getAccount',
        summary: 'The balance, plan and use of the account that asks',
        description: 'Counts as a request and costs nothing.',
        responses: {
            200: {
                description: 'The account.',
                headers: { ...idHeader, ...rateHeaders },
                content: { 'application/json': { schema: refer('AccountResponse') } },
            },
            ...describeErrors((status) => !elsewhere.has(status) && !ofLookups.has(status) && status !== 400),
        },
    };
}

function describeHealth(): Operation {
    const schema = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };
    const content = { 'application/json': { schema } };
    return {
        operationId: 'getHealth',
        summary: 'Whether the server can work',
        description: 'Needs no key.',
        security: [],
        responses: {
            200: { description: 'It can.', content },
            503: { description: 'It cannot; `status` says why.', content },
        },
    };
}

function describeErrors(isWanted: (status: number) => boolean): Operation['responses'] {
    const errors = [...codesByStatus()].filter(([status]) => isWanted(status));
    return Object.fromEntries(
        errors.map(([status, codes]) => [
            status,
            {
                description: `${statusMeanings[status] ?? ''} ${codes.map((code) => `\`${code}\``).join(', ')}`,
                headers: withRetryAfter.has(status) ? { ...idHeader, ...retryHeader } : idHeader,
                content: { 'application/json': { schema: refer('ErrorResponse') } },
            },
        ]),
    );
}

function buildSchemas(): Record<string, Json> {
    const registry = z.registry<{ id: string }>();
    for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
    const converted = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` });
    return adaptForGenerators(converted.schemas);
}

function refer(id: keyof typeof schemas): Json {
    return { $ref: `#/components/schemas/${id}` };
}
