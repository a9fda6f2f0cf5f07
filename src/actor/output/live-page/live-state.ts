import { describePause, formatCount, formatDuration } from '../terminal/progress.ts';
import type { ResultPlace } from '../../console-report.ts';
import type { ProblemGroup } from '../../input/describe-problems.ts';
import type { ChargingMode } from '../../ledger/charger.ts';
import type { CompanyTotals } from '../../ledger/lookups.ts';
import type { RunMetricsView } from '../metrics/run-metrics.ts';
import type { StopReason } from '../../platform/lifecycle.ts';
import { countWouldCharge } from '../money.ts';
import { judgeEnding, type RunEnding, type RunTotals } from '../totals.ts';

/** Everything the live page shows, at one instant. */
export type LiveState = {
    mode: 'live' | 'test';
    totals: RunTotals;
    perSecond: number | null;
    /** How much longer the source has asked us to wait, in milliseconds; 0 when it has not. */
    pausedMs: number;
    limitPerSecond: number;
    metrics: RunMetricsView;
    /** What asking for companies came to; null where they are not wanted. */
    companies: CompanyTotals | null;
    charging: ChargingMode;
    /** What is charged by now, such as `$7.20`; null where nobody pays. */
    cost: string | null;
    /** How many more profiles the run may charge; null without a limit. */
    budgetLeft: number | null;
    /** Why the run is about to end; null while it goes on. */
    stopReason: StopReason | null;
    /** The lines that were no profile URL, by what they are. */
    invalidLines: readonly ProblemGroup[];
    /** When this start of the run began, in milliseconds since the epoch. */
    startedAt: number;
    /** Whether all that is left is to write the totals and the files. */
    isWorkDone: boolean;
    /** How the run ended; null until it has. */
    ending: LiveEnding | null;
};

export type LiveEnding = {
    kind: RunEnding;
    /** Why it ended so and what to do about it; empty when every line had its answer. */
    why: string;
    /** In milliseconds since the epoch. */
    at: number;
    places: readonly ResultPlace[];
};

/** From here on, refusals are worth a word: fewer happen in every run. */
const refusalsToMention = 3;

const stopSentences = {
    timeout: 'Ending: the time of the run is nearly over. What is under way is being stored.',
    aborted: 'Ending: the run was aborted. What is under way is being stored.',
    migrating: 'Moving: the run goes to another server and goes on there. This page comes back by itself.',
    storage: 'Ending: the storage does not take the rows.',
} as const satisfies Record<StopReason, string>;

/** What goes on, in one sentence that is true now. */
export function describeState(state: LiveState): string {
    const { ending, isWorkDone, stopReason, pausedMs, metrics } = state;
    if (ending !== null) {
        const { word } = judgeEnding(ending.kind, state.totals);
        return ending.why === '' ? `${word}: every line has its answer.` : `${word}. ${ending.why}`;
    }
    if (isWorkDone) return 'The last rows are stored. The totals and the files are being written.';
    if (stopReason !== null) return stopSentences[stopReason];
    if (pausedMs > 0) return `${capitalize(describePause(pausedMs))}. Nothing is lost; the run goes on by itself.`;
    if (metrics.refusedInARow >= refusalsToMention) {
        return `Running, but LinkedIn refused the last ${metrics.refusedInARow} profiles. After 20 in a row the run stops; nothing is charged for them.`;
    }
    const left = describeTimeLeft(state);
    return left === null ? 'Running.' : `Running, ${left} left.`;
}

/** What a screen reader is told: the sentence when something new happens, the progress at every tenth. */
export function describeForListeners(state: LiveState): string {
    if (state.ending !== null || state.isWorkDone || state.stopReason !== null) return describeState(state);
    if (state.pausedMs > 0) return 'Paused: LinkedIn asked for fewer requests.';
    const { lines, remaining } = state.totals;
    const tenths = lines === 0 ? 10 : Math.floor(((lines - remaining) / lines) * 10);
    return `Running, ${tenths * 10} percent done.`;
}

/** How long the rest takes at the present rate; null when that cannot be said. */
export function describeTimeLeft({ ending, pausedMs, perSecond, totals }: LiveState): string | null {
    if (ending !== null || pausedMs > 0 || !perSecond || totals.remaining === 0) return null;
    return formatDuration(totals.remaining / perSecond);
}

/** What the profiles charged until now come to, in words and money. */
export function describeCharges({ mode, charging, totals, cost }: LiveState): string {
    const { would_charge: wouldCharge } = countWouldCharge(totals, mode);
    if (wouldCharge !== undefined) return `test mode; a live run would charge ${formatCount(wouldCharge)}`;
    if (charging === 'none') return 'this run is free';
    if (charging === 'log') return 'in the local log, nobody pays';
    return cost === null ? 'profiles' : `profiles, ${cost}`;
}

function capitalize(text: string): string {
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
