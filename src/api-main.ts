import { Configuration } from '@crawlee/core';
import { createCommandListener } from './accounts/command-socket.ts';
import { createFirstKey } from './accounts/first-key.ts';
import { createGatekeeper } from './accounts/gatekeeper.ts';
import { openAccounts } from './accounts/open-accounts.ts';
import { sweep } from './accounts/sweep.ts';
import { createApp } from './api/app.ts';
import { createEnricher } from './api/enricher.ts';
import { startServer } from './api/server.ts';
import { readApiConfig } from './config.ts';
import { newRequestId } from './new-request-id.ts';
import { createPublicPageSource } from './sources/public-page/public-page-source.ts';
import { createSandboxSource } from './sources/sandbox/sandbox-source.ts';
import { systemClock } from './system-clock.ts';

/** How often what is over is cleared away, in milliseconds. */
const sweepEveryMs = 5000;

try {
    await serve();
} catch (error) {
    console.error(error instanceof Error && error.message !== '' ? error.message : String(error));
    process.exitCode = 1;
}

async function serve(): Promise<void> {
    // Crawlee's session pool opens a store: in memory, so that no run's local storage is touched, let alone emptied.
    Configuration.getGlobalConfig().set('persistStorage', false);
    Configuration.getGlobalConfig().set('purgeOnStart', false);

    const config = readApiConfig();
    const accounts = await openAccounts(config.accountsHome, systemClock);
    if (!accounts) {
        throw new Error(
            'Another process holds the accounts in this folder. Stop it, or set DATABASE_URL to share them.',
        );
    }
    const { db, lock } = accounts;
    lock?.serve(createCommandListener(db, systemClock));
    const firstKey = await createFirstKey(db, systemClock.now());
    const sources = {
        live: await createPublicPageSource({ origin: config.publicPageOrigin, proxy: null, clock: systemClock }),
        test: await createSandboxSource(systemClock),
    };
    const app = createApp({
        gatekeeper: createGatekeeper(db, systemClock),
        enricher: createEnricher({ sources, clock: systemClock, random: Math.random }),
        clock: systemClock,
        newRequestId,
        maxRequestsInFlight: config.maxRequestsInFlight,
        logRequest: (entry) => console.log(JSON.stringify(entry)),
        logError: (requestId, error) =>
            console.error(JSON.stringify({ request_id: requestId, error: describe(error) })),
    });
    const server = await startServer({ fetch: app.fetch, host: config.host, port: config.port });

    console.log(`The API is at ${server.origin} (description at ${server.origin}/docs).`);
    console.log(
        'folder' in config.accountsHome
            ? `Accounts: embedded, in ${config.accountsHome.folder}`
            : `Accounts: PostgreSQL at ${new URL(config.accountsHome.databaseUrl).host}`,
    );
    if (firstKey !== null) console.log(`Your first test key, shown this once: ${firstKey}`);

    const stop = new AbortController();
    const sweeping = sweepAgainAndAgain(stop.signal);
    await new Promise<void>((resolve) => {
        process.once('SIGTERM', resolve).once('SIGINT', resolve);
    });
    // A second signal ends the process at once: the default, now that nobody listens.
    console.log('Stopping: no new requests, what runs is finished.');
    await server.close();
    stop.abort();
    await sweeping;
    await Promise.all([sources.live.close(), sources.test.close()]);
    await accounts.close();

    async function sweepAgainAndAgain(signal: AbortSignal): Promise<void> {
        while (!signal.aborted) {
            await sweep(db, systemClock.now()).catch((error: unknown) =>
                console.error(`Clearing up failed: ${describe(error)}`),
            );
            await systemClock.sleep(sweepEveryMs, signal).catch(() => {});
        }
    }
}

/** An error for the log, without what was asked for. */
function describe(error: unknown): string {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
