import type { Clock } from '../enrichment/clock.ts';
import type { Source } from '../enrichment/source.ts';
import { createBudget } from './ledger/budget.ts';
import { openLookups } from './ledger/lookups.ts';
import { openCharger, profileFoundEvent } from './ledger/charger.ts';
import { createLog } from './log.ts';
import { InputError } from './input-error.ts';
import { parseInput, type ActorInput } from './input/input.ts';
import { planSources, resolveApi, type SourcePlan } from './input/sources.ts';
import { openProxy } from './input/proxy.ts';
import { openPlatform } from './platform/platform.ts';
import { planCharging } from './ledger/pricing.ts';
import { readRunKey } from './platform/run-state.ts';
import type { ActorDependencies } from './start.ts';
import { pollSuppressedUrls, readSuppressedUrls } from './input/suppression-list.ts';

/** Input fields that apply to batch runs only; in Standby each request has its own. */
const batchOnlyFields = [
    'profileUrls',
    'urls',
    'linkedinUrls',
    'startUrls',
    'duplicates',
    'watch',
    'onlyChanged',
    'estimateOnly',
    'requiredFields',
    'includeCompanyDetails',
] as const;

/** How long a response waits for its charge, in milliseconds; the charge then completes in the background. */
const chargePatienceMs = 1500;

/** Opens a Standby run from its input, for the API it hosts. Exits with code 1 when the input is invalid. */
export async function openStandby(dependencies: ActorDependencies) {
    const { clock, ledgerPatienceMs } = dependencies;
    const log = createLog();
    const platform = await openPlatform(clock, dependencies);
    const ending = new Promise<void>((resolve) => {
        platform.onMigrating(resolve);
        platform.onAborting(resolve);
        process.once('SIGINT', resolve).once('SIGTERM', resolve);
    });
    try {
        return await open();
    } catch (error) {
        const inputError = error instanceof InputError ? error : null;
        log.print(inputError?.message ?? (await dependencies.describeBug(error)));
        await platform.setStatus(
            inputError?.message ?? 'The run could not start because of a bug in this Actor.',
            true,
        );
        await platform.exit(1);
        throw error;
    }

    async function open() {
        const parsing = parseInput(await platform.readInput());
        if (!parsing.ok) throw new InputError(parsing.code, parsing.message);
        const { input } = parsing;
        log.warn(...parsing.warnings, ...describeUnused(input));
        const plan = planCharging({ ...(await platform.readPricing()), mode: input.mode });
        const sourcePlan = planSources(input, dependencies.sourceDefaults);
        const sources = await openSources(input, sourcePlan);
        const closeSources = () => Promise.all(sources.map((source) => source.close()));
        const lookups = await openLookups(platform.records, sourcePlan.maxLookups);
        const charger = await openCharger(plan.chargingMode, platform, clock, ledgerPatienceMs);
        const budget = createBudget(plan.pricing);
        const owed = new Set<Promise<void>>();
        let saving: Promise<void> | null = null;
        const suppressed = await readSuppressedUrls(input, platform.readForeignRecord);
        return {
            input,
            sources,
            /** The lookup budget. */
            lookups: { ...lookups.budget, reserve: reserveLookup },
            suppressed,
            /** Calls `onRead` each time the suppression list is read again, until the run ends. */
            pollSuppressed(onRead: (suppressed: ReadonlySet<string>) => void): void {
                const ended = new AbortController();
                void ending.then(() => ended.abort());
                void pollSuppressedUrls(input, {
                    first: suppressed,
                    readRecord: platform.readForeignRecord,
                    clock,
                    signal: ended.signal,
                    onRead,
                    onProblem: (message) => log.print(message),
                });
            },
            budget: {
                reserve: (count: number) => budget.reserve(count),
                settle(reserved: number, used: number): void {
                    budget.settle(used);
                    budget.release(reserved - used);
                },
                async charge(requestKey: string, count: number): Promise<void> {
                    const idempotencyKey = `${platform.runId}:${profileFoundEvent}:${requestKey}`;
                    const charge = charger.charge({ count, idempotencyKey }).catch((error: unknown) => {
                        log.print(`A charge could not be made: ${(error as Error).message}`);
                    });
                    owed.add(charge);
                    void charge.finally(() => owed.delete(charge));
                    await settleWithin(charge, clock, chargePatienceMs);
                },
                remaining: () => budget.remaining(),
            },
            /** Resolves on a migration, an abort, `SIGINT` or `SIGTERM`. */
            ending,
            /** Waits for pending charges, then exits with code 0. */
            async finish(): Promise<void> {
                await Promise.all(owed);
                await closeSources();
                await lookups.save(true);
                await platform.exit(0);
            },
            /** Exits with code 1. */
            async fail(message: string): Promise<void> {
                log.print(message);
                await platform.setStatus(message, true);
                await closeSources();
                await platform.exit(1);
            },
        };

        /** A killed run may have made lookups that were not saved; the next start adds them. */
        function reserveLookup(): boolean {
            const isGranted = lookups.budget.reserve();
            if (isGranted && sourcePlan.maxLookups !== null) {
                saving ??= lookups.save().finally(() => {
                    saving = null;
                });
            }
            return isGranted;
        }
    }

    async function openSources(input: ActorInput, { names, keys }: SourcePlan): Promise<Source[]> {
        const { isAtHome } = platform;
        const api = await resolveApi(input, { names }, { defaults: dependencies.defaultApi, isAtHome });
        const warnings: string[] = [];
        const proxy = names.includes('public-page')
            ? await openProxy(input.proxyConfiguration, platform, warnings)
            : null;
        log.warn(...warnings);
        const { sessionMaxUses } = input;
        const access = { proxy, sessionMaxUses, api: api && { ...api, runKey: await readRunKey(platform) } };
        const sources: Source[] = [];
        for (const name of names) {
            sources.push(await dependencies.openSource(name, { ...access, key: keys[name] ?? null }));
        }
        return sources;
    }
}

/** A warning about fields without effect in Standby. Values that the input schema sets by default are ignored. */
function describeUnused(input: ActorInput): string[] {
    const unused = batchOnlyFields.filter((field) => {
        const value = input[field];
        return Array.isArray(value) ? value.length > 0 : ![undefined, false, 'merge'].includes(value);
    });
    if (unused.length === 0) return [];
    return [`Standby answers requests and processes no list: ${unused.join(', ')} in the input has no effect.`];
}

async function settleWithin(work: Promise<void>, clock: Clock, patienceMs: number): Promise<void> {
    const done = new AbortController();
    await Promise.race([work, clock.sleep(patienceMs, done.signal).catch(() => {})]);
    done.abort();
}
