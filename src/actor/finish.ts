import type { Clock } from '../enrichment/clock.ts';
import { describePlaces, describeTable, listPlaces } from './console-report.ts';
import type { Log } from './log.ts';
import type { OpenedLedger } from './open-ledger.ts';
import type { Platform } from './platform/platform.ts';
import type { RunReport } from './run-report.ts';
import { costOf, countWouldCharge } from './output/money.ts';
import type { RunShow } from './output/show-run.ts';
import {
    countChanged,
    describeEnding,
    describeResume,
    describeWhy,
    type FailedOutput,
    type RunOutput,
} from './output/totals.ts';
import { readRest } from './input/lines/saved-lines.ts';
import type { LoadedInput } from './input/load-input.ts';
import { areExportsWanted, writeExportFiles } from './output/write-export-files.ts';
import { InputError } from './input-error.ts';
import { isPlatformFailure, LocalStorageError } from './platform/errors.ts';

export type FinishRunOptions = {
    platform: Platform;
    clock: Clock;
    startedAt: number;
    taken: LoadedInput;
    opened: OpenedLedger;
    show: RunShow;
    log: Log;
    /** Saves the IDs of charged batches, and whether nothing is left to do. */
    saveState: (isComplete: boolean) => Promise<void>;
    /** Called once `OUTPUT` is written; later failures must not overwrite it. */
    onTotalsWritten: () => void;
};

/** Reports the outcome in OUTPUT, status, log and exports; exits or reboots. */
export async function finishRun(report: RunReport, options: FinishRunOptions): Promise<void> {
    const { platform, clock, startedAt, taken, opened, show, log, saveState } = options;
    const { totals, remainingUrls, failedUrls, unreadSections } = report;
    const { input, earlier, resolved } = taken;
    const { ledger, lookups, plan, watch, datasets } = opened;
    const { records, isAtHome } = platform;

    log.warn(...describeUnread(unreadSections));
    const isWatchSaved = watch === null || (await watch.close().catch(() => false));
    if (!isWatchSaved) log.warn('The snapshots of the watch could not be saved.');
    const state = ledger.getState();
    const { owedCount, rows } = state;
    const changed = watch ? { changed: countChanged(state) } : {};
    const { sampleCount, runLines } = resolved;
    const failure = await platform.findFailure();
    const ending = failure?.isLost ? 'storage_lost' : report.ending;
    const reason = failure?.message ?? report.reason;
    const isTest = input.mode === 'test';
    const cost = costOf(totals.charged, plan);
    const isCompared = state.skipped.size > 0 || rows.some(({ change }) => change !== undefined && change !== 'new');
    const circumstances = { owedCount, isAtHome, reason, sampleCount, isTest, cost, isCompared };
    const message = describeEnding(ending, { ...totals, ...changed }, circumstances);
    const why = describeWhy(ending, totals, circumstances);
    const requests = show.getRequestMetrics();
    const output: RunOutput = {
        ...totals,
        ...changed,
        ending,
        message,
        mode: input.mode,
        charging: plan.chargingMode,
        ...cost,
        ...countWouldCharge(totals, input.mode),
        seconds: Math.round((clock.now() - startedAt) / 100) / 10,
        left_out: runLines.leftOut.length,
        ...(runLines.beyond === null ? {} : { beyond: runLines.beyond }),
        warnings: log.warnings,
        sources: lookups.getTotals(),
        ...(input.includeCompanyDetails ? { companies: lookups.getCompanyTotals() } : {}),
        ...(requests ? { requests } : {}),
    };
    const writes = await Promise.allSettled([
        records.set('OUTPUT', output),
        records.set('REMAINING_URLS', [...remainingUrls, ...runLines.rest]),
        records.set('FAILED_URLS', failedUrls),
        saveState(false),
        lookups.save(true),
    ]);
    options.onTotalsWritten();
    const isWritten = writes.every(({ status }) => status === 'fulfilled');
    if (ending === 'migrating' && isAtHome) {
        await show.end(null);
        await platform.reboot();
    }
    log.print(describeTable(output));
    await platform.setStatus(message, true);
    const { timeline } = show.getMetrics();
    const facts = {
        output,
        why,
        failedCount: failedUrls.length,
        timeline,
        limitPerSecond: input.maxRequestsPerSecond,
        startedAt,
        isResumed: earlier !== null,
        listPlaces: () => listPlaces(platform, true),
    };
    const columns = {
        format: input.exportFormat,
        fields: input.fields,
        isWatched: watch !== null,
        hasCompanies: input.includeCompanyDetails,
    };
    const sources = { ...resolved, ledger: state, columns, readRest: () => readRest(records, runLines) };
    const files = { platform, log, datasets, rowCount: rows.length, clock, facts, sources };
    const endedAt = clock.now();
    const hasExports = isWritten && (await writeExportFiles(files));
    const hasAllFiles = isWritten && (hasExports || !areExportsWanted(output, platform));
    const isDone = ending === 'completed' && totals.remaining === 0 && owedCount === 0;
    // A resumed run writes what this one could not.
    if (isDone && isWatchSaved && hasAllFiles && !isAtHome) await saveState(true).catch(() => {});
    const end = { kind: ending, why, at: endedAt, places: listPlaces(platform, hasExports) };
    await show.end(end).catch((error: unknown) => log.print(String(error)));
    log.print(describePlaces(platform, hasExports));
    if (!isWritten) log.print('The totals could not be written to the run’s key-value store.');
    await platform.exit(failedEndings.has(ending) || owedCount > 0 || !isWritten ? 1 : 0);
}

/** Ends a resumed local run that is already complete, with the locations of its results. */
export async function endCompleteRun(platform: Platform, log: Log): Promise<void> {
    log.print('This run is complete, so there is nothing left to do. `npm start` starts a new one.');
    log.print(describePlaces(platform, true));
    await platform.exit(0);
}

const failedEndings = new Set<RunReport['ending']>([
    'refused',
    'source',
    'storage',
    'storage_lost',
    'migrating',
    'internal_error',
]);

/** One warning per section, attribute or page key that could not be read. */
export function describeUnread(unreadSections: RunReport['unreadSections']): string[] {
    return [...unreadSections].map(([part, count]) => {
        const pages = `${count} ${count === 1 ? 'page' : 'pages'}`;
        const [, kind, name] = /^(data-section|page key) (.*)$/.exec(part) ?? [];
        if (kind === 'data-section')
            return `An unknown section (\`${name}\`) was skipped on ${pages}: LinkedIn may have added it.`;
        if (kind === 'page key')
            return `${pages} had an unknown page key (\`${name}\`): check a few of these profiles.`;
        return `The section \`${part}\` could not be read on ${pages}: LinkedIn may have changed its layout.`;
    });
}

/** The message of a run that cannot reach its storage. */
export function describeStorageDown(isAtHome: boolean): string {
    return `${isAtHome ? 'Apify’s storage' : 'The storage'} cannot be reached, so the run stopped. Nothing is lost: ${describeResume(isAtHome)} to continue.`;
}

export type FailContext = {
    /** Describes an unexpected error for the log. */
    describeBug: (error: unknown) => Promise<string>;
    log: Log;
    /** Whether `OUTPUT` is already written. */
    areTotalsWritten: boolean;
};

/** Ends a failed run: one sentence in the log, the status and `OUTPUT`; exit code 1. */
export async function failRun(
    platform: Platform,
    error: unknown,
    { describeBug, log, areTotalsWritten }: FailContext,
): Promise<void> {
    // The storage may be reachable from the next container.
    if (platform.isMigrating() && isPlatformFailure(error)) await platform.reboot();
    const failure = await describeError(error, platform.isAtHome, { describeBug, log });
    log.closeBar();
    log.print(failure.message);
    const { warnings } = log;
    const output: FailedOutput = warnings.length > 0 ? { error: failure, warnings } : { error: failure };
    await Promise.all([
        areTotalsWritten ? null : platform.setStatus(failure.message, true),
        areTotalsWritten ? null : platform.records.set('OUTPUT', output).catch(() => {}),
    ]);
    await platform.exit(1);
}

async function describeError(
    error: unknown,
    isAtHome: boolean,
    { describeBug, log }: Pick<FailContext, 'describeBug' | 'log'>,
): Promise<FailedOutput['error']> {
    const broken = [error, (error as Error).cause].find((failure) => failure instanceof LocalStorageError);
    if (broken) return { code: 'storage_failed', message: broken.message };
    if (error instanceof InputError) return { code: error.code, message: error.message };
    if (isPlatformFailure(error)) {
        log.print(`${(error as Error).name}: ${(error as Error).message}`);
        return { code: 'platform_unavailable', message: describeStorageDown(isAtHome) };
    }
    log.print(await describeBug(error));
    return {
        code: 'internal_error',
        message: `The run failed because of a bug in this Actor: ${describeResume(isAtHome)} to continue. Stored rows and charges are safe.`,
    };
}
