import { buildErrorEnvelope, codesByStatus, type ErrorCode } from '../api-error.ts';
import type { Examples } from './examples.ts';
import type { Json } from './schemas.ts';

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
