import { createLifecycle } from '../../src/actor/lifecycle.ts';
import { run, type RunReport, type RunSettings } from '../../src/actor/run.ts';
import { buildWorklist, type Worklist } from '../../src/actor/worklist.ts';
import { createPacer } from '../../src/enrichment/pacer.ts';
import { newRequestId } from '../../src/new-request-id.ts';
import { createScriptedSource, found, type Answer } from './scripted-source.ts';
import { setUpLedger } from './set-up-ledger.ts';

/** One start of a run over a scripted source, on a ledger of its own and a clock that moves as far as the run needs. */
export function setUpRun({
    lines = [],
    worklist = buildWorklist(lines),
    plan = (handle) => ({ outcome: found(handle), afterMs: 100 }),
    settings = {},
    ...ledgerOptions
}: {
    lines?: string[];
    worklist?: Worklist;
    plan?: (handle: string, attempt: number) => Answer;
    settings?: Partial<RunSettings>;
} & Parameters<typeof setUpLedger>[0]) {
    const opened = setUpLedger(ledgerOptions);
    const { clock, ledger, budget } = opened;
    const source = createScriptedSource(clock, plan);
    const lifecycle = createLifecycle({ clock, startedAt: clock.now(), timeoutAt: null });
    const maxRequestsPerSecond = 50;
    const start = (): Promise<RunReport> =>
        run({
            worklist,
            source,
            pacer: createPacer({ maxRequestsPerSecond, clock }),
            watch: null,
            ledger,
            budget,
            lifecycle,
            clock,
            random: () => 0.5,
            isOverloaded: () => false,
            newRequestId,
            onRetry: () => {},
            settings: {
                mode: 'live',
                maxRequestsPerSecond,
                maxConcurrency: 50,
                isConcurrencyFixed: true,
                limits: { maxAttempts: 1, timeoutMs: 5000 },
                duplicates: 'merge',
                fields: null,
                suppressed: new Set(),
                ...settings,
            },
        });
    return { ...opened, source, lifecycle, start, work: () => clock.runUntil(start()) };
}
