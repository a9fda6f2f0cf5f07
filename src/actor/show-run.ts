import type { Clock } from '../enrichment/clock.ts';
import type { Enrichment } from '../enrichment/enrich-profile.ts';
import type { Source } from '../enrichment/source.ts';
import { print as printLine } from './console-report.ts';
import type { LiveServer } from './live-page/live-server.ts';
import type { LiveState } from './live-page/live-state.ts';
import { describeProgress, type ProgressView } from './progress-text.ts';
import { reportProgress } from './progress.ts';
import { createRunFigures, type AnswerOutcome, type FiguresView } from './run-figures.ts';
import type { RunSums } from './summary.ts';

export type ShowRunOptions = {
    clock: Clock;
    isAtHome: boolean;
    /** Where the live page is to be served; null when nobody asked for one. */
    livePort: number | null;
    setStatus: (message: string) => void;
    getSums: () => RunSums;
    getPausedMs: () => number;
    maxRequestsPerSecond: number;
    /** The rest of what the live page shows, read whenever somebody looks at it. */
    getFacts: () => Pick<LiveState, 'mode' | 'charging' | 'priceUsd' | 'budgetLeft' | 'stopReason'>;
};

/** What people see of a run while it goes on. Nothing here can make it fail. */
export type RunShow = {
    /** Prints a line, above the bar where there is one. */
    print(message: string): void;
    /** The same source, its requests counted. */
    watchSource(source: Source): Source;
    /** Takes note of what one line came to. */
    noteAnswer(inputIndex: number, enrichment: Enrichment): void;
    getFigures(): FiguresView;
    /** Stops the progress; the work is done. */
    stop(): void;
    /** Shows the run's last message where people look, and lets go. Null: the run goes on elsewhere. */
    end(message: string | null): Promise<void>;
};

const outcomes = { success: 'found', not_found: 'not found', error: 'error' } as const satisfies Record<
    string,
    AnswerOutcome
>;

/** Starts to show a run: status and log, a bar on a terminal, the live page where there is a port for it. */
export async function showRun(options: ShowRunOptions): Promise<RunShow> {
    const { clock, getSums, maxRequestsPerSecond } = options;
    const figures = createRunFigures(clock);
    const progress = new AbortController();
    const bar = process.stdout.isTTY ? (await import('./progress-bar.ts')).createProgressBar(process.stdout) : null;
    const print = (message: string) => (bar ?? { print: printLine }).print(message);
    let view: ProgressView = { sums: getSums(), perSecond: null, pausedMs: 0 };
    let ending: string | null = null;

    const rate = `${maxRequestsPerSecond} ${maxRequestsPerSecond === 1 ? 'request' : 'requests'} a second`;
    print(`${describeProgress(view)} · at most ${rate}`);
    const livePage = await openLivePage();
    void reportProgress({
        clock,
        signal: progress.signal,
        getSums,
        getPausedMs: options.getPausedMs,
        setStatus: options.setStatus,
        log: bar ? null : print,
        onView(next) {
            view = next;
            bar?.show(next);
        },
    });

    return {
        print,
        watchSource: (source) => ({
            name: source.name,
            close: () => source.close(),
            fetchProfile(request) {
                figures.noteRequest();
                return source.fetchProfile(request);
            },
        }),
        noteAnswer: (inputIndex, { outcome, durationMs, isRefused }) =>
            figures.noteAnswer({
                line: inputIndex + 1,
                outcome: outcomes[outcome.status],
                durationMs,
                code: outcome.status === 'error' ? outcome.code : null,
                isRefused,
            }),
        getFigures: () => figures.read(),
        stop() {
            progress.abort();
            bar?.close();
        },
        async end(message) {
            ending = message;
            view = { sums: getSums(), perSecond: null, pausedMs: 0 };
            if (message === null) livePage?.close();
            else await livePage?.end();
        },
    };

    async function openLivePage(): Promise<LiveServer | null> {
        const { livePort: port, isAtHome } = options;
        if (port === null) return null;
        const getState = (): LiveState => ({
            ...view,
            ...options.getFacts(),
            pausedMs: options.getPausedMs(),
            limitPerSecond: maxRequestsPerSecond,
            figures: figures.read(),
            ending,
        });
        try {
            const { startLiveServer } = await import('./live-page/live-server.ts');
            const host = isAtHome ? '0.0.0.0' : '127.0.0.1';
            const server = await startLiveServer({ port, host, clock, getState });
            if (!isAtHome) print(`Live page: http://localhost:${server.port}/`);
            return server;
        } catch (error) {
            print(`There is no live page: port ${port} cannot be used (${(error as Error).message}).`);
            return null;
        }
    }
}
