import type { Clock } from '../../enrichment/clock.ts';
import type { Pacer } from '../../enrichment/pacer.ts';
import type { Source, SourceRequest } from '../../enrichment/source.ts';
import type { ActorInput } from '../input/input.ts';
import type { Budget } from '../ledger/budget.ts';
import type { ChargingPlan } from '../ledger/pricing.ts';
import type { Log } from '../log.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import type { Platform } from '../platform/platform.ts';
import type { LiveServer } from './live-page/live-server.ts';
import type { LiveEnding, LiveState } from './live-page/live-state.ts';
import { costOf, describeCost, type RunTotals } from './totals.ts';
import { describeProgress, reportProgress, type ProgressView } from './progress.ts';
import { createRunMetrics, type RunMetrics } from './run-metrics.ts';

export type ShowRunOptions = Pick<LiveState, 'invalidLines'> & {
    clock: Clock;
    log: Log;
    platform: Pick<Platform, 'isAtHome' | 'isCalledByProgram' | 'setStatus'>;
    /** Port of the live page; null disables it. */
    livePort: number | null;
    getTotals: () => RunTotals;
    /** Company totals so far; null without company details. */
    getCompanies: () => LiveState['companies'];
    input: Pick<ActorInput, 'mode' | 'maxRequestsPerSecond'>;
    plan: Pick<ChargingPlan, 'chargingMode' | 'pricing' | 'isPriceTiered'>;
    pacer: Pick<Pacer, 'pausedMs'>;
    budget: Pick<Budget, 'remaining'>;
    lifecycle: Pick<Lifecycle, 'reason'>;
};

/** The display of a run in progress, and its metrics. Never throws. */
export type RunShow = Omit<RunMetrics, 'countRequest'> & {
    /** Wraps a source so that its requests are counted. */
    instrumentSource(source: Source): Source;
    /** Stops progress reporting. */
    stop(): void;
    /** Shows the ending on the live page and closes it; null when the run continues elsewhere. */
    end(ending: LiveEnding | null): Promise<void>;
};

/** Starts the display: status and log, a progress bar on a terminal, the live page with a port. */
export async function showRun(options: ShowRunOptions): Promise<RunShow> {
    const { clock, log, platform, livePort: port, getTotals, input, plan, pacer, budget, lifecycle } = options;
    const { maxRequestsPerSecond } = input;
    const metrics = createRunMetrics(clock);
    const progress = new AbortController();
    const bar = process.stdout.isTTY ? (await import('./progress-bar.ts')).createProgressBar(process.stdout) : null;
    if (bar) log.showBar(bar);
    let view = readView();
    let ending: LiveEnding | null = null;
    let isWorkDone = false;
    const startedAt = clock.now();

    const rate = `${maxRequestsPerSecond} ${maxRequestsPerSecond === 1 ? 'request' : 'requests'} per second`;
    log.print(`${describeProgress(view)} · at most ${rate}`);
    const livePage = await openLivePage();
    void reportProgress({
        clock,
        signal: progress.signal,
        readView,
        setStatus: (message) => void platform.setStatus(message),
        print: bar ? null : log.print,
        onView(next) {
            view = next;
            bar?.show(next);
        },
    });

    return {
        ...metrics,
        instrumentSource: (source) => ({
            ...source,
            fetchProfile: count((request: SourceRequest) => source.fetchProfile(request)),
            ...(source.fetchCompany ? { fetchCompany: count(source.fetchCompany) } : {}),
        }),
        stop() {
            isWorkDone = true;
            view = readView();
            progress.abort();
            log.closeBar();
        },
        async end(end) {
            ending = end;
            view = readView();
            if (end === null) livePage?.close();
            else await livePage?.end();
        },
    };

    function readView(): ProgressView {
        const totals = getTotals();
        return { totals, perSecond: null, pausedMs: pacer.pausedMs, cost: describeCost(costOf(totals.charged, plan)) };
    }

    function count<Request, Outcome>(fetch: (request: Request) => Outcome): (request: Request) => Outcome {
        return (request) => {
            metrics.countRequest();
            return fetch(request);
        };
    }

    async function openLivePage(): Promise<LiveServer | null> {
        // A program that asks for one profile pays for the run time and views no page.
        if (port === null || (platform.isCalledByProgram && view.totals.lines === 1)) return null;
        const getState = (): LiveState => ({
            ...view,
            mode: input.mode,
            charging: plan.chargingMode,
            budgetLeft: budget.remaining(),
            stopReason: lifecycle.reason,
            pausedMs: pacer.pausedMs,
            limitPerSecond: maxRequestsPerSecond,
            metrics: metrics.getMetrics(),
            companies: options.getCompanies(),
            invalidLines: options.invalidLines,
            startedAt,
            isWorkDone,
            ending,
        });
        try {
            const { startLiveServer } = await import('./live-page/live-server.ts');
            const host = platform.isAtHome ? '0.0.0.0' : '127.0.0.1';
            const server = await startLiveServer({ port, host, clock, getState });
            if (!platform.isAtHome) log.print(`Live page: http://localhost:${server.port}/`);
            return server;
        } catch (error) {
            log.print(`The live page is off: port ${port} cannot be used (${(error as Error).message}).`);
            return null;
        }
    }
}
