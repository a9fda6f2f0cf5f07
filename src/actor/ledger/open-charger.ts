import type { Clock } from '../../enrichment/clock.ts';
import {
    createLogCharger,
    createPlatformCharger,
    freeCharger,
    rowCharger,
    type ChargeClient,
    type Charger,
    type ChargingLog,
    type ChargingMode,
} from './charger.ts';

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
