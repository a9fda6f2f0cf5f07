import colors from 'ansi-colors';
import { Actor, Configuration, log, type ProxyConfiguration } from 'apify';
import type { Clock } from '../../enrichment/clock.ts';
import type { ChargeClient } from '../ledger/charger.ts';
import { findProxyRefusal } from './proxy-access.ts';
import { openForeignDataset } from './read-foreign-dataset.ts';
import { readForeignRecord } from './read-foreign-record.ts';
import { readInput } from './read-input.ts';
import { LocalEvents } from './local/local-events.ts';
import { readPricing, type SpendingLimits } from './charging.ts';
import { openLocalStorages } from './local/local-storages.ts';
import { keepPreviousResults } from './local/previous-results.ts';
import { rebootUntilKilled } from './reboot.ts';
import { openPlatformStorages } from './storage.ts';

/** What the run uses of the Apify platform, or of the local storage that stands in for it. */
export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** Whether the process runs on Apify, which is known before the platform is opened. */
export function isOnApify(): boolean {
    return Actor.isAtHome();
}

/** How often the last status message is tried, and how long after each failure, in milliseconds. */
/** How a run is started by a script, another Actor or an agent. */
const programOrigins: ReadonlySet<string> = new Set(['API', 'ACTOR', 'MCP', 'APIFY_AI']);
const statusAttempts = 4;
const statusPauseMs = 500;
/** How long the last status waits for one that is under way, in milliseconds. */
const statusPatienceMs = 2000;

export type PlatformOptions = {
    platformTimeoutMs: number;
    /** Where a local run keeps its storages. */
    storageDir: string;
    keepsPreviousResults: boolean;
    spendingLimits: SpendingLimits;
};

/**
 * Starts the SDK and opens the run's storages. The SDK's own way of ending a run is turned off: the run drains
 * itself on `migrating` and `aborting`.
 */
export async function openPlatform(
    clock: Clock,
    { platformTimeoutMs, storageDir, keepsPreviousResults: keepsPrevious, spendingLimits }: PlatformOptions,
) {
    log.setLevel(log.LEVELS.WARNING);
    // What the SDK colours its log with; it does so in files and pipes too.
    colors.enabled = [process.stdout, process.stderr].every(({ isTTY }) => isTTY);
    const timeoutSecs = platformTimeoutMs / 1000;
    const config = Configuration.getGlobalConfig();
    // The SDK's own calls would each be waited for up to six minutes.
    if (config.get('isAtHome')) config.set('storageClientOptions', { timeoutSecs });
    else config.useEventManager(new LocalEvents(config));
    // What is cleared away at the start may be the only copy of somebody's results.
    const isCleared = !config.get('isAtHome') && config.get('purgeOnStart');
    const previousResults = isCleared && keepsPrevious ? await keepPreviousResults(storageDir) : null;
    await Actor.init({ gracefulShutdown: false });
    const env = Actor.getEnv();
    const isAtHome = isOnApify();
    const runId = env.actorRunId ?? 'local';
    // The ledger tries again by its own rules.
    const client = isAtHome ? Actor.newClient({ maxRetries: 0, timeoutSecs }) : null;
    const storages = client ? await openPlatformStorages(client) : await openLocalStorages(storageDir);

    let isMigrating = false;
    Actor.on('migrating', () => {
        isMigrating = true;
    });
    let statusUnderWay: Promise<void> | null = null;

    /** `Actor.setStatusMessage` gives the call one second and one try, and reads the run again each time. */
    async function sendStatus(statusMessage: string, isStatusMessageTerminal: boolean): Promise<void> {
        if (!client)
            return void (await Actor.setStatusMessage(statusMessage, { isStatusMessageTerminal, level: 'DEBUG' }));
        for (let attemptsLeft = isStatusMessageTerminal ? statusAttempts : 1; attemptsLeft > 0; attemptsLeft -= 1) {
            try {
                await client.run(runId).update({ statusMessage, isStatusMessageTerminal });
                return;
            } catch {
                // The log and the record OUTPUT say the same.
                if (attemptsLeft > 1) await clock.sleep(statusPauseMs);
            }
        }
    }

    return {
        isAtHome,
        runId,
        /** Where a local run has its storages; null on the platform. */
        storageDir: isAtHome ? null : storageDir,
        /** Where people look at the run's rows and records on Apify; null for a local run. */
        consoleUrls: isAtHome
            ? {
                  rows: `https://console.apify.com/storage/datasets/${env.defaultDatasetId}`,
                  records: `https://console.apify.com/storage/key-value-stores/${env.defaultKeyValueStoreId}`,
              }
            : null,
        /** Where the results of the local run before have gone; null when there was nothing to move. */
        previousResults,
        startedAt: env.startedAt?.getTime() ?? clock.now(),
        timeoutAt: isAtHome ? (env.timeoutAt?.getTime() ?? null) : null,
        ...storages,
        /** Whether a program waits for the run, as opposed to a person who will look at it. */
        isCalledByProgram: isAtHome && programOrigins.has(env.metaOrigin ?? ''),
        chargeClient: (client?.run(runId) ?? null) as ChargeClient | null,
        readInput: () => readInput(storageDir),
        readPricing: () => readPricing(runId, spendingLimits),
        /** Whether Apify Proxy can be asked for a way out: it wants an account. */
        hasApifyProxy: Boolean(config.get('token') ?? config.get('proxyPassword')),
        /** Throws when the account may not use what is asked for. */
        async createProxy(options: { useApifyProxy?: boolean | undefined }): Promise<ProxyConfiguration | undefined> {
            const proxy = await Actor.createProxyConfiguration({ ...options, checkAccess: false } as object);
            if (!proxy || !options.useApifyProxy) return proxy;
            const refusal = await findProxyRefusal((await proxy.newUrl()) ?? '', config.get('proxyStatusUrl'), clock);
            if (refusal !== null) throw new Error(refusal);
            return proxy;
        },
        readForeignRecord,
        openForeignDataset,
        /** Whether the platform has told this container that it moves the run to another. */
        isMigrating: () => isMigrating,
        onMigrating: (listener: () => void) => Actor.on('migrating', listener),
        onAborting: (listener: () => void) => Actor.on('aborting', listener),
        /** Calls back every minute, and at the end. */
        onPersistState: (listener: () => Promise<void>) => Actor.on('persistState', listener),
        /** By our own call: `Actor.reboot` does nothing when it is called again after a call that failed. */
        reboot: () => rebootUntilKilled(async () => client?.run(runId).reboot(), clock),
        /** Shows a message as the run's status; never rejects, a status is not worth a run. */
        async setStatus(message: string, isTerminal = false): Promise<void> {
            // One at a time: an older message must not arrive after the last one, nor hold it up for long.
            if (statusUnderWay && !isTerminal) return;
            await Promise.race([statusUnderWay, clock.sleep(statusPatienceMs)]);
            const sending = sendStatus(message, isTerminal).catch(() => {});
            statusUnderWay = sending.then(() => {
                statusUnderWay = null;
            });
            await sending;
        },
        exit: (exitCode: number) => Actor.exit({ exitCode, timeoutSecs: 10 }),
    };
}
