import type { Mode, SourceName } from '../../enrichment/result/result.ts';
import type { Worklist } from '../input/lines/worklist.ts';
import type { ChargingMode } from '../ledger/charger.ts';
import type { LedgerState } from '../ledger/ledger.ts';
import type { CompanyTotals, SourceTotals } from '../ledger/lookups.ts';
import type { ChargingPlan } from '../ledger/pricing.ts';
import { formatCount, formatUsd, roundUsd } from './format.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** Why a run ended; each has its own message. */
export type RunEnding =
    | 'completed'
    | 'budget'
    | 'lookups'
    | 'max_profiles'
    | 'timeout'
    | 'aborted'
    | 'migrating'
    | 'refused'
    | 'source'
    | 'storage'
    | 'internal_error'
    | 'storage_lost';

/**
 * The counts of a run. They add up: `found + unchanged + not_found + errors + invalid + duplicates + remaining =
 * lines`. A duplicate counts as one whether or not its profile remains.
 */
export type RunTotals = {
    lines: number;
    found: number;
    /** Found, but without one of the required fields: not charged. Included in `found`. */
    partial: number;
    /** Unchanged people, neither written nor charged; only with `onlyChanged`. */
    unchanged: number;
    not_found: number;
    errors: number;
    invalid: number;
    duplicates: number;
    remaining: number;
    /** Profiles charged: `profile-found` events, rows billed by the platform, or entries of the local charging log. */
    charged: number;
};

/**
 * Cost of the charged profiles in US dollars: exact, or the maximum where prices are tiered. Empty where nothing is
 * billed or no price is known.
 */
export type Cost = { charged_usd?: number; max_charged_usd?: number };

/** The `OUTPUT` record of a run that processed its list. */
export type RunOutput = RunTotals &
    Cost & {
        ending: RunEnding;
        message: string;
        mode: Mode;
        charging: ChargingMode;
        /** Test mode only: the number of profiles that a live run would charge. */
        would_charge?: number;
        seconds: number;
        /** Table rows without an address; not counted as lines. */
        left_out: number;
        /** Lines after those of this run, left to other runs and not counted; only with `firstLine`. */
        beyond?: number;
        warnings: string[];
        /** Profiles found that changed since the last run; only with `watch`. */
        changed?: number;
        /** Totals per source, over all starts of the run. */
        sources: Partial<Record<SourceName, SourceTotals>>;
        /** Company totals over all starts of the run; only with company details. */
        companies?: CompanyTotals;
        /** Metrics of the requests to LinkedIn since this start; omitted without requests. */
        requests?: RequestMetrics;
    };

/** The `OUTPUT` record of a run that could not start. */
export type FailedOutput = { error: { code: string; message: string }; warnings?: string[] };

/** Counts the ledger's rows against the given lines. */
export function totalRun(worklist: Worklist, { rows, chargedBatchIds, skipped }: LedgerState): RunTotals {
    const charged = new Set(chargedBatchIds);
    const totals: RunTotals = {
        lines: worklist.lineCount,
        found: 0,
        partial: 0,
        unchanged: 0,
        not_found: 0,
        errors: 0,
        invalid: 0,
        duplicates: worklist.duplicateCount,
        remaining: 0,
        charged: 0,
    };
    for (const reason of skipped.values()) totals[reason === 'unchanged' ? 'unchanged' : 'not_found'] += 1;
    const items = new Set(worklist.items.map((item) => item.inputIndex));
    for (const row of rows) {
        if (charged.has(row.meta.batch_id)) totals.charged += row.meta.credits_used;
        if (row.code === 'validation_failed') totals.invalid += 1;
        // In `repeat` mode duplicates have rows too, which the worklist has already counted.
        else if (!items.has(row.input_index)) continue;
        else if (row.duplicate_of !== null) totals.duplicates += 1;
        else if (row.status === 'success') {
            totals.found += 1;
            if (row.meta.is_partial) totals.partial += 1;
        } else if (row.status === 'not_found') totals.not_found += 1;
        else totals.errors += 1;
    }
    const { lines, found, not_found, errors, invalid, duplicates } = totals;
    totals.remaining = lines - found - totals.unchanged - not_found - errors - invalid - duplicates;
    return totals;
}

/** The number of profiles found that changed since the last run. */
export function countChanged({ rows }: Pick<LedgerState, 'rows'>): number {
    return rows.filter((row) => row.change === 'changed' && row.duplicate_of === null).length;
}

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
    { found, partial }: Pick<RunTotals, 'found' | 'partial'>,
    mode: Mode,
): { would_charge?: number } {
    return mode === 'test' ? { would_charge: found - partial } : {};
}

/** Why charges are not billed, in words; null where they are. */
export function describeUnbilled(chargingMode: ChargingMode, wouldCharge?: number): string | null {
    if (wouldCharge !== undefined) return `test mode; a live run would charge ${formatCount(wouldCharge)}`;
    if (chargingMode === 'none') return 'this run is free';
    return chargingMode === 'log' ? 'local log only, not billed' : null;
}

/** "$7.224", "at most $7.224"; null without a cost. */
export function describeCost({ charged_usd: exact, max_charged_usd: max }: Cost): string | null {
    if (exact !== undefined) return formatUsd(exact);
    return max === undefined ? null : `at most ${formatUsd(max)}`;
}
