import pLimit from 'p-limit';
import type { Clock } from '../../enrichment/clock.ts';
import { isRefusal } from '../platform/errors.ts';
import { retryUntil, type DatasetClient } from './dataset.ts';

/** The event charged for a found profile. */
export const profileFoundEvent = 'profile-found';

/**
 * How a run charges. `platform`: by the Apify platform. `rows`: the platform bills each row of the default dataset,
 * without an event. `log`: a local run that logs what would be charged. `none`: nothing is charged (test mode on the
 * platform, or a pricing with neither event).
 */
export type ChargingMode = 'platform' | 'rows' | 'log' | 'none';

export type Charge = {
    count: number;
    /** Charged once per key, however often it is sent: run, event and batch. */
    idempotencyKey: string;
};

/** Makes charges. Resolves when a charge is known to be made; safe to repeat with the same key. */
export type Charger = {
    readonly mode: ChargingMode;
    charge(charge: Charge): Promise<void>;
};

export type ChargeClient = { charge(options: Charge & { eventName: string }): Promise<unknown> };

/**
 * Charges through the Apify API, with retries for `patienceMs`. A failed call may have been carried out; the key makes
 * the retry harmless.
 */
export function createPlatformCharger(client: ChargeClient, clock: Clock, patienceMs: number): Charger {
    return {
        mode: 'platform',
        async charge({ count, idempotencyKey }) {
            const charge = { eventName: profileFoundEvent, count, idempotencyKey };
            await retryUntil(clock.now() + patienceMs, clock, () => client.charge(charge), isRefusal);
        },
    };
}

/** Writes charges to a local dataset, each key once, as the platform would make them. */
export function createLogCharger(log: DatasetClient, clock: Clock): Charger {
    let knownKeys: Promise<Set<unknown>> | null = null;
    const readKeys = async () => new Set((await log.listItems({})).items.map((item) => item['idempotency_key']));
    return {
        mode: 'log',
        async charge({ count, idempotencyKey }) {
            knownKeys ??= readKeys();
            const keys = await knownKeys;
            if (keys.has(idempotencyKey)) return;
            keys.add(idempotencyKey);
            const charged = { event_name: profileFoundEvent, count, idempotency_key: idempotencyKey };
            try {
                await log.pushItems([{ ...charged, charged_at: new Date(clock.now()).toISOString() }]);
            } catch (error) {
                keys.delete(idempotencyKey);
                throw error;
            }
        },
    };
}

/** Makes no charge: the platform bills a found profile's row when it is stored. */
export const rowCharger: Charger = { mode: 'rows', charge: async () => {} };

export const freeCharger: Charger = { mode: 'none', charge: async () => {} };

/** `chargeClient` is null in a local run. A charge is retried for `patienceMs`. */
export async function openCharger(
    mode: ChargingMode,
    {
        chargeClient,
        openChargingLog,
    }: { chargeClient: ChargeClient | null; openChargingLog: () => Promise<DatasetClient> },
    clock: Clock,
    patienceMs: number,
): Promise<Charger> {
    if (mode === 'platform' && chargeClient) return createPlatformCharger(chargeClient, clock, patienceMs);
    if (mode === 'rows') return rowCharger;
    return mode === 'log' ? createLogCharger(await openChargingLog(), clock) : freeCharger;
}

/** A restart may repeat hundreds of charges; the platform allows a run 60 calls a second. */
const maxConcurrentCharges = 4;

/** Charges batches of rows, each once, a few at a time. `onFailed` is called when a charge fails for good. */
export function createBatchCharges(
    charger: Charger,
    { runId, onFailed }: { runId: string; onFailed: (error: unknown) => void },
) {
    const charged = new Set<string>();
    const pending = new Set<Promise<void>>();
    const limit = pLimit(maxConcurrentCharges);
    let hasFailed = false;

    async function makeCharge(batchId: string, charge: Charge): Promise<void> {
        // A charge has failed for its whole patience: the rest is left to the next start.
        if (hasFailed) return;
        await charger.charge(charge);
        charged.add(batchId);
    }

    return {
        /** The batches whose charge is known to be made. */
        charged,
        /** Charges a batch unless it is charged already; calls `onCharged` once the charge is made. */
        start(batchId: string, count: number, onCharged: () => void): void {
            if (charged.has(batchId)) return;
            const charge = { count, idempotencyKey: `${runId}:${profileFoundEvent}:${batchId}` };
            const task = limit(makeCharge, batchId, charge)
                .then(() => (charged.has(batchId) ? onCharged() : undefined))
                .catch((error: unknown) => {
                    hasFailed = true;
                    onFailed(error);
                })
                .finally(() => pending.delete(task));
            pending.add(task);
        },
        /** Resolves when no charge is pending any more. */
        async settle(): Promise<void> {
            while (pending.size > 0) await Promise.race(pending);
        },
    };
}
