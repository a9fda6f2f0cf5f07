import * as z from 'zod';
import { profileSchema } from '../../enrichment/result/profile.ts';
import {
    errorResultSchema,
    notFoundResultSchema,
    resultSchema,
    resultSchemaVersion,
    successResultSchema,
} from '../../enrichment/result/result.ts';
import { accountPath, accountResponseSchema } from '../account-route.ts';
import { errorEnvelopeSchema } from '../api-error.ts';
import { enrichRequestSchema } from '../enrich/enrich-request.ts';
import {
    batchResponseSchema,
    enrichResponseSchema,
    foundDataSchema,
    notFoundDataSchema,
    singleDataSchema,
    singleResponseSchema,
} from '../enrich/enrich-response.ts';
import { buildCodeSamples } from './code-samples.ts';
import {
    buildExample,
    buildResponseExamples,
    describeErrors,
    describeSuccess,
    type Examples,
    type Responses,
} from './responses.ts';
import { adaptForGenerators, type Json } from './schemas.ts';

/** An OpenAPI 3.1 document; typed as far as this code reads it. */
export type OpenApiDocument = {
    openapi: string;
    info: { title: string; version: string; description: string } & Json;
    paths: Record<string, { post?: Operation; get?: Operation }>;
    components: {
        schemas: Record<string, Json>;
        securitySchemes: { apiKey: { description: string } & Json };
    };
} & Json;

type Operation = { summary: string; description: string; responses: Responses } & Json;

/** The named schemas, including every union: generators use the names for types. */
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

/** Statuses of the enrich endpoint only, which reads a body and asks LinkedIn. */
const ofLookups = new Set([400, 402, 408, 409, 415, 417, 422, 502, 504]);

/** Builds the OpenAPI document from the schemas that the code uses. */
export function buildOpenApiDocument({
    enrichPath,
    hasAccounts,
    origin,
}: {
    enrichPath: string;
    /** Whether callers have accounts; false in Standby. */
    hasAccounts: boolean;
    /** The server's address, without a trailing slash. */
    origin: string;
}): OpenApiDocument {
    const named = buildSchemas();
    const samples = buildCodeSamples({
        endpoint: `${origin}${enrichPath}`,
        key: hasAccounts ? 'atm_test_YOUR_KEY' : 'YOUR_APIFY_TOKEN',
    });
    return {
        openapi: '3.1.0',
        info: {
            title: 'LinkedIn Profile Details',
            version: resultSchemaVersion,
            description:
                'Turns the URL of a public LinkedIn profile into a normalised profile. One credit per profile found, nothing else.',
            license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: origin }],
        tags: [
            { name: 'Profiles', description: 'Look up profiles.' },
            ...(hasAccounts ? [{ name: 'Account', description: 'Balance, plan and usage.' }] : []),
            { name: 'Server', description: 'Health.' },
        ],
        security: [{ apiKey: [] }],
        paths: {
            [enrichPath]: { post: { ...describeEnrich(named), 'x-codeSamples': samples } },
            ...(hasAccounts ? { [accountPath]: { get: describeAccount(named) } } : {}),
            '/health': { get: describeHealth() },
        },
        components: {
            schemas: named,
            securitySchemes: {
                apiKey: {
                    type: 'http',
                    scheme: 'bearer',
                    bearerFormat: hasAccounts ? 'atm_live_… or atm_test_…' : 'Apify API token',
                    description: hasAccounts
                        ? '`atm_live_…`, or `atm_test_…` for the sandbox.'
                        : 'Your Apify API token. Apify checks it before the request arrives.',
                },
            },
        },
    };
}

/** Examples of request bodies. */
const requestExamples: Examples = {
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

function describeEnrich(named: Record<string, Json>): Operation {
    return {
        operationId: 'enrich',
        tags: ['Profiles'],
        summary: 'Look up one profile, or several at once',
        description:
            'A profile that does not exist is a 200 with `status: "not_found"`. In a batch, each URL is billed separately, and an invalid one is an `error` result.',
        parameters: [
            {
                name: 'Idempotency-Key',
                in: 'header',
                required: false,
                description:
                    'For 24 hours, the same key with the same body gets the same response and is billed once. Use a random key per request and reuse it for retries.',
                schema: { type: 'string', minLength: 1, maxLength: 255 },
            },
        ],
        requestBody: {
            required: true,
            content: { 'application/json': { schema: refer('EnrichRequest'), examples: requestExamples } },
        },
        responses: {
            200: describeSuccess('The response, in the order of the request.', {
                schema: refer('EnrichResponse'),
                examples: buildResponseExamples(named),
                isReplayable: true,
            }),
            ...describeErrors('POST', () => true),
        },
    };
}

function describeAccount(named: Record<string, Json>): Operation {
    const value = buildExample(named['AccountResponse'] ?? {}, named);
    return {
        operationId: 'getAccount',
        tags: ['Account'],
        summary: 'The caller’s balance, plan and usage',
        description: 'Counts as a request and costs nothing.',
        responses: {
            200: describeSuccess('The account.', {
                schema: refer('AccountResponse'),
                examples: { account: { summary: 'An account', value } },
            }),
            ...describeErrors('GET, HEAD', (status) => !ofLookups.has(status)),
        },
    };
}

function describeHealth(): Operation {
    const describe = (description: string, status: string) => ({
        description,
        content: {
            'application/json': {
                schema: { type: 'object', required: ['status'], properties: { status: { type: 'string' } } },
                examples: { health: { summary: description, value: { status } } },
            },
        },
    });
    return {
        operationId: 'getHealth',
        tags: ['Server'],
        summary: 'Whether the server can process requests',
        description: 'Needs no key.',
        security: [],
        responses: {
            200: describe('It can.', 'ok'),
            ...describeErrors('GET, HEAD', (status) => status === 405),
            503: describe('It cannot; `status` says why.', 'accounts unreachable'),
        },
    };
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
