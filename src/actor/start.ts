import type { Clock } from '../enrichment/clock.ts';
import { refusedCompaniesToGiveUp, type Companies } from '../enrichment/companies.ts';
import type { SourceName } from '../enrichment/result/result.ts';
import type { Source } from '../enrichment/source.ts';
import type { SourceChain } from '../enrichment/source-chain.ts';
import { createPacer } from '../enrichment/pacer.ts';
import { createLog, type Log } from './log.ts';
import { describeStorageDown, endCompleteRun, failRun, finishRun } from './finish.ts';
import type { SourceDefaults } from './input/sources.ts';
import { createLifecycle } from './platform/lifecycle.ts';
import { openChain, type SourceAccess } from './open-chain.ts';
import { openLedger } from './open-ledger.ts';
import type { SpendingLimits } from './platform/charging.ts';
import { isOnApify, openPlatform, type Platform } from './platform/platform.ts';
import { isPlatformFailure } from './platform/errors.ts';
import { createBugLog, createRetryLog } from './output/retry-log.ts';
import { readRunKey, writeRunState } from './platform/run-state.ts';
import { buildRunReport, type RunReport } from './run-report.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { run } from './work.ts';
import { showRun } from './output/show-run.ts';
import { finishEstimate } from './output/estimate.ts';
import { resolveApi, type ApiAccess } from './input/resolve-api.ts';
import { groupProblems } from './input/describe-problems.ts';
import { loadInput } from './input/load-input.ts';
import { saveRunLines } from './input/lines/saved-lines.ts';
import { totalRun } from './output/totals.ts';
import type { ProfileUrl } from '../enrichment/profile-url/profile-url.ts';

export type ActorDependencies = {
    clock: Clock;
    newRequestId: () => string;
    /** Describes an unexpected error for the log. */
    describeBug: (error: unknown) => Promise<string>;
    /** Rejects with the first unhandled error of the process. */
    unhandledError: () => Promise<never>;
    isOverloaded: () => boolean;
    memoryMbytes: number;
    /** Storage directory of a local run. */
    storageDir: string;
    keepsPreviousResults: boolean;
    ledgerSettleMs: number;
    ledgerPatienceMs: number;
    platformTimeoutMs: number;
    /** Spending limits from the environment. */
    spendingLimits: SpendingLimits;
    /** Port of the run's live page; null disables it. */
    webServerPort: number | null;
    openSource: (name: SourceName, access: SourceAccess) => Promise<Source>;
    /** Default sources, and the operator's provider keys. */
    sourceDefaults: SourceDefaults;
    /** Default API for the `enrichment-api` source. */
    defaultApi: Partial<Pick<ApiAccess, 'baseUrl' | 'apiKey'>>;
    isSandboxHandle: (profileUrl: ProfileUrl) => boolean;
};

/**
 * Runs the Actor from input to exit. Ends the process with code 0 when the run did what it could, 1 when the input is
 * invalid, every source refused or storage failed.
 */
export async function startActor(dependencies: ActorDependencies): Promise<void> {
    const log = createLog();
    let platform: Platform;
    try {
        platform = await openPlatform(dependencies.clock, dependencies);
    } catch (error) {
        log.print(`${describeStorageDown(isOnApify())} (${(error as Error).message})`);
        process.exit(1);
    }
    const unhandled = dependencies.unhandledError();
    const work: WorkState = { isRunning: false, areTotalsWritten: false, unhandled };
    // While profiles are processed, `runActor` handles unhandled errors itself and still writes totals.
    const unhandledOutsideWork = unhandled.catch((error: unknown): Promise<never> => {
        return work.isRunning ? new Promise(() => {}) : Promise.reject(error);
    });
    try {
        await Promise.race([runActor(platform, dependencies, { log, work }), unhandledOutsideWork]);
    } catch (error) {
        const { describeBug } = dependencies;
        await failRun(platform, error, { describeBug, log, areTotalsWritten: work.areTotalsWritten });
    }
}

/** Progress of a run for error handling; `unhandled` rejects with the first unhandled error. */
type WorkState = { isRunning: boolean; areTotalsWritten: boolean; unhandled: Promise<never> };

const companiesRefused = `LinkedIn refused ${refusedCompaniesToGiveUp} companies in a row, so no more were requested: \`company_details\` is null in later rows. Profiles are not affected.`;
const companiesUnavailable =
    'No source of this run has company pages (`public-page` is not among `sources`): `company_details` is set only where a provider record includes it.';

async function runActor(
    platform: Platform,
    dependencies: ActorDependencies,
    { log, work }: { log: Log; work: WorkState },
): Promise<void> {
    const { clock, isSandboxHandle, sourceDefaults, defaultApi: defaults } = dependencies;
    const startedAt = clock.now();
    const { records, previousResults } = platform;
    const lifecycle = createLifecycle({ clock, startedAt: platform.startedAt, timeoutAt: platform.timeoutAt });
    platform.onMigrating(() => lifecycle.stop('migrating'));
    platform.onAborting(() => lifecycle.stop('aborted'));
    stopOnSignal(clock, lifecycle, log);
    if (previousResults !== null) log.print(`The previous run’s results were moved to ${previousResults}/.`);

    const taken = await loadInput(platform, lifecycle, { isSandboxHandle, sourceDefaults, clock, log });
    if (taken === null) return endCompleteRun(platform, log);
    const { input, earlier, resolved } = taken;
    const { runLines, worklist, suppressed, proxy, sources } = resolved;
    if (input.estimateOnly) return finishEstimate(platform, input, resolved, log);
    const api = await resolveApi(input, sources, { defaults, isAtHome: platform.isAtHome });
    if (!earlier) await saveRunLines(records, runLines);

    const opened = await openLedger({
        platform,
        clock,
        taken,
        log,
        settleMs: dependencies.ledgerSettleMs,
        patienceMs: dependencies.ledgerPatienceMs,
        onBroken: () => lifecycle.stop('storage'),
    });
    const { ledger, budget, lookups, plan, watch } = opened;
    if (plan.warning) log.warn(plan.warning);
    let isFinished = false;
    const saveState = (isComplete = false) =>
        writeRunState(records, { chargedBatchIds: ledger.getState().chargedBatchIds, isComplete });

    const pacer = createPacer({ maxRequestsPerSecond: input.maxRequestsPerSecond, clock });
    const getTotals = () => totalRun(worklist, ledger.getState());
    const getCompanies = () => (input.includeCompanyDetails ? lookups.getCompanyTotals() : null);
    const livePort = dependencies.webServerPort;
    const show = await showRun({
        clock,
        log,
        platform,
        livePort,
        getTotals,
        invalidLines: groupProblems(runLines, worklist),
        getCompanies,
        input,
        plan,
        pacer,
        budget,
        lifecycle,
    });
    // An optimisation: without it a restart repeats every charge call under the same key.
    platform.onPersistState(async () => {
        // During exit the SDK waits for this listener, so it does nothing then.
        if (!isFinished) await saveState().catch(() => {});
    });
    const retryLog = createRetryLog(log.print);
    const onBug = createBugLog(log.print, dependencies.describeBug);
    const maxConcurrency = input.maxConcurrency ?? Math.max(8, Math.floor(dependencies.memoryMbytes / 4));
    let report: RunReport;
    let chain: SourceChain | null = null;
    let companies: Companies | null = null;
    let working: Promise<RunReport> | null = null;
    try {
        const sourced = await openChain({
            openSource: dependencies.openSource,
            access: {
                proxy,
                sessionMaxUses: input.sessionMaxUses,
                api: api && { ...api, runKey: await readRunKey(platform) },
            },
            sources,
            settings: input,
            show,
            pacer,
            lookups,
            lifecycle,
            clock,
            isSuppressed: (canonicalUrl) => suppressed.has(canonicalUrl),
            onRetry: retryLog.recordProfile,
            onSourceUnusable: (message) => log.warn(message),
            companies: {
                known: opened.companies,
                maxInFlight: maxConcurrency,
                onRetry: (path, failure, delayMs) => retryLog.recordCompany(path, failure, delayMs),
                onAsked: (outcome) => lookups.recordCompany(outcome),
                onGivenUp: () => log.warn(companiesRefused),
                onBug,
            },
        });
        chain = sourced.chain;
        companies = sourced.companies;
        if (input.includeCompanyDetails && companies === null && !api) log.warn(companiesUnavailable);
        work.isRunning = true;
        working = run({
            worklist,
            chain,
            companies,
            watch,
            ledger,
            budget,
            lifecycle,
            clock,
            isOverloaded: dependencies.isOverloaded,
            newRequestId: dependencies.newRequestId,
            onBug,
            onProcessed: (line, enrichment) => show.recordProcessed(line, enrichment),
            settings: {
                mode: input.mode,
                maxRequestsPerSecond: input.maxRequestsPerSecond,
                maxConcurrency,
                isConcurrencyFixed: input.maxConcurrency !== undefined,
                duplicates: input.duplicates,
                fields: input.fields,
                keepColumns: input.keepColumns,
                includeCompanyDetails: input.includeCompanyDetails,
                timeoutMs: input.timeoutSecs * 1000,
                suppressed,
            },
        });
        report = await Promise.race([working, work.unhandled]);
    } catch (error) {
        onBug(error);
        // Stop the work still in progress after an unhandled error.
        lifecycle.stop('aborted');
        await working?.catch(() => {});
        await ledger.drain(lifecycle.giveUpSignal);
        const ending = isPlatformFailure(error) ? 'storage' : 'internal_error';
        const failed = { ending, reason: '', unreadSections: new Map<string, number>() } as const;
        report = buildRunReport(failed, { worklist, ledger, duplicates: input.duplicates });
    } finally {
        // From here on unhandled errors are only logged, so that the totals are always written.
        void work.unhandled.catch(onBug);
        isFinished = true;
        retryLog.close();
        show.stop();
        lifecycle.close();
        companies?.close();
        await chain?.close().catch(onBug);
    }
    await finishRun(report, {
        onTotalsWritten: () => {
            work.areTotalsWritten = true;
            work.isRunning = false;
        },
        platform,
        clock,
        startedAt,
        taken,
        opened,
        show,
        log,
        saveState,
    });
}
