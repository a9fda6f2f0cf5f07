import type { Clock } from '../../enrichment/clock.ts';
import type { Enrichment } from '../../enrichment/enrich-profile.ts';
import type { Pacer } from '../../enrichment/pacer.ts';
import type { RequestRecord, Source } from '../../enrichment/source.ts';
import type { Budget } from '../ledger/budget.ts';
import type { CompanyTotals } from '../ledger/lookups.ts';
import type { Log } from '../log.ts';
import type { ActorInput } from '../input/input.ts';
import type { Lifecycle } from '../platform/lifecycle.ts';
import type { Platform } from '../platform/platform.ts';
import type { ChargingPlan } from '../ledger/pricing.ts';
import type { LiveServer } from './live-page/live-server.ts';
import type { LiveEnding, LiveState } from './live-page/live-state.ts';
import { describeProgress, reportProgress, type ProgressView } from './terminal/progress.ts';
import type { ProblemGroup } from '../input/describe-problems.ts';
import { notFoundProblem, readErrorProblem, type Problem } from './guidance.ts';
import { costOf, describeCost } from './money.ts';
import type { RequestMetrics } from './metrics/request-metrics.ts';
import { createRunMetrics, type LineResult, type RunMetricsView } from './metrics/run-metrics.ts';
import type { RunTotals } from './totals.ts';

export type ShowRunOptions = {
    clock: Clock;
    log: Log;
    platform: Pick<Platform, 'isAtHome' | 'isCalledByProgram' | 'setStatus'>;
    /** Port of the live page; null disables it. */
    livePort: number | null;
    getTotals: () => RunTotals;
    /** Invalid lines by problem. */
    invalidLines: readonly ProblemGroup[];
    /** Company totals so far; null without company details. */
    getCompanies: () => CompanyTotals | null;
    input: Pick<ActorInput, 'mode' | 'maxRequestsPerSecond'>;
    plan: Pick<ChargingPlan, 'chargingMode' | 'pricing' | 'isPriceTiered'>;
    pacer: Pick<Pacer, 'pausedMs'>;
    budget: Pick<Budget, 'remaining'>;
    lifecycle: Pick<Lifecycle, 'reason'>;
};

/** The display of a run in progress. Never throws. */
export type RunShow = {
    /** Wraps a source so that its requests are counted. */
    instrumentSource(source: Source): Source;
    /** Counts one request to LinkedIn by outcome. */
    recordRequest(record: RequestRecord): void;
    /** Metrics of all requests; null without requests. */
    getRequestMetrics(): RequestMetrics | null;
    /** Counts one processed line. */
    recordProcessed(line: number, enrichment: Enrichment): void;
    getMetrics(): RunMetricsView;
    /** Stops progress reporting. */
    stop(): void;
    /** Shows the ending on the live page and closes it; null when the run continues elsewhere. */
    end(ending: LiveEnding | null): Promise<void>;
};

const outcomes = { success: 'found', not_found: 'not found', error: 'error' } as const satisfies Record<
    string,
    LineResult
>;

/** The problem of a line without a profile; null for one with a profile. */
function findProblem(outcome: Enrichment['outcome']): Problem | null {
    if (outcome.status === 'success') return null;
    return outcome.status === 'error' ? readErrorProblem(outcome) : notFoundProblem;
}

/** Starts the display: status and log, a progress bar on a terminal, the live page with a port. */
export async function showRun(options: ShowRunOptions): Promise<RunShow> {
    const { clock, log, platform, getTotals, input, plan, pacer, budget, lifecycle } = options;
    const { maxRequestsPerSecond } = input;
    const getPausedMs = () => pacer.pausedMs;
    const metrics = createRunMetrics(clock);
    const progress = new AbortController();
    const bar = process.stdout.isTTY
        ? (await import('./terminal/progress-bar.ts')).createProgressBar(process.stdout)
        : null;
    if (bar) log.showBar(bar);
    const getCost = ({ charged }: RunTotals) => describeCost(costOf(charged, plan));
    let view = startView();
    let ending: LiveEnding | null = null;
    let isWorkDone = false;
    const startedAt = clock.now();

    const rate = `${maxRequestsPerSecond} ${maxRequestsPerSecond === 1 ? 'request' : 'requests'} per second`;
    log.print(`${describeProgress(view)} · at most ${rate}`);
    const livePage = await openLivePage();
    void reportProgress({
        clock,
        signal: progress.signal,
        getTotals,
        getPausedMs,
        getCost,
        setStatus: (message) => void platform.setStatus(message),
        print: bar ? null : log.print,
        onView(next) {
            view = next;
            bar?.show(next);
        },
    });

    return {
        instrumentSource: (source) => ({
            ...source,
            fetchProfile(request) {
                metrics.countRequest();
                return source.fetchProfile(request);
            },
            ...(source.fetchCompany ? { fetchCompany: countCompanies(source.fetchCompany) } : {}),
        }),
        recordRequest: (record) => metrics.recordRequest(record),
        getRequestMetrics: () => metrics.readRequests(),
        recordProcessed: (line, { outcome, durationMs, isRefused }) =>
            metrics.recordProcessed({
                line,
                outcome: outcomes[outcome.status],
                durationMs,
                problem: findProblem(outcome),
                isRefused,
            }),
        getMetrics: () => metrics.read(),
        stop() {
            isWorkDone = true;
            view = startView();
            progress.abort();
            log.closeBar();
        },
        async end(end) {
            ending = end;
            view = startView();
            if (end === null) livePage?.close();
            else await livePage?.end();
        },
    };

    function startView(): ProgressView {
        const totals = getTotals();
        return { totals, perSecond: null, pausedMs: 0, cost: getCost(totals) };
    }

    function countCompanies(fetchCompany: NonNullable<Source['fetchCompany']>): typeof fetchCompany {
        return (request) => {
            metrics.countRequest();
            return fetchCompany(request);
        };
    }

    async function openLivePage(): Promise<LiveServer | null> {
        const { livePort: port } = options;
        // A program that asks for one profile pays for the run time and views no page.
        if (port === null || (platform.isCalledByProgram && view.totals.lines === 1)) return null;
        const getState = (): LiveState => ({
            ...view,
            mode: input.mode,
            charging: plan.chargingMode,
            budgetLeft: budget.remaining(),
            stopReason: lifecycle.reason,
            pausedMs: getPausedMs(),
            limitPerSecond: maxRequestsPerSecond,
            metrics: metrics.read(),
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
