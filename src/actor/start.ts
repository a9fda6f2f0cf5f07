import type { Clock } from '../enrichment/clock.ts';
import { createPacer } from '../enrichment/pacer.ts';
import type { ProfileUrl } from '../enrichment/profile-url/profile-url.ts';
import { describeStorageDown, endCompleteRun, failRun, finishRun } from './finish.ts';
import { groupProblems } from './input/describe-problems.ts';
import { saveRunLines } from './input/lines/saved-lines.ts';
import { loadInput } from './input/load-input.ts';
import { resolveApi, type ApiAccess, type SourceDefaults } from './input/sources.ts';
import { createLog, type Log } from './log.ts';
import { openLedger } from './open-ledger.ts';
import { finishEstimate } from './output/estimate.ts';
import { showRun } from './output/show-run.ts';
import { describeResume } from './output/ending.ts';
import { totalRun } from './output/totals.ts';
import { createLifecycle, type Lifecycle } from './platform/lifecycle.ts';
import { isOnApify, openPlatform, type Platform, type PlatformOptions } from './platform/platform.ts';
import { work, type WorkDependencies } from './work.ts';

export type ActorDependencies = WorkDependencies &
    PlatformOptions & {
        /** Rejects with the first unhandled error of the process. */
        unhandledError: () => Promise<never>;
        /** How long a write in doubt may take to appear, in milliseconds. */
        ledgerSettleMs: number;
        /** How long rows and charges are retried, in milliseconds. */
        ledgerPatienceMs: number;
        /** Port of the run's live page; null disables it. */
        webServerPort: number | null;
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
    const progress: Progress = { isWorking: false, areTotalsWritten: false };
    // While profiles are processed, `work` handles unhandled errors, and totals are still written.
    const unhandledOutsideWork = unhandled.catch((error: unknown): Promise<never> => {
        return progress.isWorking ? new Promise(() => {}) : Promise.reject(error);
    });
    try {
        await Promise.race([runActor(platform, dependencies, { log, progress, unhandled }), unhandledOutsideWork]);
    } catch (error) {
        const { describeBug } = dependencies;
        await failRun(platform, error, { describeBug, log, areTotalsWritten: progress.areTotalsWritten });
    }
}

/** Progress of a run, for error handling. */
type Progress = { isWorking: boolean; areTotalsWritten: boolean };

async function runActor(
    platform: Platform,
    dependencies: ActorDependencies,
    { log, progress, unhandled }: { log: Log; progress: Progress; unhandled: Promise<never> },
): Promise<void> {
    const { clock, isSandboxHandle, sourceDefaults, defaultApi: defaults } = dependencies;
    const startedAt = clock.now();
    const lifecycle = createLifecycle({ clock, startedAt: platform.startedAt, timeoutAt: platform.timeoutAt });
    platform.onMigrating(() => lifecycle.stop('migrating'));
    platform.onAborting(() => lifecycle.stop('aborted'));
    stopOnSignal(clock, lifecycle, log);
    if (platform.previousResults !== null)
        log.print(`The previous run’s results were moved to ${platform.previousResults}/.`);

    const loaded = await loadInput(platform, lifecycle, { isSandboxHandle, sourceDefaults, clock, log });
    if (loaded === null) return endCompleteRun(platform, log);
    const { input, earlier, resolved } = loaded;
    if (input.estimateOnly) return finishEstimate(platform, input, resolved, log);
    const { runLines, worklist } = resolved;
    const api = await resolveApi(input, resolved.sources, { defaults, isAtHome: platform.isAtHome });
    if (!earlier) await saveRunLines(platform.records, runLines);

    const run = { ...loaded, platform, clock, lifecycle, log };
    const { ledgerSettleMs: settleMs, ledgerPatienceMs: patienceMs } = dependencies;
    const opened = await openLedger(run, { settleMs, patienceMs });
    const { ledger, lookups, plan, budget } = opened;
    if (plan.warning) log.warn(plan.warning);
    const pacer = createPacer({ maxRequestsPerSecond: input.maxRequestsPerSecond, clock });
    const show = await showRun({
        ...run,
        livePort: dependencies.webServerPort,
        getTotals: () => totalRun(worklist, ledger.getState()),
        invalidLines: groupProblems(runLines, worklist),
        getCompanies: () => (input.includeCompanyDetails ? lookups.getCompanyTotals() : null),
        plan,
        pacer,
        budget,
    });

    const onStarted = () => {
        progress.isWorking = true;
    };
    const report = await work({ ...run, dependencies, api, opened, pacer, show, unhandled, onStarted });
    const onTotalsWritten = () => {
        progress.areTotalsWritten = true;
        progress.isWorking = false;
    };
    await finishRun(report, { ...run, startedAt, opened, show, onTotalsWritten });
}

/**
 * npm forwards a Ctrl-C that the terminal has already delivered: two signals within this time, in ms, are one key
 * press.
 */
const sameKeyPressMs = 500;

/** Stops the run gracefully on Ctrl-C or `SIGTERM`; a second Ctrl-C exits at once with code 130. */
function stopOnSignal(clock: Clock, lifecycle: Lifecycle, log: Log): void {
    let stoppedAt: number | null = null;
    const stop = () => {
        if (stoppedAt !== null) return;
        stoppedAt = clock.now();
        log.print('Stopping: finishing requests in progress … Press Ctrl-C again to exit at once.');
        lifecycle.stop('aborted');
    };
    process.on('SIGTERM', stop).on('SIGINT', () => {
        if (stoppedAt === null || clock.now() - stoppedAt < sameKeyPressMs) return stop();
        log.closeBar();
        log.print(`Stopped at once. Stored rows are safe: ${describeResume(false)} to continue.`);
        process.exit(130);
    });
}
