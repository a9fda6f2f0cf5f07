import type { Mode } from '../../../enrichment/result/result.ts';
import type { ResultPlace } from '../../console-report.ts';
import type { ProblemGroup } from '../../input/describe-problems.ts';
import type { ChargingMode } from '../../ledger/charger.ts';
import type { CompanyTotals } from '../../ledger/lookups.ts';
import type { StopReason } from '../../platform/lifecycle.ts';
import { formatDuration } from '../format.ts';
import { describeEndingBriefly } from '../ending.ts';
import { countWouldCharge, describeUnbilled, type RunEnding } from '../totals.ts';
import { describePause, type ProgressView } from '../progress.ts';
import type { RunMetrics } from '../run-metrics.ts';

/** The state shown on the live page. */
export type LiveState = ProgressView & {
    mode: Mode;
    limitPerSecond: number;
    metrics: ReturnType<RunMetrics['getMetrics']>;
    /** Null without company details. */
    companies: CompanyTotals | null;
    charging: ChargingMode;
    /** Profiles that may still be charged; null without a limit. */
    budgetLeft: number | null;
    /** Why the run is stopping; null while it continues. */
    stopReason: StopReason | null;
    /** Invalid lines by problem. */
    invalidLines: readonly ProblemGroup[];
    /** Start of this container's run, in milliseconds since the epoch. */
    startedAt: number;
    /** Whether only totals and exports are left to write. */
    isWorkDone: boolean;
    ending: LiveEnding | null;
};

export type LiveEnding = {
    kind: RunEnding;
    /** Why it ended and what to do next; empty when every line is done. */
    why: string;
    /** In milliseconds since the epoch. */
    at: number;
    places: readonly ResultPlace[];
};

/** Consecutive refusals from which the page mentions them. */
const refusalsToMention = 3;

const stopSentences = {
    timeout: 'Stopping: the run is close to its timeout. Results in progress are being stored.',
    aborted: 'Stopping: the run was aborted. Results in progress are being stored.',
    migrating: 'Migrating: the run continues on another server. This page reconnects by itself.',
    storage: 'Stopping: the storage does not accept rows.',
} as const satisfies Record<StopReason, string>;

/** The current state in one sentence. */
export function describeState(state: LiveState): string {
    const { ending, isWorkDone, stopReason, pausedMs, perSecond, metrics, totals } = state;
    if (ending !== null) {
        const { word } = describeEndingBriefly(ending.kind, totals);
        return ending.why === '' ? `${word}: every line is done.` : `${word}. ${ending.why}`;
    }
    if (isWorkDone) return 'All rows are stored. Totals and exports are being written.';
    if (stopReason !== null) return stopSentences[stopReason];
    if (pausedMs > 0) {
        const pause = describePause(pausedMs);
        return `${pause.charAt(0).toUpperCase()}${pause.slice(1)}. Nothing is lost; the run continues by itself.`;
    }
    if (metrics.refusedInARow >= refusalsToMention) {
        return `Running, but LinkedIn refused the last ${metrics.refusedInARow} profiles. After 20 in a row the run stops; nothing is charged for them.`;
    }
    if (!perSecond || totals.remaining === 0) return 'Running.';
    return `Running, ${formatDuration(totals.remaining / perSecond)} left.`;
}

/** The text for screen readers: the sentence on a new state, the progress at every tenth. */
export function describeForScreenReaders(state: LiveState): string {
    if (state.ending !== null || state.isWorkDone || state.stopReason !== null) return describeState(state);
    if (state.pausedMs > 0) return 'Paused: LinkedIn asked for fewer requests.';
    const { lines, remaining } = state.totals;
    const tenths = lines === 0 ? 10 : Math.floor(((lines - remaining) / lines) * 10);
    return `Running, ${tenths * 10} percent done.`;
}

/** A note on the charges. */
export function describeCharges({ mode, charging, totals, cost }: LiveState): string {
    const unbilled = describeUnbilled(charging, countWouldCharge(totals, mode).would_charge);
    return unbilled ?? (cost === null ? 'profiles' : `profiles, ${cost}`);
}
