import { Actor, log } from 'apify';
import type { Clock } from '../enrichment/clock.ts';
import type { ChargeClient, ChargingLog } from './charger.ts';
import type { DatasetClient } from './row-store.ts';
import type { RecordStore } from './run-state.ts';

/** The name of the local dataset that shows what would have been charged. */
export const chargingLogName = 'charging_log';

/** What the run uses of the Apify platform, or of the local storage that stands in for it. */
export type Platform = Awaited<ReturnType<typeof openPlatform>>;

/** How long one call to the platform may take, in seconds; the ledger tries again by its own rules. */
const callTimeoutSecs = 30;

/**
 * Starts the SDK and opens the run's storages. The SDK's own way of ending a run is turned off: the run drains
 * itself on `migrating` and `aborting`.
 */
export async function openPlatform(clock: Clock) {
    log.setLevel(log.LEVELS.WARNING);
    await Actor.init({ gracefulShutdown: false });
    const env = Actor.getEnv();
    const isAtHome = Actor.isAtHome();
    const client = isAtHome ? Actor.newClient({ maxRetries: 0, timeoutSecs: callTimeoutSecs }) : null;
    const chargingManager = Actor.getChargingManager();
    const records: RecordStore = { get: (key) => Actor.getValue(key), set: (key, value) => Actor.setValue(key, value) };

    async function openDataset(identifier: { alias: string } | null): Promise<DatasetClient> {
        const dataset = await Actor.openDataset(identifier);
        return client ? client.dataset(dataset.id) : dataset.client;
    }

    async function openChargingLog(): Promise<ChargingLog> {
        if (Actor.config.get('purgeOnStart')) await (await Actor.openDataset(chargingLogName)).drop();
        return (await Actor.openDataset(chargingLogName)).client;
    }

    async function readRawPricing(): Promise<unknown> {
        const fromEnv = Actor.config.get('actorPricingInfo');
        if (fromEnv) return JSON.parse(fromEnv);
        return client && env.actorRunId ? (await client.run(env.actorRunId).get())?.pricingInfo : null;
    }

    return {
        isAtHome,
        runId: env.actorRunId ?? 'local',
        startedAt: env.startedAt?.getTime() ?? clock.now(),
        timeoutAt: isAtHome ? (env.timeoutAt?.getTime() ?? null) : null,
        records,
        rows: await openDataset(null),
        openMisses: () => openDataset({ alias: 'misses' }),
        openChargingLog,
        chargeClient: (client ? client.run(env.actorRunId ?? '') : null) as ChargeClient | null,
        readInput: () => Actor.getInput(),
        async readPricing() {
            const { isPayPerEvent, perEventPrices } = chargingManager.getPricingInfo();
            const rawPricing = isPayPerEvent ? await readRawPricing() : null;
            const events = Object.keys(perEventPrices);
            return {
                isPayPerEvent,
                prices: perEventPrices as Record<string, number | undefined>,
                rawPricing,
                maxTotalChargeUsd: chargingManager.getMaxTotalChargeUsd(),
                chargedCounts: Object.fromEntries(
                    events.map((event) => [event, chargingManager.getChargedEventCount(event)]),
                ),
            };
        },
        createProxy: (options: object) => Actor.createProxyConfiguration(options),
        /** A record of another key-value store of the user's. */
        async readRecordOf(storeId: string, key: string): Promise<unknown> {
            return (await Actor.openKeyValueStore(storeId)).getValue(key);
        },
        onMigrating: (listener: () => void) => Actor.on('migrating', listener),
        onAborting: (listener: () => void) => Actor.on('aborting', listener),
        reboot: () => Actor.reboot(),
        /** Shows a message as the run's status; never rejects, a status is not worth a run. */
        async setStatus(message: string, isTerminal = false): Promise<void> {
            try {
                await Actor.setStatusMessage(message, { isStatusMessageTerminal: isTerminal, level: 'DEBUG' });
            } catch {
                // The next one may get through; the log has it anyhow.
            }
        },
        exit: (exitCode: number) => Actor.exit({ exitCode, timeoutSecs: 10 }),
    };
}
