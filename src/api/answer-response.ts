import type { Context } from 'hono';
import type { Answer } from '../accounts/request-ledger.ts';
import type { RequestContext } from './middleware/request-context.ts';

/** An answer as it goes out, byte for byte. */
export function buildAnswerResponse(
    c: Context<RequestContext>,
    { status, body }: Answer,
    headers: Readonly<Record<string, string>> = {},
): Response {
    return c.body(body, status as 200, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
}
