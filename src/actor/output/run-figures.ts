import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts';

/** How many bins the timeline may have: enough for a picture, and no more however long the run. */
const maxBins = 240;
const latestCount = 8;

/** Requests sent over time, in bins of equal length from `startedAt` on. */
export type Timeline = { startedAt: number; binMs: number; counts: readonly number[] };

/** One answer as a stranger may see it: a handle usually is a name, so the line stands for it. */
export type LatestAnswer = { line: number; outcome: AnswerOutcome; durationMs: number };
export type AnswerOutcome = 'found' | 'not found' | 'error';

export type FiguresView = {
    timeline: Timeline;
    latency: LatencyHistogram;
    /** How often each error code came, most frequent first. */
    errorCodes: Array<[code: string, count: number]>;
    /** The newest first. */
    latest: readonly LatestAnswer[];
    /** How many profiles in a row the source refused, until now. */
    refusedInARow: number;
};

export type RunFigures = {
    noteRequest(): void;
    noteAnswer(answer: LatestAnswer & { code: string | null; isRefused: boolean }): void;
    read(): FiguresView;
};

/** Counts what goes on since this start of the run, in a space that does not grow with it. */
export function createRunFigures(clock: { now(): number }): RunFigures {
    const startedAt = clock.now();
    const latency = createLatencyHistogram();
    const errorCodes = new Map<string, number>();
    let latest: LatestAnswer[] = [];
    let refusedInARow = 0;
    let binMs = 1_000;
    let counts: number[] = [];

    /** The bins until now, the last one still filling; halved in number when they get too many. */
    function reachNow(): void {
        while (Math.floor((clock.now() - startedAt) / binMs) >= maxBins) {
            counts = Array.from(
                { length: Math.ceil(counts.length / 2) },
                (_, place) => (counts[2 * place] ?? 0) + (counts[2 * place + 1] ?? 0),
            );
            binMs *= 2;
        }
        const current = Math.max(0, Math.floor((clock.now() - startedAt) / binMs));
        while (counts.length <= current) counts.push(0);
    }

    return {
        noteRequest() {
            reachNow();
            counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
        },
        noteAnswer({ line, outcome, durationMs, code, isRefused }) {
            latency.add(durationMs);
            if (code !== null) errorCodes.set(code, (errorCodes.get(code) ?? 0) + 1);
            refusedInARow = isRefused ? refusedInARow + 1 : 0;
            latest = [{ line, outcome, durationMs }, ...latest.slice(0, latestCount - 1)];
        },
        read() {
            reachNow();
            return {
                timeline: { startedAt, binMs, counts: counts.slice(0, -1) },
                latency: latency.read(),
                errorCodes: [...errorCodes].sort(([, one], [, other]) => other - one),
                latest,
                refusedInARow,
            };
        },
    };
}
