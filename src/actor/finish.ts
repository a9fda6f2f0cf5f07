import { describePlaces, describeTable, listPlaces } from './console-report.ts';
import type { Log } from './log.ts';
import type { LoadedRun, OpenedLedger } from './open-ledger.ts';
import type { Platform } from './platform/platform.ts';
import { writeRunState } from './platform/run-state.ts';
import type { RunReport } from './process-list.ts';
import type { WorkDependencies } from './work.ts';
import { describeEnding, describeResume, describeWhy, failedEndings } from './output/ending.ts';
import { costOf, countChanged, countWouldCharge, type FailedOutput, type RunOutput } from './output/totals.ts';
import type { RunShow } from './output/show-run.ts';
import { readRest } from './input/lines/saved-lines.ts';
import { areExportsWanted, writeExportFiles } from './output/write-export-files.ts';
import { InputError } from './input-error.ts';
import { isPlatformFailure, LocalStorageError } from './platform/errors.ts';

export type FinishRunOptions = LoadedRun & {
    startedAt: number;
    opened: OpenedLedger;
    show: RunShow;
    /** Called once `OUTPUT` is written; later failures must not overwrite it. */
    onTotalsWritten: () => void;
};

/** Reports the outcome in OUTPUT, status, log and exports; exits or reboots. */
export async function finishRun(report: RunReport, options: FinishRunOptions): Promise<void> {
    const { platform, clock, opened, show, log } = options;
    log.warn(...describeUnread(report.unreadSections));
    const isWatchSaved = opened.watch === null || (await opened.watch.close().catch(() => false));
    if (!isWatchSaved) log.warn('The snapshots of the watch could not be saved.');
    const { output, why, owedCount } = await describeRun(report, options);
    const { ending, remaining } = output;
    const isWritten = await writeTotals(output, report, options);
    options.onTotalsWritten();
    if (ending === 'migrating' && platform.isAtHome) {
        await show.end(null);
        await platform.reboot();
    }
    log.print(describeTable(output));
    await platform.setStatus(output.message, true);

    const endedAt = clock.now();
    const hasExports = isWritten && (await writeExports(output, { why, failedUrls: report.failedUrls }, options));
    const hasAllFiles = isWritten && (hasExports || !areExportsWanted(output, platform));
    const isDone = ending === 'completed' && remaining === 0 && owedCount === 0;
    // A resumed run writes what this one could not.
    if (isDone && isWatchSaved && hasAllFiles && !platform.isAtHome)
        await writeRunState(platform.records, opened.ledger.getState(), true).catch(() => {});
    const end = { kind: ending, why, at: endedAt, places: listPlaces(platform, hasExports) };
    await show.end(end).catch((error: unknown) => log.print(String(error)));
    log.print(describePlaces(platform, hasExports));
    if (!isWritten) log.print('The totals could not be written to the run’s key-value store.');
    const hasFailed = failedEndings.has(ending) || ending === 'migrating' || owedCount > 0 || !isWritten;
    await platform.exit(hasFailed ? 1 : 0);
}

/** The `OUTPUT` record, why the run ended, and the number of profiles found that could not be charged yet. */
async function describeRun(
    { totals, ...report }: RunReport,
    { platform, clock, log, input, resolved, startedAt, opened, show }: FinishRunOptions,
): Promise<{ output: RunOutput; why: string; owedCount: number }> {
    const { ledger, lookups, plan, watch } = opened;
    const { sampleCount, runLines } = resolved;
    const state = ledger.getState();
    const { owedCount, rows, skipped } = state;
    const changed = watch ? { changed: countChanged(state) } : {};
    const failure = await platform.findFailure();
    const ending = failure?.isLost ? 'storage_lost' : report.ending;
    const reason = failure?.message ?? report.reason;
    const isTest = input.mode === 'test';
    const cost = costOf(totals.charged, plan);
    const isCompared = skipped.size > 0 || rows.some(({ change }) => change !== undefined && change !== 'new');
    const { isAtHome } = platform;
    const circumstances = { owedCount, isAtHome, reason, sampleCount, isTest, cost, isCompared };
    const requests = show.getRequestMetrics();
    const output: RunOutput = {
        ...totals,
        ...changed,
        ending,
        message: describeEnding(ending, { ...totals, ...changed }, circumstances),
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
    return { output, why: describeWhy(ending, totals, circumstances), owedCount };
}

/** Whether everything was written. */
async function writeTotals(
    output: RunOutput,
    { remainingUrls, failedUrls }: RunReport,
    { platform: { records }, resolved, opened }: FinishRunOptions,
): Promise<boolean> {
    const writes = await Promise.allSettled([
        records.set('OUTPUT', output),
        records.set('REMAINING_URLS', [...remainingUrls, ...resolved.runLines.rest]),
        records.set('FAILED_URLS', failedUrls),
        writeRunState(records, opened.ledger.getState()),
        opened.lookups.save(true),
    ]);
    return writes.every(({ status }) => status === 'fulfilled');
}

function writeExports(
    output: RunOutput,
    { why, failedUrls }: { why: string; failedUrls: readonly string[] },
    { platform, clock, log, input, earlier, resolved, startedAt, opened, show }: FinishRunOptions,
): Promise<boolean> {
    const ledger = opened.ledger.getState();
    const facts = {
        output,
        why,
        failedCount: failedUrls.length,
        timeline: show.getMetrics().timeline,
        limitPerSecond: input.maxRequestsPerSecond,
        startedAt,
        isResumed: earlier !== null,
        listPlaces: () => listPlaces(platform, true),
    };
    const columns = {
        format: input.exportFormat,
        fields: input.fields,
        isWatched: opened.watch !== null,
        hasCompanies: input.includeCompanyDetails,
    };
    const sources = { ...resolved, ledger, columns, readRest: () => readRest(platform.records, resolved.runLines) };
    const { datasets } = opened;
    return writeExportFiles({ platform, log, datasets, rowCount: ledger.rows.length, clock, facts, sources });
}

/** Ends a resumed local run that is already complete, with the locations of its results. */
export async function endCompleteRun(platform: Platform, log: Log): Promise<void> {
    log.print('This run is complete, so there is nothing left to do. `npm start` starts a new one.');
    log.print(describePlaces(platform, true));
    await platform.exit(0);
}

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

export type FailContext = Pick<WorkDependencies, 'describeBug'> & {
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
