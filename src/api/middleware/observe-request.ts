import { createMiddleware } from 'hono/factory';
import type { Mode } from '../../enrichment/result/result.ts';
import type { Clock } from '../../enrichment/clock.ts';
import type { ErrorCode } from '../api-error.ts';
import type { RequestContext } from './request-context.ts';

/** One line of the log: nothing in it is secret or says who was looked up. */
export type RequestLogEntry = {
    /** ISO 8601 instant of the response. */
    time: string;
    request_id: string;
    route: string;
    tenant: string | null;
    mode: Mode | null;
    status: number;
    /** The error's code; null for everything else. */
    code: ErrorCode | null;
    duration_ms: number;
    /** The part of it that the source took, waiting for the account's rate in a batch included. */
    upstream_ms: number;
    attempts: number;
    urls: number;
    credits_used: number;
};

/** An entry of a request of which nothing is known but how it was refused. */
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

/** Gives every request an id, and writes one entry when its response is there. */
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

/** What the log calls a route. */
export function nameRoute(routeName: string) {
    return createMiddleware<RequestContext>(async (c, next) => {
        c.set('routeName', routeName);
        await next();
    });
}
