import type { SourceName } from '../../enrichment/result/result.ts';
import type { ChargingMode } from '../ledger/charger.ts';
import type { LedgerState } from '../ledger/ledger.ts';
import type { CompanyTotals, SourceTotals } from '../ledger/lookups.ts';
import type { Worklist } from '../input/lines/worklist.ts';
import { describeCost, type Cost } from './money.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';

/** Why a run ended, each with its own sentence for the user. */
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
 * The numbers of a run. They add up: `found + unchanged + not_found + errors + invalid + duplicates + remaining =
 * lines`; a duplicate counts as one whether or not its profile remains.
 */
export type RunTotals = {
    lines: number;
    found: number;
    /** Those of the people found who lack one of the required fields: not charged. */
    partial: number;
    /** People found as before, neither written nor charged; only with `onlyChanged`. */
    unchanged: number;
    not_found: number;
    errors: number;
    invalid: number;
    duplicates: number;
    remaining: number;
    /** People charged: `profile-found` events, rows that the platform bills, or lines of a local charging log. */
    charged: number;
};

/** The `OUTPUT` record of a run that got as far as its list. */
export type RunOutput = RunTotals &
    Cost & {
        ending: RunEnding;
        message: string;
        mode: 'live' | 'test';
        charging: ChargingMode;
        /** Test mode only: for how many profiles a live run would have charged. */
        would_charge?: number;
        seconds: number;
        /** Rows of tables without an address; no lines, and in no sum. */
        left_out: number;
        /** Lines that stand after those of this run and are left to others, in no sum; only with `firstLine`. */
        beyond?: number;
        warnings: string[];
        /** How many of the people found are not as they were in the last run; only with `watch`. */
        changed?: number;
        /** What asking each source came to, over all starts of the run. */
        sources: Partial<Record<SourceName, SourceTotals>>;
        /** How many companies were asked for, over all starts of the run, and what that came to; left out where not wanted. */
        companies?: CompanyTotals;
        /** What came of the requests to LinkedIn since this start; left out where there was none. */
        requests?: RequestMetrics;
    };

/** How a run ended, in a word and a colour: `warn` where something is left or nobody was found. */
export function judgeEnding(ending: RunEnding, { found, unchanged }: RunTotals): { word: string; tone: EndingTone } {
    if (ending === 'completed') return { word: 'Completed', tone: found + unchanged > 0 ? 'good' : 'warn' };
    if (ending === 'migrating') return { word: 'Moved', tone: 'warn' };
    return failedEndings.has(ending) ? { word: 'Failed', tone: 'bad' } : { word: 'Stopped early', tone: 'warn' };
}

const failedEndings = new Set<RunEnding>(['refused', 'source', 'storage', 'storage_lost', 'internal_error']);

export type EndingTone = 'good' | 'warn' | 'bad';

/** The `OUTPUT` record of a run that could not start. */
export type FailedOutput = { error: { code: string; message: string }; warnings?: string[] };

/** Adds up what the ledger holds against the lines given. */
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
        // In `repeat` mode the lines that repeat have rows too; the worklist has counted them already.
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

const count = (amount: number) => amount.toLocaleString('en-US');
const countOf = (amount: number, one: string) => `${count(amount)} ${amount === 1 ? one : `${one}s`}`;

/** What decides about the words of an ending, beside its totals. */
export type EndingCircumstances = {
    /** People found who could not be charged yet. */
    owedCount: number;
    isAtHome: boolean;
    /** The source's own sentence when it can answer nothing any more. */
    reason?: string;
    /** How many lines are samples of the form. */
    sampleCount?: number;
    isTest?: boolean;
    cost?: Cost;
};

/** The last status message: what came of the lines, and what to do about what is left. */
export function describeEnding(
    ending: RunEnding,
    totals: RunTotals & Pick<RunOutput, 'changed'>,
    circumstances: EndingCircumstances,
): string {
    const { lines, found, partial, unchanged, not_found, errors, invalid, duplicates, remaining } = totals;
    const nothing = describeNoProfile(ending, totals, circumstances);
    if (nothing !== null) return nothing;
    const parts = [
        `${count(found)} found${partial > 0 ? ` (${count(partial)} partial and free)` : ''}`,
        ...(unchanged > 0 ? [`${count(unchanged)} unchanged`] : []),
        `${count(not_found)} not found`,
        countOf(errors, 'error'),
        `${count(invalid)} invalid`,
        countOf(duplicates, 'duplicate'),
        `${count(remaining)} remaining`,
    ];
    const done = `${count(lines - remaining)} of ${countOf(lines, 'line')} done: ${parts.join(', ')}.`;
    const news =
        totals.changed === undefined
            ? ''
            : ` ${count(totals.changed)} of the people found ${totals.changed === 1 ? 'has' : 'have'} changed since the last run.`;
    const { isTest = false, cost = {} } = circumstances;
    const price = describeCost(cost);
    const money = isTest ? ' Test mode: nothing is charged.' : price === null ? '' : ` Charged: ${price}.`;
    const why = describeReason(ending, totals, circumstances);
    return `${why} ${done}${money}${news} ${describeOwed(circumstances)}`.trim();
}

/** Why a run ended as it did and what to do about that, without its totals; empty when every line had its answer. */
export function describeWhy(ending: RunEnding, totals: RunTotals, circumstances: EndingCircumstances): string {
    const nothing = describeNoProfile(ending, totals, circumstances);
    return nothing ?? `${describeReason(ending, totals, circumstances)} ${describeOwed(circumstances)}`.trim();
}

/** What is said of a run in which there was nothing to fetch. */
function describeNoProfile(
    ending: RunEnding,
    { lines, invalid }: RunTotals,
    { sampleCount = 0 }: EndingCircumstances,
): string | null {
    if (ending !== 'completed' || lines === 0 || invalid < lines) return null;
    if (sampleCount === lines) {
        return 'There are only the samples that the input form comes with, and in live mode they are not fetched. Put your own profiles into `profileUrls`.';
    }
    return lines === 1
        ? 'The line given is not a LinkedIn profile URL.'
        : `None of the ${count(lines)} lines is a LinkedIn profile URL.`;
}

function describeOwed({ owedCount, isAtHome }: EndingCircumstances): string {
    if (owedCount === 0) return '';
    return `${countOf(owedCount, 'found profile')} could not be charged yet; ${describeResume(isAtHome)} to settle it.`;
}

/** How many of the people found are not as they were in the last run. */
export function countChanged({ rows }: Pick<LedgerState, 'rows'>): number {
    return rows.filter((row) => row.change === 'changed' && row.duplicate_of === null).length;
}

/** How a run is gone on with. */
export function describeResume(isAtHome: boolean): string {
    return isAtHome ? 'resurrect the run' : 'start it again with APIFY_PURGE_ON_START=0';
}

function describeReason(
    ending: RunEnding,
    { remaining }: RunTotals,
    { owedCount, isAtHome, reason = '' }: EndingCircumstances,
): string {
    const left = 'What is left is in REMAINING_URLS';
    const resume = remaining > 0 ? `${left}; ${describeResume(isAtHome)} to go on with it.` : '';
    const refusal = reason || 'LinkedIn refused every request. Try again later, or through other proxies.';
    const storage = isAtHome ? "Apify's storage" : 'The storage';
    const charging = isAtHome ? 'Apify takes no charges' : 'The charging log cannot be written';
    const sentences: Record<RunEnding, string> = {
        completed: '',
        budget: `The run's spending limit is used up. ${left}; raise the limit and run it again.`,
        lookups: `The provider lookups that \`maxProviderLookups\` allows are used up. ${left}; raise the number and run it again.`,
        max_profiles: `As many profiles were found as \`maxProfiles\` allows. ${left}; paste it into the next run, or raise the limit.`,
        timeout: `The run's time was nearly over. ${resume}`,
        aborted: `The run was aborted. ${resume}`,
        migrating: 'The run moves to another server and goes on there.',
        refused: remaining > 0 ? `${refusal} The run stopped early. ${resume}` : refusal,
        source: `${reason} ${left}.`,
        internal_error: `The run stopped because of a bug of ours; the log says which. ${resume}`,
        storage_lost: reason,
        storage: `${reason} ${owedCount > 0 ? charging : `${storage} does not take the rows`}, so the run stopped. ${resume}`,
    };
    return sentences[ending].trim();
}
