import type { Context } from 'hono';
import type { RequestContext } from './middleware/request-context.ts';

type Headers = Readonly<Record<string, string>>;

/** A response with a body that is already serialised JSON. */
export function sendJson(
    c: Context<RequestContext>,
    { status, body }: { status: number; body: string },
    headers: Headers = {},
): Response {
    return sendBody(c, { status, body, type: 'application/json; charset=utf-8' }, headers);
}

/**
 * A response with the common headers: the request id and, if the account is known, its rate. They are passed with the
 * body, because adding a header to a finished response makes Hono copy the body.
 */
export function sendBody(
    c: Context<RequestContext>,
    { status, body, type }: { status: number; body: string | Uint8Array<ArrayBuffer>; type: string },
    headers: Headers = {},
): Response {
    const rate = c.get('rate');
    const rateHeaders: Headers = rate
        ? {
              'x-ratelimit-limit': String(rate.limit),
              'x-ratelimit-remaining': String(rate.remaining),
              'x-ratelimit-reset': String(rate.resetsAt),
          }
        : {};
    return c.body(body, status as 200, {
        'Content-Type': type,
        'x-request-id': c.get('requestId'),
        ...rateHeaders,
        ...headers,
    });
}
