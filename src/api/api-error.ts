import * as z from 'zod';

/** All error codes, with their status and whether a retry can succeed. */
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
    request_timeout: { status: 408, retryable: true },
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

/** An error response with one of these codes; converted to a response in one place. */
export class ApiError extends Error {
    readonly code: ErrorCode;
    readonly status: number;
    /** Additional headers of the response, such as `Retry-After`. */
    readonly headers: Readonly<Record<string, string>>;

    /**
     * `message` is for the caller: one sentence that says what to do, without internals. `status` replaces the usual
     * status of the code; it is one of `furtherStatuses`.
     */
    constructor(
        code: ErrorCode,
        message: string,
        { status, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
    ) {
        super(message);
        this.name = 'ApiError';
        this.code = code;
        this.status = status ?? statusOf(code);
        this.headers = headers;
    }
}

/** Further statuses of a code. */
const furtherStatuses: ReadonlyArray<[ErrorCode, number]> = [
    ['invalid_input', 415],
    ['invalid_input', 417],
    ['invalid_input', 431],
];

/** The usual HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
    return errorCodes[code].status;
}

/** The body of an error response. */
export function buildErrorEnvelope(code: ErrorCode, message: string, requestId: string): ErrorEnvelope {
    return { error: { code, message, retryable: errorCodes[code].retryable, request_id: requestId } };
}

/** The codes of each status, for the OpenAPI document. */
export function codesByStatus(): Map<number, ErrorCode[]> {
    const codes = new Map<number, ErrorCode[]>();
    const usual = (Object.keys(errorCodes) as ErrorCode[]).map((code): [ErrorCode, number] => [code, statusOf(code)]);
    for (const [code, status] of [...usual, ...furtherStatuses]) {
        codes.set(status, [...(codes.get(status) ?? []), code]);
    }
    return new Map([...codes].sort(([one], [other]) => one - other));
}
