import { EventManager } from '@crawlee/core';
import colors from 'ansi-colors';
import { Actor, Configuration, log, type ProxyConfiguration } from 'apify';
import type { Clock } from '../../enrichment/clock.ts';
import type { ChargeClient } from '../ledger/charger.ts';
import { findProxyRefusal } from './proxy-access.ts';
import { openForeignDataset, readForeignRecord } from './foreign-storages.ts';
import { readInput } from './read-input.ts';
import { readPricing, type SpendingLimits } from './charging.ts';
import { openLocalStorages, openPlatformStorages } from './storages.ts';
import { keepPreviousResults } from './local-storage.ts';
import { rebootUntilKilled } from './lifecycle.ts';

/** The parts of the Apify platform, or of the local storage in its place, that a run uses. */
export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** Whether the process runs on Apify; available before `openPlatform`. */
export function isOnApify(): boolean {
    return Actor.isAtHome();
}

/** Origins of runs started by a program. */
const programOrigins: ReadonlySet<string> = new Set(['API', 'ACTOR', 'MCP', 'APIFY_AI']);
/** Attempts at the final status message, and the pause after each failure in milliseconds. */
const statusAttempts = 4;
const statusPauseMs = 500;
/** How long the final status message waits for one in flight, in milliseconds. */
const statusPatienceMs = 2000;

/**
 * Crawlee's event manager without its system monitor, which starts `ps` and `getconf` every second (slim images lack
 * them) and is not needed here.
 */
class LocalEvents extends EventManager {}

export type PlatformOptions = {
    platformTimeoutMs: number;
    /** Storage directory of a local run. */
    storageDir: string;
    keepsPreviousResults: boolean;
    spendingLimits: SpendingLimits;
};

/**
 * Starts the SDK and opens the run's storages. The SDK's graceful shutdown is off: the run drains itself on `migrating`
 * and `aborting`.
 */
export async function openPlatform(
    clock: Clock,
    { platformTimeoutMs, storageDir, keepsPreviousResults: keepsPrevious, spendingLimits }: PlatformOptions,
) {
    log.setLevel(log.LEVELS.WARNING);
    // Applies to the SDK's log, which uses colours in files and pipes too.
    colors.enabled = [process.stdout, process.stderr].every(({ isTTY }) => isTTY);
    const timeoutSecs = platformTimeoutMs / 1000;
    const config = Configuration.getGlobalConfig();
    // Without it the SDK's own calls would wait up to six minutes each.
    if (config.get('isAtHome')) config.set('storageClientOptions', { timeoutSecs });
    else config.useEventManager(new LocalEvents(config));
    // What is purged at the start may be the only copy of a user's results.
    const isPurged = !config.get('isAtHome') && config.get('purgeOnStart');
    const previousResults = isPurged && keepsPrevious ? await keepPreviousResults(storageDir) : null;
    await Actor.init({ gracefulShutdown: false });
    const env = Actor.getEnv();
    const isAtHome = isOnApify();
    const runId = env.actorRunId ?? 'local';
    // The ledger has retries of its own.
    const client = isAtHome ? Actor.newClient({ maxRetries: 0, timeoutSecs }) : null;
    const storages = client ? await openPlatformStorages(client) : await openLocalStorages(storageDir);

    let isMigrating = false;
    Actor.on('migrating', () => {
        isMigrating = true;
    });
    let pendingStatus: Promise<void> | null = null;

    /** `Actor.setStatusMessage` makes one attempt of one second, and reads the run again each time. */
    async function sendStatus(statusMessage: string, isStatusMessageTerminal: boolean): Promise<void> {
        if (!client)
            return void (await Actor.setStatusMessage(statusMessage, { isStatusMessageTerminal, level: 'DEBUG' }));
        for (let attemptsLeft = isStatusMessageTerminal ? statusAttempts : 1; attemptsLeft > 0; attemptsLeft -= 1) {
            try {
                await client.run(runId).update({ statusMessage, isStatusMessageTerminal });
                return;
            } catch {
                // The log and OUTPUT have the same message.
                if (attemptsLeft > 1) await clock.sleep(statusPauseMs);
            }
        }
    }

    return {
        isAtHome,
        runId,
        /** Storage directory of a local run; null on the platform. */
        storageDir: isAtHome ? null : storageDir,
        /** Console URLs of the run's rows and records; null for a local run. */
        consoleUrls: isAtHome
            ? {
                  rows: `https://console.apify.com/storage/datasets/${env.defaultDatasetId}`,
                  records: `https://console.apify.com/storage/key-value-stores/${env.defaultKeyValueStoreId}`,
              }
            : null,
        /** Directory of the previous local run's results; null when there were none. */
        previousResults,
        startedAt: env.startedAt?.getTime() ?? clock.now(),
        timeoutAt: isAtHome ? (env.timeoutAt?.getTime() ?? null) : null,
        ...storages,
        /** Whether a program rather than a person started the run. */
        isCalledByProgram: isAtHome && programOrigins.has(env.metaOrigin ?? ''),
        chargeClient: (client?.run(runId) ?? null) as ChargeClient | null,
        readInput: () => readInput(storageDir),
        readPricing: () => readPricing(runId, spendingLimits),
        /** Whether there are credentials for Apify Proxy. */
        hasApifyProxy: Boolean(config.get('token') ?? config.get('proxyPassword')),
        /** Throws when the account may not use the proxy. */
        async createProxy(options: { useApifyProxy?: boolean | undefined }): Promise<ProxyConfiguration | undefined> {
            const proxy = await Actor.createProxyConfiguration({ ...options, checkAccess: false } as object);
            if (!proxy || !options.useApifyProxy) return proxy;
            const refusal = await findProxyRefusal((await proxy.newUrl()) ?? '', config.get('proxyStatusUrl'), clock);
            if (refusal !== null) throw new Error(refusal);
            return proxy;
        },
        readForeignRecord,
        openForeignDataset,
        /** Whether the platform has announced a migration. */
        isMigrating: () => isMigrating,
        onMigrating: (listener: () => void) => Actor.on('migrating', listener),
        onAborting: (listener: () => void) => Actor.on('aborting', listener),
        /** Called every minute and at the end. */
        onPersistState: (listener: () => Promise<void>) => Actor.on('persistState', listener),
        /** Calls the API itself: `Actor.reboot` does nothing on a second call after one that failed. */
        reboot: () => rebootUntilKilled(async () => client?.run(runId).reboot(), clock),
        /** Sets the run's status message. Never rejects. */
        async setStatus(message: string, isTerminal = false): Promise<void> {
            // One at a time: an older message must not arrive after the final one, nor delay it for long.
            if (pendingStatus && !isTerminal) return;
            await Promise.race([pendingStatus, clock.sleep(statusPatienceMs)]);
            const sending = sendStatus(message, isTerminal).catch(() => {});
            pendingStatus = sending.then(() => {
                pendingStatus = null;
            });
            await sending;
        },
        exit: (exitCode: number) => Actor.exit({ exitCode, timeoutSecs: 10 }),
    };
}
