import type { Mode } from '../../enrichment/result/result.ts';
import type { ChargingPlan } from '../ledger/pricing.ts';

/**
 * What the profiles charged come to in US dollars: exactly, or at most where the pricing has tiers and the caller's is
 * not told. Empty where nobody pays or no price is known.
 */
export type Cost = { charged_usd?: number; max_charged_usd?: number };

/** What so many charged profiles cost. */
export function costOf(
    charged: number,
    { chargingMode, pricing, isPriceTiered }: Pick<ChargingPlan, 'chargingMode' | 'pricing' | 'isPriceTiered'>,
): Cost {
    const isPaid = chargingMode === 'platform' || chargingMode === 'rows';
    if (!isPaid || pricing.pricePerFoundUsd === null) return {};
    const usd = roundUsd(charged * pricing.pricePerFoundUsd);
    return isPriceTiered ? { max_charged_usd: usd } : { charged_usd: usd };
}

/** For how many profiles a live run would have charged; only in test mode. */
export function countWouldCharge(
    { found, partial }: { found: number; partial: number },
    mode: Mode,
): { would_charge?: number } {
    return mode === 'test' ? { would_charge: found - partial } : {};
}

/** "$7.224", "at most $7.224"; null where there is nothing to say. */
export function describeCost({ charged_usd: exact, max_charged_usd: most }: Cost): string | null {
    if (exact !== undefined) return formatUsd(exact);
    return most === undefined ? null : `at most ${formatUsd(most)}`;
}

/** "$0", "$7.20", "$0.006": cents, and smaller parts where there are any. */
export function formatUsd(usd: number): string {
    if (usd === 0) return '$0';
    return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;
}

/** Without what floating point leaves behind the millionths. */
export function roundUsd(usd: number): number {
    return Math.round(usd * 1e6) / 1e6;
}
