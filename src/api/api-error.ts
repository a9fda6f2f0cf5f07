import * as z from 'zod';

/** Every code an error can carry, with its status and whether the same request can succeed later. */
const errorCodes = {
    unauthenticated: { status: 401, retryable: false },
    invalid_api_key: { status: 401, retryable: false },
    insufficient_credits: { status: 402, retryable: false },
    invalid_input: { status: 400, retryable: false },
    validation_failed: { status: 422, retryable: false },
    rate_limit_exceeded: { status: 429, retryable: true },
    upstream_error: { status: 502, retryable: true },
    upstream_timeout: { status: 504, retryable: true },
    internal_error: { status: 500, retryable: true },
    request_in_progress: { status: 409, retryable: true },
    route_not_found: { status: 404, retryable: false },
    method_not_allowed: { status: 405, retryable: false },
    overloaded: { status: 503, retryable: true },
} as const;
export type ErrorCode = keyof typeof errorCodes;

export const errorEnvelopeSchema = z.object({
    error: z.object({
        code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
        message: z.string(),
        retryable: z.boolean(),
        request_id: z.string(),
    }),
});
export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;

/** A request that ends in an error of the table; thrown by whatever finds out, answered in one place. */
export class ApiError extends Error {
    readonly code: ErrorCode;
    /** Headers that go with this one answer, such as `Retry-After`. */
    readonly headers: Readonly<Record<string, string>>;

    /** `message` is for the caller: one sentence that says what to do, nothing of the inside. */
    constructor(code: ErrorCode, message: string, headers: Record<string, string> = {}) {
        super(message);
        this.name = 'ApiError';
        this.code = code;
        this.headers = headers;
    }
}

/** The HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
    return errorCodes[code].status;
}

/** The body of an error answer. */
export function buildErrorEnvelope(code: ErrorCode, message: string, requestId: string): ErrorEnvelope {
    return { error: { code, message, retryable: errorCodes[code].retryable, request_id: requestId } };
}

/** The codes that a status can come with, for the API's description. */
export function codesByStatus(): Map<number, ErrorCode[]> {
    const codes = new Map<number, ErrorCode[]>();
    for (const [code, { status }] of Object.entries(errorCodes) as Array<[ErrorCode, { status: number }]>) {
        codes.set(status, [...(codes.get(status) ?? []), code]);
    }
    return codes;
}
