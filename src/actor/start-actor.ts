import { Actor } from 'apify';
import { ulid } from 'ulid';
import type { Clock } from '../enrichment/clock.ts';
import type { Source } from '../enrichment/source.ts';
import { createPacer } from '../enrichment/pacer.ts';
import { createBudget } from './budget.ts';
import { openCharger } from './open-charger.ts';
import { describeTable, print } from './console-report.ts';
import { describeStorageDown, failRun } from './fail-run.ts';
import type { ActorInput } from './input.ts';
import { createLedger } from './ledger.ts';
import { createLifecycle } from './lifecycle.ts';
import { openPlatform, type Platform } from './platform.ts';
import { planCharging } from './pricing.ts';
import { createRetryLog } from './retry-log.ts';
import { createRowStore } from './row-store.ts';
import { readRunKey } from './run-key.ts';
import { writeRunState } from './run-state.ts';
import { run, type RunReport } from './run.ts';
import type { Watch } from './watch/watch.ts';
import { showRun } from './show-run.ts';
import { answerEstimate } from './estimate.ts';
import { resolveApi, type ApiAccess } from './resolve-api.ts';
import { takeInput } from './take-input.ts';
import { writeFilesForPeople } from './write-files-for-people.ts';
import { countChanged, describeEnding, sumRun, type RunOutput } from './summary.ts';
import type { ProfileUrl } from '../enrichment/profile-url.ts';

export type ActorDependencies = {
    clock: Clock;
    /** What the log says of an error that is a mistake of ours. */
    describeBug: (error: unknown) => Promise<string>;
    isOverloaded: () => boolean;
    memoryMbytes: number;
    /** Where a local run keeps its storages. */
    storageDir: string;
    ledgerSettleMs: number;
    ledgerPatienceMs: number;
    platformTimeoutMs: number;
    /** Where the live page of the run is served; null: nowhere. */
    webServerPort: number | null;
    /** Opens the source for the input's mode. `proxy` is null where none is asked for. */
    openSource: (options: {
        mode: ActorInput['mode'];
        proxy: { newUrl(sessionId?: string): Promise<string | undefined> } | null;
        /** The HTTP API to ask instead of LinkedIn; `runKey` names this run for as long as it can be resumed. */
        api: (ApiAccess & { runKey: string }) | null;
    }) => Promise<Source>;
    /** The API to ask where the input does not say. */
    defaultApi: Partial<ApiAccess>;
    /** Whether a handle is one of the sandbox's. */
    isSandboxHandle: (profileUrl: ProfileUrl) => boolean;
};

/**
 * One run of the Actor from input to exit. Ends the process: exit code 0 when the run did what could be done, 1 when
 * the input is wrong, the source refuses everybody or the storage takes no rows.
 */
export async function startActor(dependencies: ActorDependencies): Promise<void> {
    let platform: Platform;
    try {
        platform = await openPlatform(dependencies.clock, dependencies);
    } catch (error) {
        print(`${describeStorageDown(Actor.isAtHome())} (${(error as Error).message})`);
        process.exit(1);
    }
    const warnings: string[] = [];
    try {
        await runToItsEnd(platform, dependencies, warnings);
    } catch (error) {
        await failRun(platform, error, { describeBug: dependencies.describeBug, warnings });
    }
}

async function runToItsEnd(platform: Platform, dependencies: ActorDependencies, warnings: string[]): Promise<void> {
    const { clock, ledgerSettleMs: settleMs, ledgerPatienceMs: patienceMs } = dependencies;
    const startedAt = clock.now();
    const { records } = platform;
    const lifecycle = createLifecycle({ clock, startedAt: platform.startedAt, timeoutAt: platform.timeoutAt });
    platform.onMigrating(() => lifecycle.stop('migrating'));
    platform.onAborting(() => lifecycle.stop('aborted'));
    const interrupt = () => {
        print('Stopping: finishing what is under way …');
        lifecycle.stop('aborted');
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);

    const { isSandboxHandle } = dependencies;
    const { input, earlier, resolved } = await takeInput(platform, lifecycle, { isSandboxHandle, warnings });
    const { worklist, suppressed, proxy } = resolved;
    if (input.estimateOnly) return answerEstimate(platform, input, resolved, warnings);
    const api = resolveApi(input, dependencies.defaultApi);
    if (!earlier) await writeRunState(records, { lines: worklist.lines, chargedBatchIds: [] });

    const rows = createRowStore({ dataset: platform.rows, clock, settleMs, patienceMs });
    // What an earlier start pushed last may take a moment to show.
    if (earlier) await clock.sleep(settleMs);
    const storedRows = earlier ? await rows.readAll() : [];
    const pricing = await platform.readPricing();
    const plan = planCharging({
        ...pricing,
        isAtHome: platform.isAtHome,
        mode: input.mode,
        storedRows: storedRows.length,
        storedFound: storedRows.reduce((sum, row) => sum + row.meta.credits_used, 0),
    });
    if (plan.warning) warnings.push(plan.warning);
    const missesDataset = plan.areRowsBilled ? await platform.openMisses() : null;
    const misses = missesDataset && createRowStore({ dataset: missesDataset, clock, settleMs, patienceMs });
    const storedMisses = misses && earlier ? await misses.readAll() : [];
    const watch = await openWatch(storedRows.length);
    const budget = createBudget(plan.pricing);
    const ledger = createLedger({
        runId: platform.runId,
        rows,
        misses,
        charger: await openCharger(plan.chargingMode, platform, clock, patienceMs),
        budget,
        clock,
        newBatchId: ulid,
        onBroken: (error) => {
            const { message, cause } = error as Error;
            print(`Rows or charges cannot be written: ${message}${cause ? ` (${(cause as Error).message})` : ''}`);
            lifecycle.stop('storage');
        },
        onSettled: (stored) => watch?.noteStored(stored),
    });
    ledger.restore([...storedRows, ...storedMisses], earlier?.chargedBatchIds ?? []);
    let isFinished = false;
    const saveState = () =>
        writeRunState(records, { lines: worklist.lines, chargedBatchIds: ledger.getState().chargedBatchIds });

    const pacer = createPacer({ maxRequestsPerSecond: input.maxRequestsPerSecond, clock });
    const getSums = () => sumRun(worklist, ledger.getState());
    const livePort = dependencies.webServerPort;
    const show = await showRun({ clock, platform, livePort, getSums, input, plan, pacer, budget, lifecycle });
    const source = show.watchSource(
        await dependencies.openSource({
            mode: input.mode,
            proxy,
            api: api && { ...api, runKey: await readRunKey(platform) },
        }),
    );

    // Only a hint that saves a restart from making sure of every charge again.
    platform.onPersistState(async () => {
        // At the exit it would be waited for without end.
        if (!isFinished) await saveState().catch(() => {});
    });
    const retryLog = createRetryLog((message) => show.print(message));
    let report: RunReport;
    try {
        report = await run({
            worklist,
            source,
            pacer,
            watch,
            ledger,
            budget,
            lifecycle,
            clock,
            random: Math.random,
            isOverloaded: dependencies.isOverloaded,
            newRequestId: () => `req_${ulid()}`,
            onRetry: retryLog.note,
            onAnswered: (inputIndex, enrichment) => show.noteAnswer(inputIndex, enrichment),
            settings: {
                mode: input.mode,
                maxRequestsPerSecond: input.maxRequestsPerSecond,
                maxConcurrency: input.maxConcurrency ?? Math.max(8, Math.floor(dependencies.memoryMbytes / 4)),
                isConcurrencyFixed: input.maxConcurrency !== undefined,
                limits: { maxAttempts: input.maxAttempts, timeoutMs: input.timeoutSecs * 1000 },
                duplicates: input.duplicates,
                fields: input.fields,
                suppressed,
            },
        });
    } finally {
        isFinished = true;
        retryLog.close();
        show.stop();
        lifecycle.close();
        await source.close();
    }
    for (const [section, count] of report.unreadSections) {
        warnings.push(
            `The section \`${section}\` could not be read on ${count} ${count === 1 ? 'page' : 'pages'}: LinkedIn may have changed its layout.`,
        );
    }
    await finish(report);

    async function finish({ ending, reason, sums, remainingUrls }: RunReport): Promise<void> {
        if (watch && !(await watch.close())) warnings.push('What this run learned for the watch could not be saved.');
        const { owedCount } = ledger.getState();
        const changed = watch ? { changed: countChanged(ledger.getState()) } : {};
        const { isAtHome } = platform;
        const message = describeEnding(ending, { ...sums, ...changed }, { owedCount, isAtHome, reason });
        const seconds = Math.round((clock.now() - startedAt) / 100) / 10;
        const output: RunOutput = {
            ...sums,
            ...changed,
            ending,
            message,
            mode: input.mode,
            charging: plan.chargingMode,
            seconds,
            warnings,
        };
        const writes = await Promise.allSettled([
            records.set('OUTPUT', output),
            records.set('REMAINING_URLS', remainingUrls),
            saveState(),
        ]);
        if (ending === 'migrating' && platform.isAtHome) {
            await show.end(null);
            await platform.reboot();
        }
        print(describeTable(output, platform.isAtHome ? null : dependencies.storageDir));
        await platform.setStatus(message, true);
        const isWritten = writes.every(({ status }) => status === 'fulfilled');
        const datasets = missesDataset ? [platform.rows, missesDataset] : [platform.rows];
        const rowCount = ledger.getState().rows.length;
        const { timeline } = show.getFigures();
        const facts = { output, timeline, limitPerSecond: input.maxRequestsPerSecond, isResumed: earlier !== null };
        const writing = isWritten ? writeFilesForPeople({ platform, datasets, rowCount, clock, facts }) : null;
        await Promise.all([show.end(message), writing]);
        if (!isWritten) print('The sums could not be written into the run’s store.');
        const hasFailed = ending === 'refused' || ending === 'source' || ending === 'storage' || ending === 'migrating';
        await platform.exit(hasFailed || owedCount > 0 || !isWritten ? 1 : 0);
    }

    async function openWatch(rowCount: number): Promise<Watch | null> {
        if (input.watch === undefined) return null;
        const { startWatch } = await import('./watch/start-watch.ts');
        return startWatch({
            name: input.watch,
            onlyChanged: input.onlyChanged,
            resolved: { worklist, suppressed },
            records,
            openLastingStore: platform.openLastingStore,
            clock,
            newId: ulid,
            earlier: { dataset: platform.rows, rowCount },
        });
    }
}
