import type { Clock } from '../enrichment/clock.ts';
import {
    createLogCharger,
    createPlatformCharger,
    freeCharger,
    rowCharger,
    type Charger,
    type ChargingMode,
} from './charger.ts';
import type { Platform } from './platform.ts';

/** The charger for a mode. */
export async function openCharger(
    mode: ChargingMode,
    platform: Platform,
    clock: Clock,
    patienceMs: number,
): Promise<Charger> {
    if (mode === 'platform' && platform.chargeClient) {
        return createPlatformCharger(platform.chargeClient, clock, patienceMs);
    }
    if (mode === 'rows') return rowCharger;
    return mode === 'log' ? createLogCharger(await platform.openChargingLog(), clock) : freeCharger;
}
