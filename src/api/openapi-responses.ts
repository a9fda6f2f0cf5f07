import { buildErrorEnvelope, codesByStatus, type ErrorCode } from './api-error.ts';
import type { Examples } from './openapi-examples.ts';
import type { Json } from './openapi-schemas.ts';

/** The responses of an operation by their status. */
export type Responses = Record<string, { description: string } & Json>;

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

/** A sentence that each status comes with, and another where its codes differ. */
const sampleMessages: Record<number, Partial<Record<ErrorCode, string>>> = {
    400: { invalid_input: '`url` is missing: give the profile URL to look up.' },
    401: {
        unauthenticated: 'Send your API key in the header `Authorization: Bearer <key>`.',
        invalid_api_key: 'This API key is not known or was revoked.',
    },
    402: { insufficient_credits: 'The balance does not cover this request. Top up and send it again.' },
    404: { route_not_found: 'There is nothing here. See /docs.' },
    405: { method_not_allowed: 'This address takes POST only.' },
    408: { request_timeout: 'The request did not arrive in time. Send it again.' },
    409: {
        request_in_progress: 'A request with this Idempotency-Key is being worked on. Ask again in a moment.',
    },
    415: { invalid_input: 'The body is compressed: send it as it is, without Content-Encoding.' },
    417: { invalid_input: 'The header `Expect` takes 100-continue only.' },
    422: {
        validation_failed: 'This is a company page, not a person. Give the URL of a profile (linkedin.com/in/…).',
    },
    429: { rate_limit_exceeded: 'This account may make 4 requests a second. Try again in 1 s.' },
    431: { invalid_input: 'The headers are larger than 16 KB.' },
    500: { internal_error: 'Something went wrong on our side. Try again; if it persists, send us the request id.' },
    502: { upstream_error: 'LinkedIn did not show this profile. Try again later.' },
    503: { overloaded: 'The server has too much to do right now. Try again in a moment.' },
    504: { upstream_timeout: 'LinkedIn did not answer in time. Try again later.' },
};

const integer = { type: 'integer', format: 'int64' };
const text = { type: 'string' };

const idHeader = {
    'x-request-id': {
        description: 'Quote it when you ask for help.',
        schema: text,
        example: 'req_01M8860BGXEYG48K32504KHGKW',
    },
};

const rateHeaders = {
    'x-ratelimit-limit': {
        description: 'Requests that the account may make in one second.',
        schema: integer,
        example: 4,
    },
    'x-ratelimit-remaining': { description: 'What is left of the current second.', schema: integer, example: 3 },
    'x-ratelimit-reset': { description: 'When it ends, in Unix seconds.', schema: integer, example: 1795658669 },
};

const replayHeader = {
    'Idempotent-Replayed': { description: '`true` when this was answered before.', schema: text, example: 'true' },
};

const retryHeader = { 'Retry-After': { description: 'Seconds to wait.', schema: integer, example: 1 } };

const challengeHeader = {
    'WWW-Authenticate': { description: 'How to authenticate.', schema: text, example: 'Bearer' },
};

/** Statuses that come with `Retry-After`. */
const withRetryAfter = new Set([409, 429, 502, 503, 504]);

/** Statuses of which the account is known, so that they say its rate. */
const withRate = new Set([200, 400, 402, 409, 415, 422, 429, 502, 504]);

/** A response that is no error. */
export function describeSuccess(
    description: string,
    { schema, examples, isReplayable = false }: { schema: Json; examples: Examples; isReplayable?: boolean },
): Responses[string] {
    const headers = { ...idHeader, ...rateHeaders, ...(isReplayable ? replayHeader : {}) };
    return { description, headers, content: { 'application/json': { schema, examples } } };
}

/** The errors of an operation that takes the methods `allow`, by the statuses that `isWanted` picks. */
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
                    ...(status === 405
                        ? { Allow: { description: 'The methods to use.', schema: text, example: allow } }
                        : {}),
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
            const message = sampleMessages[status]?.[code];
            if (message === undefined) throw new Error(`No sentence for ${status} ${code}`);
            const value = buildErrorEnvelope(code, message, 'req_01M8860BGXEYG48K32504KHGKW');
            return [code, { summary: code, value }];
        }),
    );
}
