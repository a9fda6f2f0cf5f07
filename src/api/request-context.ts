import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { RateStatus } from '../accounts/rate-limit.ts';
import type { Caller } from '../accounts/request-ledger.ts';
import type { Clock } from '../enrichment/clock.ts';
import type { Mode } from '../enrichment/result/result.ts';
import type { ErrorCode } from './api-error.ts';

/** The data of a request for the log, the metrics and the response headers. */
export type RequestContext = {
    Bindings: HttpBindings;
    Variables: {
        requestId: string;
        /** When the request arrived, on the monotonic clock. */
        startedAt: number;
        /** The name of the route in the log; not the path, which may contain anything. */
        routeName?: string;
        caller?: Caller;
        rate?: RateStatus;
        errorCode?: ErrorCode;
        /** `attempts` and `upstreamMs` as in `RequestLogEntry`, of all URLs together. */
        work?: { urls: number; attempts: number; upstreamMs: number; creditsUsed: number };
    };
};

/** Gives every request an id, and logs one entry when its response is ready. */
export function observeRequest(clock: Clock, newRequestId: () => string, log: (entry: RequestLogEntry) => void) {
    return createMiddleware<RequestContext>(async (c, next) => {
        c.set('requestId', newRequestId());
        c.set('startedAt', clock.elapsed());
        await next();
        const caller = c.get('caller');
        const work = c.get('work');
        log({
            time: new Date(clock.now()).toISOString(),
            request_id: c.get('requestId'),
            route: c.get('routeName') ?? 'unknown',
            tenant: caller?.tenantId ?? null,
            mode: caller?.mode ?? null,
            status: c.res.status,
            code: c.get('errorCode') ?? null,
            duration_ms: Math.round(clock.elapsed() - c.get('startedAt')),
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
    /** From the start of the first lookup to the end of the last, including the wait for the rate in a batch. */
    upstream_ms: number;
    attempts: number;
    urls: number;
    credits_used: number;
};

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
 * A response with the common headers: the request id and, if the account is known, its rate. Not by Hono's `body`,
 * which converts the headers to a `Headers` object and back.
 */
export function sendBody(
    c: Context<RequestContext>,
    { status, body, type }: { status: number; body: string | Uint8Array<ArrayBuffer>; type: string },
    headers: Headers,
): Response {
    const all: Record<string, string> = { 'Content-Type': type, 'x-request-id': c.get('requestId') };
    const rate = c.get('rate');
    if (rate) {
        all['x-ratelimit-limit'] = String(rate.limit);
        all['x-ratelimit-remaining'] = String(rate.remaining);
        all['x-ratelimit-reset'] = String(rate.resetsAt);
    }
    return new Response(body, { status, headers: Object.assign(all, headers) });
}
