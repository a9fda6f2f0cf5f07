import type { Clock } from '../enrichment/clock.ts';
import { refusedCompaniesToGiveUp, type Companies } from '../enrichment/companies.ts';
import type { SourceName } from '../enrichment/result/result.ts';
import type { Source } from '../enrichment/source.ts';
import type { SourceChain } from '../enrichment/source-chain.ts';
import { createPacer } from '../enrichment/pacer.ts';
import { createLog, type Log } from './log.ts';
import { describeStorageDown, failRun, finishRun } from './finish.ts';
import type { SourceDefaults } from './input/sources.ts';
import { createLifecycle, type Lifecycle } from './platform/lifecycle.ts';
import { openChain, type SourceAccess } from './open-chain.ts';
import { openLedger } from './open-ledger.ts';
import type { SpendingLimits } from './platform/charging.ts';
import { isOnApify, openPlatform, type Platform } from './platform/platform.ts';
import { isPlatformFailure } from './platform/errors.ts';
import { createBugLog, createRetryLog } from './output/terminal/retry-log.ts';
import { readRunKey, writeRunState } from './platform/run-state.ts';
import { buildRunReport, run, type RunReport } from './work.ts';
import { showRun } from './output/show-run.ts';
import { answerEstimate } from './output/estimate.ts';
import { resolveApi, type ApiAccess } from './input/resolve-api.ts';
import { groupProblems } from './input/describe-problems.ts';
import { takeInput } from './input/load-input.ts';
import { saveRunLines } from './input/lines/saved-lines.ts';
import { describeResume, totalRun } from './output/totals.ts';
import type { ProfileUrl } from '../enrichment/profile-url/profile-url.ts';

export type ActorDependencies = {
    clock: Clock;
    newRequestId: () => string;
    /** What the log says of an error that is a mistake of ours. */
    describeBug: (error: unknown) => Promise<string>;
    /** Rejects with the first error that nobody handles. */
    unhandledError: () => Promise<never>;
    isOverloaded: () => boolean;
    memoryMbytes: number;
    /** Where a local run keeps its storages. */
    storageDir: string;
    keepsPreviousResults: boolean;
    ledgerSettleMs: number;
    ledgerPatienceMs: number;
    platformTimeoutMs: number;
    /** What the environment says the run may cost. */
    spendingLimits: SpendingLimits;
    /** Where the live page of the run is served; null: nowhere. */
    webServerPort: number | null;
    /** Opens one source of the run. */
    openSource: (name: SourceName, access: SourceAccess) => Promise<Source>;
    /** The sources to ask where the input does not say, and the keys that all callers may use. */
    sourceDefaults: SourceDefaults;
    /** The API to ask where the input does not say. */
    defaultApi: Partial<Pick<ApiAccess, 'baseUrl' | 'apiKey'>>;
    /** Whether a handle is one of the sandbox's. */
    isSandboxHandle: (profileUrl: ProfileUrl) => boolean;
};

/**
 * One run of the Actor from input to exit. Ends the process: exit code 0 when the run did what could be done, 1 when
 * the input is wrong, the source refuses everybody or the storage takes no rows.
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
    const work: WorkState = { isUnderWay: false, areTotalsWritten: false, unhandled };
    // Of an error while profiles are worked on, the work makes an end of its own, with totals.
    const elsewhere = unhandled.catch((error: unknown): Promise<never> => {
        return work.isUnderWay ? new Promise(() => {}) : Promise.reject(error);
    });
    try {
        await Promise.race([runToItsEnd(platform, dependencies, { log, work }), elsewhere]);
    } catch (error) {
        const { describeBug } = dependencies;
        await failRun(platform, error, { describeBug, log, areTotalsWritten: work.areTotalsWritten });
    }
}

/** Whether profiles are worked on and the totals not yet written, and what rejects with an error that nobody handles. */
type WorkState = { isUnderWay: boolean; areTotalsWritten: boolean; unhandled: Promise<never> };

const companiesRefused = `LinkedIn refused ${refusedCompaniesToGiveUp} companies in a row, so no more were asked for: \`company_details\` is null in the rows after that. The profiles are not affected.`;
const companiesUnasked =
    'No source of this run has company pages (`public-page` is not among `sources`): `company_details` is there only where a record holds it.';

async function runToItsEnd(
    platform: Platform,
    dependencies: ActorDependencies,
    { log, work }: { log: Log; work: WorkState },
): Promise<void> {
    const { clock } = dependencies;
    const startedAt = clock.now();
    const { records } = platform;
    const lifecycle = createLifecycle({ clock, startedAt: platform.startedAt, timeoutAt: platform.timeoutAt });
    platform.onMigrating(() => lifecycle.stop('migrating'));
    platform.onAborting(() => lifecycle.stop('aborted'));
    stopOnSignal(clock, lifecycle, log);
    const { previousResults } = platform;
    if (previousResults !== null) log.print(`The results of the run before are in ${previousResults}/ now.`);

    const { isSandboxHandle, sourceDefaults } = dependencies;
    const taken = await takeInput(platform, lifecycle, { isSandboxHandle, sourceDefaults, clock, log });
    const { input, earlier, resolved } = taken;
    const { runLines, worklist, suppressed, proxy, sources } = resolved;
    if (input.estimateOnly) return answerEstimate(platform, input, resolved, log);
    const { isAtHome } = platform;
    const api = await resolveApi(input, sources, { defaults: dependencies.defaultApi, isAtHome });
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
    const saveState = () => writeRunState(records, { chargedBatchIds: ledger.getState().chargedBatchIds });

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
    // Only a hint that saves a restart from making sure of every charge again.
    platform.onPersistState(async () => {
        // At the exit it would be waited for without end.
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
            onRetry: retryLog.note,
            onSourceLost: (message) => log.warn(message),
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
        if (input.includeCompanyDetails && companies === null && !api) log.warn(companiesUnasked);
        work.isUnderWay = true;
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
            onAnswered: (line, enrichment) => show.recordAnswer(line, enrichment),
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
        // What is still under way after an error from elsewhere.
        lifecycle.stop('aborted');
        await working?.catch(() => {});
        await ledger.drain(lifecycle.giveUpSignal);
        const ending = isPlatformFailure(error) ? 'storage' : 'internal_error';
        const broken = { ending, reason: '', unreadSections: new Map<string, number>() } as const;
        report = buildRunReport(broken, { worklist, ledger, settings: input });
    } finally {
        // From here on the totals are on their way, and nothing may keep them from being written.
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
            work.isUnderWay = false;
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

/** npm passes Ctrl-C on to a process that the terminal has told already; how far apart the two are, in milliseconds. */
const sameKeyPressMs = 500;

/** On Ctrl-C or `SIGTERM`, ends the run with what is under way; on a second Ctrl-C at once, with exit code 130. */
function stopOnSignal(clock: Clock, lifecycle: Lifecycle, log: Log): void {
    let askedAt: number | null = null;
    const stop = () => {
        if (askedAt !== null) return;
        askedAt = clock.now();
        log.print('Stopping: finishing what is under way … Ctrl-C again ends it at once.');
        lifecycle.stop('aborted');
    };
    process.on('SIGTERM', stop).on('SIGINT', () => {
        if (askedAt === null || clock.now() - askedAt < sameKeyPressMs) return stop();
        log.closeBar();
        log.print(`Ended at once. Nothing stored is lost: ${describeResume(false)} to go on with it.`);
        process.exit(130);
    });
}
