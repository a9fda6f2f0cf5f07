import { profileFields, type Profile } from './enrichment/result/profile.ts';
import { openStandby } from './actor/standby.ts';
import type { ActorDependencies } from './actor/start.ts';
import { createApp } from './api/app.ts';
import { createEnricher } from './api/enrich/enricher.ts';
import type { RequestLogEntry } from './api/request-context.ts';
import { startServer } from './api/server.ts';
import { createStandbyGatekeeper } from './api/standby-gatekeeper.ts';

const maxRequestsInFlight = 200;

/** A run in Standby mode: serves the API on the run's web server, charged to the run's budget. Ends the process. */
export async function serveStandby(dependencies: ActorDependencies, port: number): Promise<void> {
    const { clock } = dependencies;
    const run = await openStandby(dependencies);
    const { budget, lookups, suppressed, sources } = run;
    const { mode, fields, maxRequestsPerSecond, maxConcurrency, maxAttempts, timeoutSecs } = run.input;
    const logRequest = (entry: RequestLogEntry) => console.log(JSON.stringify(entry));
    const logError = (requestId: string | null, thrown: unknown) =>
        void dependencies
            .describeBug(thrown)
            .then((error) => console.error(JSON.stringify({ request_id: requestId, error })));
    const gatekeeper = createStandbyGatekeeper({ budget, lookups, suppressed, mode, maxRequestsPerSecond, clock });
    run.pollSuppressed((read) => gatekeeper.suppress(read));
    const enricher = createEnricher({
        sources: { live: sources, test: sources },
        lookups: gatekeeper,
        clock,
        random: Math.random,
        onSourceUnusable: (message) => console.error(message),
        onBug: (error) => logError(null, error),
        settings: {
            maxRequestsPerSecond,
            maxAttempts,
            timeoutMs: timeoutSecs * 1000,
            asksProvidersForNotFound: run.input.askProvidersForNotFound,
            ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
        },
    });
    const app = createApp({
        gatekeeper,
        enricher,
        clock,
        isSandboxHandle: dependencies.isSandboxHandle,
        // The API does not return fields that exist only for older callers.
        fields:
            fields?.filter((field): field is keyof Profile => profileFields.includes(field as keyof Profile)) ?? null,
        newRequestId: dependencies.newRequestId,
        maxRequestsInFlight,
        isStandby: true,
        logRequest,
        logError,
    });
    const server = await startServer({
        fetch: app.fetch,
        host: '0.0.0.0',
        port,
        clock,
        newRequestId: dependencies.newRequestId,
        logRequest,
    }).catch((error: unknown) => run.fail((error as Error).message));
    if (!server) return;
    console.log(`Ready on port ${new URL(server.origin).port}.`);
    await run.ending;
    await server.close();
    enricher.close();
    await run.finish();
}
