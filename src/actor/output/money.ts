import type { Mode } from '../../enrichment/result/result.ts';
import type { ChargingPlan } from '../ledger/pricing.ts';
import { formatCount, formatUsd } from './format.ts';

/**
 * Cost of the charged profiles in US dollars: exact, or the maximum where prices are tiered. Empty where nothing is
 * billed or no price is known.
 */
export type Cost = { charged_usd?: number; max_charged_usd?: number };

/** The cost of `charged` profiles. */
export function costOf(
    charged: number,
    { chargingMode, pricing, isPriceTiered }: Pick<ChargingPlan, 'chargingMode' | 'pricing' | 'isPriceTiered'>,
): Cost {
    const isPaid = chargingMode === 'platform' || chargingMode === 'rows';
    if (!isPaid || pricing.pricePerFoundUsd === null) return {};
    const usd = roundUsd(charged * pricing.pricePerFoundUsd);
    return isPriceTiered ? { max_charged_usd: usd } : { charged_usd: usd };
}

/** In test mode, the number of profiles that a live run would charge. */
export function countWouldCharge(
    { found, partial }: { found: number; partial: number },
    mode: Mode,
): { would_charge?: number } {
    return mode === 'test' ? { would_charge: found - partial } : {};
}

/** Why charges are not billed, in words; null where they are. */
export function describeUnbilled(chargingMode: ChargingPlan['chargingMode'], wouldCharge?: number): string | null {
    if (wouldCharge !== undefined) return `test mode; a live run would charge ${formatCount(wouldCharge)}`;
    if (chargingMode === 'none') return 'this run is free';
    return chargingMode === 'log' ? 'local log only, not billed' : null;
}

/** "$7.224", "at most $7.224"; null without a cost. */
export function describeCost({ charged_usd: exact, max_charged_usd: max }: Cost): string | null {
    if (exact !== undefined) return formatUsd(exact);
    return max === undefined ? null : `at most ${formatUsd(max)}`;
}

/** Rounds to a millionth of a dollar, which removes floating-point noise. */
export function roundUsd(usd: number): number {
    return Math.round(usd * 1e6) / 1e6;
}
