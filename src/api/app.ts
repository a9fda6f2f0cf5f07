import { Hono, type Context } from 'hono';
import { DatabaseError } from '../accounts/database.ts';
import type { ProfileUrl } from '../enrichment/profile-url/profile-url.ts';
import { accountPath, createAccountRoute } from './account-route.ts';
import { createHoldBack, limitInFlight } from './admit.ts';
import { ApiError, buildErrorEnvelope } from './api-error.ts';
import { createEnrichRoute, type EnrichRouteOptions } from './enrich/enrich-route.ts';
import { ReservationLostError } from './enrich/process-items.ts';
import { createWorkload } from './enrich/workload.ts';
import { buildOpenApiDocument } from './openapi/openapi.ts';
import { ownOrigin, serveDescription } from './openapi/serve-description.ts';
import { defaultBodyTimeoutMs } from './read-body.ts';
import { nameRoute, observeRequest, sendJson, type RequestContext, type RequestLogEntry } from './request-context.ts';

export const enrichPath = '/v1/linkedin-profile-enrichment/enrich';

export type AppOptions = Pick<EnrichRouteOptions, 'gatekeeper' | 'enricher' | 'clock' | 'newRequestId'> &
    Partial<Pick<EnrichRouteOptions, 'workload' | 'fields' | 'bodyTimeoutMs'>> & {
        /** Whether a handle is one of the sandbox's: test keys may request no others. */
        isSandboxHandle: (profileUrl: ProfileUrl) => boolean;
        maxRequestsInFlight: number;
        /** Whether this is a Standby run, which answers Apify's readiness probe. */
        isStandby?: boolean;
        /** Called with one entry per request. */
        logRequest: (entry: RequestLogEntry) => void;
        /** Called with the error behind a 500 or 503, which the caller does not see. */
        logError: (requestId: string, error: unknown) => void;
    };

/** The API as a fetch handler for `@hono/node-server`. All errors have the same envelope. */
export function createApp(options: AppOptions): Hono<RequestContext> {
    const { gatekeeper, clock, newRequestId, workload = createWorkload(), fields = null } = options;
    const bodyTimeoutMs = options.bodyTimeoutMs ?? defaultBodyTimeoutMs;
    const app = new Hono<RequestContext>({ getPath: readPath });

    if (options.isStandby) app.use(answerReadinessProbe());
    app.use(observeRequest(clock, newRequestId, options.logRequest));

    const inFlight = limitInFlight(options.maxRequestsInFlight);
    const remedy = options.isStandby ? 'set `mode` to `live` in the input of the run' : 'use a live key';
    const findRejection: EnrichRouteOptions['findRejection'] = (profileUrl, mode) =>
        mode === 'live' || options.isSandboxHandle(profileUrl) ? null : `This is no sandbox profile: ${remedy}.`;
    const holdBack = createHoldBack(clock);
    const enrichOptions = { ...options, holdBack, findRejection, workload, fields, bodyTimeoutMs };
    app.post(enrichPath, nameRoute('enrich'), inFlight, createEnrichRoute(enrichOptions));
    const { readAccount } = gatekeeper;
    if (readAccount)
        app.get(accountPath, nameRoute('account'), inFlight, createAccountRoute({ gatekeeper, holdBack }, readAccount));

    serveDescription(app, buildOpenApiDocument({ enrichPath, hasAccounts: readAccount !== null, origin: ownOrigin }));
    app.get('/health', nameRoute('health'), async (c) => {
        const status = await gatekeeper.check().then(() => 'ok', describeUnhealthy);
        return sendJson(c, { status: status === 'ok' ? 200 : 503, body: JSON.stringify({ status }) });
    });

    app.all(enrichPath, refuseMethod('POST'));
    const readable = ['/', '/openapi.json', '/docs', '/health', ...(readAccount ? [accountPath] : [])];
    for (const path of readable) app.all(path, refuseMethod('GET, HEAD'));
    app.notFound((c) => sendError(c, new ApiError('route_not_found', 'There is no such path. See /docs.')));
    app.onError((error, c) => {
        if (error instanceof ApiError) return sendError(c, error);
        options.logError(c.get('requestId'), error);
        return sendError(c, describeFault(error));
    });
    return app;
}

function sendError(c: Context<RequestContext>, { code, message, status, headers }: ApiError): Response {
    c.set('errorCode', code);
    const body = JSON.stringify(buildErrorEnvelope(code, message, c.get('requestId')));
    return sendJson(c, { status, body }, headers);
}

/** The response for an error that is not the caller's. */
function describeFault(error: unknown): ApiError {
    const isTemporary = error instanceof DatabaseError && error.kind !== 'unreachable';
    if (isTemporary || error instanceof ReservationLostError) {
        return new ApiError(
            'overloaded',
            'The server cannot take requests right now; nothing was charged. Try again in a moment.',
            { headers: { 'Retry-After': isTemporary && error.kind === 'not_writable' ? '5' : '1' } },
        );
    }
    return new ApiError(
        'internal_error',
        'Something went wrong on our side. Try again; if it persists, send us the request id.',
    );
}

function describeUnhealthy(error: unknown): string {
    return `accounts ${error instanceof DatabaseError ? error.kind.replace('_', ' ') : 'unreachable'}`;
}

function refuseMethod(allow: string) {
    return (c: Context<RequestContext>) => {
        const hint =
            c.req.method === 'OPTIONS' && c.req.header('origin') !== undefined
                ? ' Web pages cannot call it, because a key in a page is public. Call it from your server.'
                : '';
        throw new ApiError('method_not_allowed', `This path accepts only ${allow}.${hint}`, {
            headers: { Allow: allow },
        });
    };
}

/** The path without duplicate and trailing slashes, which base URLs ending in a slash cause. */
function readPath(request: Request): string {
    const start = request.url.indexOf('/', request.url.indexOf('://') + 3);
    const path = request.url
        .slice(start)
        .replace(/[?#].*$/s, '')
        .replace(/\/{2,}/g, '/');
    return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Apify's readiness probe is a header on any path. It is answered without a log entry. */
function answerReadinessProbe() {
    return async (c: Context<RequestContext>, next: () => Promise<void>) => {
        if (c.req.header('x-apify-container-server-readiness-probe') !== undefined) return c.text('ready');
        await next();
    };
}
