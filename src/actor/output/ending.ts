import { formatCount, formatCountOf } from './format.ts';
import { describeCost, type Cost, type RunEnding, type RunOutput, type RunTotals } from './totals.ts';

/** What the message of an ending depends on, beside the totals. */
export type EndingCircumstances = {
    /** Profiles found that could not be charged yet. */
    owedCount: number;
    isAtHome: boolean;
    /** The message of a source that can no longer be used. */
    reason?: string;
    /** Number of lines that are samples of the form. */
    sampleCount?: number;
    isTest?: boolean;
    cost?: Cost;
    /** Whether the watch knew anyone from an earlier run. */
    isCompared?: boolean;
};

/** The final status message: the outcome of the lines, and what to do about the rest. */
export function describeEnding(
    ending: RunEnding,
    totals: RunTotals & Pick<RunOutput, 'changed'>,
    circumstances: EndingCircumstances,
): string {
    const { lines, found, partial, unchanged, not_found, errors, invalid, duplicates, remaining } = totals;
    const noProfile = describeNoProfile(ending, totals, circumstances);
    if (noProfile !== null) return noProfile;
    const parts = [
        `${formatCount(found)} found${partial > 0 ? ` (${formatCount(partial)} partial and free)` : ''}`,
        ...(unchanged > 0 ? [`${formatCount(unchanged)} unchanged`] : []),
        `${formatCount(not_found)} not found`,
        formatCountOf(errors, 'error'),
        `${formatCount(invalid)} invalid`,
        formatCountOf(duplicates, 'duplicate'),
        `${formatCount(remaining)} remaining`,
    ];
    const done = `${formatCount(lines - remaining)} of ${formatCountOf(lines, 'line')} done: ${parts.join(', ')}.`;
    const news =
        totals.changed === undefined || circumstances.isCompared === false
            ? ''
            : ` ${formatCount(totals.changed)} of the people found ${totals.changed === 1 ? 'has' : 'have'} changed since the last run.`;
    const { isTest = false, cost = {} } = circumstances;
    const price = describeCost(cost);
    const money = isTest ? ' Test mode: nothing is charged.' : price === null ? '' : ` Charged: ${price}.`;
    const why = describeReason(ending, totals, circumstances);
    return `${why} ${done}${money}${news} ${describeOwed(circumstances)}`.trim();
}

/** Why a run ended and what to do next, without totals; empty when every line is done. */
export function describeWhy(ending: RunEnding, totals: RunTotals, circumstances: EndingCircumstances): string {
    const noProfile = describeNoProfile(ending, totals, circumstances);
    return noProfile ?? `${describeReason(ending, totals, circumstances)} ${describeOwed(circumstances)}`.trim();
}

/** The message when there was nothing to fetch; otherwise null. */
function describeNoProfile(
    ending: RunEnding,
    { lines, invalid }: RunTotals,
    { sampleCount = 0 }: EndingCircumstances,
): string | null {
    if (ending !== 'completed' || lines === 0 || invalid < lines) return null;
    if (sampleCount === lines) {
        return 'The list has only the samples of the input form, which are not fetched in live mode. Put your own profiles into `profileUrls`.';
    }
    return lines === 1
        ? 'The line given is not a LinkedIn profile URL.'
        : `None of the ${formatCount(lines)} lines is a LinkedIn profile URL.`;
}

function describeOwed({ owedCount, isAtHome }: EndingCircumstances): string {
    if (owedCount === 0) return '';
    return `${formatCountOf(owedCount, 'found profile')} could not be charged yet; ${describeResume(isAtHome)} to complete the charges.`;
}

/** How to resume a run; for a local one the whole command, for the shells of its operating system. */
export function describeResume(isAtHome: boolean, system: NodeJS.Platform = process.platform): string {
    if (isAtHome) return 'resurrect the run';
    return system === 'win32'
        ? 'run `set "APIFY_PURGE_ON_START=0" && npm start` (in PowerShell `$env:APIFY_PURGE_ON_START=0; npm start`)'
        : 'run `APIFY_PURGE_ON_START=0 npm start`';
}

function describeReason(
    ending: RunEnding,
    { remaining }: RunTotals,
    { owedCount, isAtHome, reason = '' }: EndingCircumstances,
): string {
    const left = 'The remaining lines are in REMAINING_URLS';
    const resume = remaining > 0 ? `${left}; ${describeResume(isAtHome)} to continue.` : '';
    const refusal = reason || 'LinkedIn refused every request. Try again later, or use other proxies.';
    const storage = isAtHome ? "Apify's storage" : 'The storage';
    const charging = isAtHome ? 'Apify does not accept charges' : 'The charging log cannot be written';
    const sentences: Record<RunEnding, string> = {
        completed: '',
        budget: `The run's spending limit is used up. ${left}; raise the limit and run it again.`,
        lookups: `The provider lookups that \`maxProviderLookups\` allows are used up. ${left}; raise the number and run it again.`,
        max_profiles: `The limit of \`maxProfiles\` is reached. ${left}; paste them into the next run, or raise the limit.`,
        timeout: `The run was close to its timeout. ${resume}`,
        aborted: `The run was aborted. ${resume}`,
        migrating: 'The run continues on another server.',
        refused: remaining > 0 ? `${refusal} The run stopped early. ${resume}` : refusal,
        source: `${reason} ${left}.`,
        internal_error: `The run stopped because of a bug in this Actor; see the log. ${resume}`,
        storage_lost: reason,
        storage: `${reason} ${owedCount > 0 ? charging : `${storage} does not accept rows`}, so the run stopped. ${resume}`,
    };
    return sentences[ending].trim();
}

/** The ending in one word, with a tone: `warn` when something remains or nothing was found. */
export function describeEndingBriefly(
    ending: RunEnding,
    { found, unchanged }: RunTotals,
): { word: string; tone: 'good' | 'warn' | 'bad' } {
    if (ending === 'completed') return { word: 'Completed', tone: found + unchanged > 0 ? 'good' : 'warn' };
    if (ending === 'migrating') return { word: 'Moved', tone: 'warn' };
    return failedEndings.has(ending) ? { word: 'Failed', tone: 'bad' } : { word: 'Stopped early', tone: 'warn' };
}

/** Endings that are failures of the run. */
export const failedEndings = new Set<RunEnding>(['refused', 'source', 'storage', 'storage_lost', 'internal_error']);
