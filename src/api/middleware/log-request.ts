import { createMiddleware } from 'hono/factory';
import type { Clock } from '../../enrichment/clock.ts';
import type { RequestContext } from './request-context.ts';

/** One line of the log: nothing in it is secret or says who was looked up. */
export type RequestLogEntry = {
    request_id: string;
    route: string;
    tenant: string | null;
    status: number;
    duration_ms: number;
};

/** Writes one entry per request, when its answer is ready. */
export function logRequest(clock: Clock, log: (entry: RequestLogEntry) => void) {
    return createMiddleware<RequestContext>(async (c, next) => {
        await next();
        log({
            request_id: c.var.requestId,
            route: c.var.routeName ?? 'unknown',
            tenant: c.var.caller?.tenantId ?? null,
            status: c.res.status,
            duration_ms: Math.round(clock.now() - c.var.startedAt),
        });
    });
}
