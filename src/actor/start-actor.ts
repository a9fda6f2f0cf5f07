import { ulid } from 'ulid';
import type { Clock } from '../enrichment/clock.ts';
import type { Source } from '../enrichment/source.ts';
import { createBudget } from './budget.ts';
import { createLogCharger, createPlatformCharger, freeCharger, type Charger, type ChargingMode } from './charger.ts';
import { describeTable, print } from './console-report.ts';
import { parseInput, type ActorInput } from './input.ts';
import { createLedger } from './ledger.ts';
import { createLifecycle } from './lifecycle.ts';
import { openPlatform, type Platform } from './platform.ts';
import { planCharging } from './pricing.ts';
import { describeProgress, reportProgress } from './progress.ts';
import { isPlatformFailure } from './refusal.ts';
import { createRowStore } from './row-store.ts';
import { readRunKey } from './run-key.ts';
import { readRunState, writeRunState } from './run-state.ts';
import { run, type RunReport } from './run.ts';
import { buildEstimate } from './estimate.ts';
import { resolveApi, type ApiAccess } from './resolve-api.ts';
import { InputError } from './input-error.ts';
import { resolveInput } from './resolve-input.ts';
import { describeEnding, sumRun, type FailedOutput, type RunOutput } from './summary.ts';
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

const platformDownMessage =
    'Apify’s storage cannot be reached, so the run stopped. Nothing is lost: resurrect the run to go on with it.';

/**
 * One run of the Actor from input to exit. Ends the process: exit code 0 when the run did what could be done, 1 when
 * the input is wrong, the source refuses everybody or the storage takes no rows.
 */
export async function startActor(dependencies: ActorDependencies): Promise<void> {
    let platform: Platform;
    try {
        platform = await openPlatform(dependencies.clock, dependencies);
    } catch (error) {
        print(`${platformDownMessage} (${(error as Error).message})`);
        process.exit(1);
    }
    try {
        await runToItsEnd(platform, dependencies);
    } catch (error) {
        if (isPlatformFailure(error)) {
            print(`${(error as Error).name}: ${(error as Error).message}`);
            return fail(platform, 'platform_unavailable', platformDownMessage);
        }
        const mistake = error instanceof InputError ? error : null;
        if (!mistake) print(await dependencies.describeBug(error));
        const message =
            mistake?.message ??
            'The run broke off because of a mistake of ours. Resurrect it to go on; rows and charges are safe.';
        await fail(platform, mistake?.code ?? 'internal_error', message);
    }
}

async function fail(platform: Platform, code: string, message: string): Promise<void> {
    print(message);
    const output: FailedOutput = { error: { code, message } };
    await Promise.all([platform.setStatus(message, true), platform.records.set('OUTPUT', output).catch(() => {})]);
    await platform.exit(1);
}

async function runToItsEnd(platform: Platform, dependencies: ActorDependencies): Promise<void> {
    const { clock, ledgerSettleMs: settleMs, ledgerPatienceMs: patienceMs } = dependencies;
    const startedAt = clock.now();
    const { records } = platform;
    const lifecycle = createLifecycle({ clock, startedAt: platform.startedAt, timeoutAt: platform.timeoutAt });
    platform.onMigrating(() => lifecycle.stop('migrating'));
    platform.onAborting(() => lifecycle.stop('aborted'));
    const interrupt = () => lifecycle.stop('aborted');
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);

    const parsing = parseInput(await platform.readInput());
    if (!parsing.ok) throw new InputError(parsing.code, parsing.message);
    const { input, warnings } = parsing;
    for (const warning of warnings) print(warning);

    const earlier = await readRunState(records);
    const { worklist, suppressed, proxy } = await resolveInput(input, platform, dependencies, earlier?.lines ?? null);
    if (input.estimateOnly) return estimate();
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
    const misses = plan.areRowsBilled
        ? createRowStore({ dataset: await platform.openMisses(), clock, settleMs, patienceMs })
        : null;
    const storedMisses = misses && earlier ? await misses.readAll() : [];
    const budget = createBudget(plan.pricing);
    const ledger = createLedger({
        runId: platform.runId,
        rows,
        misses,
        charger: await openCharger(plan.chargingMode),
        budget,
        clock,
        newBatchId: ulid,
        onBroken: (error) => {
            const { message, cause } = error as Error;
            print(`Rows or charges cannot be written: ${message}${cause ? ` (${(cause as Error).message})` : ''}`);
            lifecycle.stop('storage');
        },
    });
    ledger.restore([...storedRows, ...storedMisses], earlier?.chargedBatchIds ?? []);
    let isFinished = false;
    const saveState = () =>
        writeRunState(records, { lines: worklist.lines, chargedBatchIds: ledger.getState().chargedBatchIds });

    const source = await dependencies.openSource({
        mode: input.mode,
        proxy,
        api: api && { ...api, runKey: await readRunKey(platform) },
    });
    const progress = new AbortController();
    void reportProgress({
        clock,
        signal: progress.signal,
        getSums: () => sumRun(worklist, ledger.getState()),
        setStatus: (message) => void platform.setStatus(message),
        log: print,
        logEveryMs: platform.isAtHome ? 30_000 : 2_000,
    });
    const rate = `${input.maxRequestsPerSecond} ${input.maxRequestsPerSecond === 1 ? 'request' : 'requests'} a second`;
    print(`${describeProgress(sumRun(worklist, ledger.getState()))} · at most ${rate}`);

    // Only a hint that saves a restart from making sure of every charge again.
    platform.onPersistState(async () => {
        // At the exit it would be waited for without end.
        if (!isFinished) await saveState().catch(() => {});
    });
    let report: RunReport;
    try {
        report = await run({
            worklist,
            source,
            ledger,
            budget,
            lifecycle,
            clock,
            random: Math.random,
            isOverloaded: dependencies.isOverloaded,
            newRequestId: () => `req_${ulid()}`,
            logRetry: print,
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
        progress.abort();
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
        const { owedCount } = ledger.getState();
        const message = describeEnding(ending, sums, owedCount, reason);
        const seconds = Math.round((clock.now() - startedAt) / 100) / 10;
        const output: RunOutput = {
            ...sums,
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
        if (ending === 'migrating' && platform.isAtHome) await platform.reboot();
        print(describeTable(output, platform.isAtHome ? null : dependencies.storageDir));
        await platform.setStatus(message, true);
        const isWritten = writes.every(({ status }) => status === 'fulfilled');
        if (!isWritten) print('The sums could not be written into the run’s store.');
        const hasFailed = ending === 'refused' || ending === 'source' || ending === 'storage' || ending === 'migrating';
        await platform.exit(hasFailed || owedCount > 0 || !isWritten ? 1 : 0);
    }

    async function estimate(): Promise<void> {
        const facts = { ...(await platform.readPricing()), isAtHome: platform.isAtHome, mode: input.mode };
        const { pricing } = planCharging({ ...facts, storedRows: 0, storedFound: 0 });
        const { estimate, message } = buildEstimate(worklist, pricing, input.maxRequestsPerSecond);
        await records.set('OUTPUT', { estimate, message, warnings });
        print(message);
        await platform.setStatus(message, true);
        await platform.exit(0);
    }

    async function openCharger(mode: ChargingMode): Promise<Charger> {
        if (mode === 'platform' && platform.chargeClient) {
            return createPlatformCharger(platform.chargeClient, clock, patienceMs);
        }
        return mode === 'log' ? createLogCharger(await platform.openChargingLog(), clock) : freeCharger;
    }
}
