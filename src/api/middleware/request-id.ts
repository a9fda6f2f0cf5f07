import { createMiddleware } from 'hono/factory';
import type { Clock } from '../../enrichment/clock.ts';
import type { RequestContext } from './request-context.ts';

/** Gives every request an id and every answer the header that names it. */
export function giveRequestId(clock: Clock, newRequestId: () => string) {
    return createMiddleware<RequestContext>(async (c, next) => {
        c.set('requestId', newRequestId());
        c.set('startedAt', clock.now());
        await next();
        c.header('x-request-id', c.var.requestId);
    });
}
