import { createMiddleware } from 'hono/factory';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Clock } from '../../enrichment/clock.ts';
import type { ErrorCode } from '../api-error.ts';
import type { RequestContext } from './request-context.ts';

/** One line of the log, without secrets or the people looked up. */
export type RequestLogEntry = {
    /** ISO 8601 instant of the response. */
    time: string;
    request_id: string;
    route: string;
    tenant: string | null;
    mode: Mode | null;
    status: number;
    /** The error code; null without an error. */
    code: ErrorCode | null;
    duration_ms: number;
    /** The part spent on sources, including the wait for the rate in a batch. */
    upstream_ms: number;
    attempts: number;
    urls: number;
    credits_used: number;
};

/** The entry of a request that was refused before anything else is known about it. */
export function buildRefusalEntry(clock: Clock, requestId: string, status: number, code: ErrorCode): RequestLogEntry {
    return {
        time: new Date(clock.now()).toISOString(),
        request_id: requestId,
        route: 'unknown',
        tenant: null,
        mode: null,
        status,
        code,
        duration_ms: 0,
        upstream_ms: 0,
        attempts: 0,
        urls: 0,
        credits_used: 0,
    };
}

/** Gives every request an id, and logs one entry when its response is ready. */
export function observeRequest(clock: Clock, newRequestId: () => string, log: (entry: RequestLogEntry) => void) {
    return createMiddleware<RequestContext>(async (c, next) => {
        c.set('requestId', newRequestId());
        c.set('startedAt', clock.elapsed());
        await next();
        const { requestId, startedAt, routeName, caller, errorCode, work } = c.var;
        log({
            ...buildRefusalEntry(clock, requestId, c.res.status, errorCode ?? 'internal_error'),
            route: routeName ?? 'unknown',
            tenant: caller?.tenantId ?? null,
            mode: caller?.mode ?? null,
            code: errorCode ?? null,
            duration_ms: Math.round(clock.elapsed() - startedAt),
            upstream_ms: Math.round(work?.upstreamMs ?? 0),
            attempts: work?.attempts ?? 0,
            urls: work?.urls ?? 0,
            credits_used: work?.creditsUsed ?? 0,
        });
    });
}

/** Sets the name of the route for the log. */
export function nameRoute(routeName: string) {
    return createMiddleware<RequestContext>(async (c, next) => {
        c.set('routeName', routeName);
        await next();
    });
}
