import { Hono } from 'hono';
import type { Context } from 'hono';
import type { Gatekeeper } from '../accounts/gatekeeper.ts';
import type { Clock } from '../enrichment/clock.ts';
import type { Profile } from '../enrichment/profile.ts';
import { buildAnswerResponse } from './answer-response.ts';
import { ApiError, buildErrorEnvelope, statusOf } from './api-error.ts';
import { authenticate } from './middleware/authenticate.ts';
import { renderDocsPage } from './docs.ts';
import { createEnrichRoute } from './enrich/enrich-route.ts';
import type { Enricher } from './enrich/enricher.ts';
import { holdRequest } from './enrich/hold-request.ts';
import { limitInFlight } from './middleware/limit-in-flight.ts';
import { limitRate, showRate } from './middleware/limit-rate.ts';
import { logRequest, type RequestLogEntry } from './middleware/log-request.ts';
import { buildOpenApiDocument } from './openapi.ts';
import { readBody } from './middleware/read-body.ts';
import type { RequestContext } from './middleware/request-context.ts';
import { giveRequestId } from './middleware/request-id.ts';

export const enrichPath = '/v1/linkedin-profile-enrichment/enrich';

export type AppOptions = {
    gatekeeper: Gatekeeper;
    enricher: Enricher;
    clock: Clock;
    /** The profile fields that every answer keeps to; null for all. */
    fields?: ReadonlyArray<keyof Profile> | null;
    newRequestId: () => string;
    maxRequestsInFlight: number;
    /** Whether this is a Standby run: Apify asks it whether it is ready. */
    isStandby?: boolean;
    /** Takes one entry per request. */
    logRequest: (entry: RequestLogEntry) => void;
    /** Takes what a caller is not told: the error behind a 500. */
    logError: (requestId: string, error: unknown) => void;
};

/** The API as a fetch handler for `@hono/node-server`. Errors of every kind are answered in one envelope. */
export function createApp(options: AppOptions): Hono<RequestContext> {
    const { gatekeeper, clock } = options;
    const app = new Hono<RequestContext>();

    if (options.isStandby) app.use(answerReadinessProbe());
    app.use(giveRequestId(clock, options.newRequestId), logRequest(clock, options.logRequest), showRate());

    // The order is the contract's: each may end the request, and then none of the later ones has seen it.
    app.post(
        enrichPath,
        name('enrich'),
        limitInFlight(options.maxRequestsInFlight),
        authenticate(gatekeeper),
        limitRate(gatekeeper, clock),
        readBody(),
        holdRequest(gatekeeper),
        createEnrichRoute(options),
    );

    const document = buildOpenApiDocument(enrichPath);
    const docsPage = renderDocsPage(document);
    app.get('/openapi.json', name('openapi'), (c) => c.json(document));
    app.get('/docs', name('docs'), (c) => {
        // The page brings everything along: no script, no other host.
        c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
        return c.html(docsPage);
    });
    app.get('/health', name('health'), async (c) => {
        const isWell = await gatekeeper.check().then(
            () => true,
            () => false,
        );
        return c.json({ status: isWell ? 'ok' : 'accounts unreachable' }, isWell ? 200 : 503);
    });

    app.all(enrichPath, refuseMethod('POST'));
    for (const path of ['/openapi.json', '/docs', '/health']) app.all(path, refuseMethod('GET, HEAD'));
    app.notFound((c) => answerError(c, new ApiError('route_not_found', `There is nothing here. See /docs.`)));
    app.onError((error, c) => {
        if (error instanceof ApiError) return answerError(c, error);
        options.logError(c.var.requestId, error);
        return answerError(c, internalError());
    });
    return app;
}

function answerError(c: Context<RequestContext>, { code, message, headers }: ApiError): Response {
    const body = JSON.stringify(buildErrorEnvelope(code, message, c.var.requestId));
    return buildAnswerResponse(c, { status: statusOf(code), body }, headers);
}

function internalError(): ApiError {
    return new ApiError(
        'internal_error',
        'Something went wrong on our side. Try again; if it stays, send us the request id.',
    );
}

function refuseMethod(allow: string) {
    return () => {
        throw new ApiError('method_not_allowed', `This address takes ${allow} only.`, { Allow: allow });
    };
}

/** Apify asks any path, with a header of its own; nothing else is done for it, and nothing logged. */
function answerReadinessProbe() {
    return async (c: Context<RequestContext>, next: () => Promise<void>) => {
        if (c.req.header('x-apify-container-server-readiness-probe') !== undefined) return c.text('ready');
        await next();
    };
}

function name(routeName: string) {
    return async (c: Context<RequestContext>, next: () => Promise<void>) => {
        c.set('routeName', routeName);
        await next();
    };
}
