import { createLifecycle } from '../../../src/actor/platform/lifecycle.ts';
import { processList, type ListContext, type RunReport } from '../../../src/actor/process-list.ts';
import { inputSchema } from '../../../src/actor/input/input.ts';
import type { Worklist } from '../../../src/actor/input/lines/worklist.ts';
import { createCompanies, runMemory } from '../../../src/enrichment/companies.ts';
import { createPacer } from '../../../src/enrichment/pacer.ts';
import { newRequestId } from '../../../src/runtime/ids.ts';
import { createScriptedCompanies, type ScriptedCompany } from '../sources/scripted-companies.ts';
import { createScriptedSource, found, type Answer } from '../sources/scripted-source.ts';
import { setUpLedger } from '../ledger/set-up-ledger.ts';
import { createSingleSourceChain } from '../sources/single-source-chain.ts';
import { worklistOf } from './worklist-of.ts';

/** One start of a run with a scripted source, its own ledger, and a fake clock that moves as far as needed. */
export function setUpRun({
    lines = [],
    worklist = worklistOf(lines),
    plan = (handle) => ({ outcome: found(handle), afterMs: 100 }),
    settings = {},
    maxRequestsPerSecond = 50,
    maxAttempts = 1,
    timeoutMs = null,
    onProcessed,
    companyPlan,
    ...ledgerOptions
}: {
    lines?: string[];
    worklist?: Worklist;
    plan?: (handle: string, attempt: number) => Answer;
    settings?: Partial<ListContext['input'] & Pick<ListContext, 'maxConcurrency' | 'isConcurrencyFixed'>>;
    maxRequestsPerSecond?: number;
    maxAttempts?: number;
    /** The run's timeout, in milliseconds; null for none. */
    timeoutMs?: number | null;
    onProcessed?: ListContext['onProcessed'];
    /** The script for companies; without it they are not requested. */
    companyPlan?: (path: string, attempt: number) => ScriptedCompany;
} & Parameters<typeof setUpLedger>[0]) {
    const opened = setUpLedger(ledgerOptions);
    const { clock, ledger, budget } = opened;
    const source = createScriptedSource(clock, plan);
    const startedAt = clock.now();
    const lifecycle = createLifecycle({
        clock,
        startedAt,
        timeoutAt: timeoutMs === null ? null : startedAt + timeoutMs,
    });
    const bugs: unknown[] = [];
    const pacer = createPacer({ maxRequestsPerSecond, clock });
    const companySource = createScriptedCompanies(clock, companyPlan ?? (() => ({ outcome: { kind: 'not_found' } })));
    const { maxConcurrency = 50, isConcurrencyFixed = true, ...given } = settings;
    const input = {
        ...inputSchema.parse({ maxRequestsPerSecond, includeCompanyDetails: companyPlan !== undefined }),
        ...given,
    };
    const limits = { maxAttempts, timeoutMs: input.timeoutSecs * 1000 };
    const companies = createCompanies({
        source: companySource,
        pacer,
        limits,
        clock,
        random: () => 0.5,
        signal: lifecycle.abortSignal,
        stopSignal: lifecycle.stopSignal,
        getRunLeftMs: () => lifecycle.getLeftMs(),
        maxInFlight: maxConcurrency,
        memory: runMemory,
        onBug: (error) => bugs.push(error),
    });
    const start = (): Promise<RunReport> =>
        processList({
            input,
            maxConcurrency,
            isConcurrencyFixed,
            suppressed: new Set(),
            worklist,
            chain: createSingleSourceChain({
                source,
                clock,
                maxRequestsPerSecond,
                pacer,
                limits,
                stopSignal: lifecycle.stopSignal,
                abortSignal: lifecycle.abortSignal,
                getRunLeftMs: () => lifecycle.getLeftMs(),
            }),
            companies: companyPlan ? companies : null,
            watch: null,
            ledger,
            budget,
            lifecycle,
            clock,
            isOverloaded: () => false,
            newRequestId,
            onBug: (error) => bugs.push(error),
            ...(onProcessed ? { onProcessed } : {}),
        });
    return { ...opened, source, companySource, lifecycle, bugs, start, work: () => clock.runUntil(start()) };
}
