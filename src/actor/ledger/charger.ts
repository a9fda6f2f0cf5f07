import type { Clock } from '../../enrichment/clock.ts';
import { isRefusal } from '../platform/errors.ts';

/** The event that a found profile is charged as. */
export const profileFoundEvent = 'profile-found';

/**
 * How this run charges. `platform`: real money, by the Apify platform. `rows`: the platform bills each row of the default
 * dataset by itself, and there is no event to charge. `log`: a local run that writes down what would be charged. `none`:
 * nothing is charged (test mode on the platform, or a pricing that knows neither).
 */
export type ChargingMode = 'platform' | 'rows' | 'log' | 'none';

export type Charge = {
    count: number;
    /** The same key charges once, however often it is sent: run, event and batch. */
    idempotencyKey: string;
};

/** Makes charges; resolves when the charge is known to be made. Safe to repeat with the same key. */
export type Charger = {
    readonly mode: ChargingMode;
    charge(charge: Charge): Promise<void>;
};

export type ChargeClient = {
    charge(options: { eventName: string; count: number; idempotencyKey: string }): Promise<unknown>;
};

/**
 * Charges through the Apify API, trying for `patienceMs`. A failed call may have been carried out: the key makes the
 * next one harmless.
 */
export function createPlatformCharger(client: ChargeClient, clock: Clock, patienceMs: number): Charger {
    return {
        mode: 'platform',
        async charge({ count, idempotencyKey }) {
            const giveUpAt = clock.now() + patienceMs;
            for (let delayMs = 250; ; delayMs = Math.min(delayMs * 2, 8000)) {
                try {
                    await client.charge({ eventName: profileFoundEvent, count, idempotencyKey });
                    return;
                } catch (error) {
                    if (isRefusal(error) || clock.now() + delayMs > giveUpAt) throw error;
                    await clock.sleep(delayMs);
                }
            }
        },
    };
}

/** One line of the local charging log. */
export type ChargingLogItem = {
    event_name: string;
    count: number;
    idempotency_key: string;
    charged_at: string;
};

export type ChargingLog = {
    pushItems(items: ChargingLogItem[]): Promise<void>;
    listItems(options: object): PromiseLike<{ items: Array<Record<string, unknown>> }>;
};

/** Writes charges into a local dataset, each key once, as the platform would make them. */
export function createLogCharger(log: ChargingLog, clock: Clock): Charger {
    let knownKeys: Promise<Set<unknown>> | null = null;
    const readKeys = async () => new Set((await log.listItems({})).items.map((item) => item['idempotency_key']));
    return {
        mode: 'log',
        async charge({ count, idempotencyKey }) {
            knownKeys ??= readKeys();
            const keys = await knownKeys;
            if (keys.has(idempotencyKey)) return;
            keys.add(idempotencyKey);
            await log.pushItems([
                {
                    event_name: profileFoundEvent,
                    count,
                    idempotency_key: idempotencyKey,
                    charged_at: new Date(clock.now()).toISOString(),
                },
            ]);
        },
    };
}

/** Makes no charge: the row of a profile found has been billed when it was stored. */
export const rowCharger: Charger = { mode: 'rows', charge: async () => {} };

/** Charges nothing. */
export const freeCharger: Charger = { mode: 'none', charge: async () => {} };

export type OpenChargerOptions = {
    /** Null in a local run. */
    chargeClient: ChargeClient | null;
    openChargingLog: () => Promise<ChargingLog>;
    clock: Clock;
    /** How long a charge is tried, in milliseconds. */
    patienceMs: number;
};

/** The charger for a mode. */
export async function openCharger(
    mode: ChargingMode,
    { chargeClient, openChargingLog, clock, patienceMs }: OpenChargerOptions,
): Promise<Charger> {
    if (mode === 'platform' && chargeClient) return createPlatformCharger(chargeClient, clock, patienceMs);
    if (mode === 'rows') return rowCharger;
    return mode === 'log' ? createLogCharger(await openChargingLog(), clock) : freeCharger;
}
