import type { RequestRecord } from '../../../enrichment/source.ts';
import { createProblemGroups, type ProblemGroup } from '../../input/describe-problems.ts';
import type { Problem } from '../guidance.ts';
import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts';
import { createRequestMetrics, isRefusal, type RequestMetrics } from './request-metrics.ts';
import { createTimeline } from './timeline.ts';

const latestCount = 8;
/** How many lines of each problem are named. */
const maxNamed = 20;

/** Requests over time, in bins of equal length from `startedAt` on: sent, and of those to LinkedIn what came of them. */
export type Timeline = {
    startedAt: number;
    binMs: number;
    counts: readonly number[];
    ended: readonly number[];
    refused: readonly number[];
};

/** One answer as a stranger may see it: a handle usually is a name, so the line stands for it. */
export type LatestLine = { line: number; outcome: LineResult; durationMs: number };
export type LineResult = 'found' | 'not found' | 'error';

export type RunMetricsView = {
    timeline: Timeline;
    latency: LatencyHistogram;
    /** What lines that gave no profile came to; the most frequent first. */
    problems: ProblemGroup[];
    /** The newest first. */
    latest: readonly LatestLine[];
    /** How many profiles in a row the source refused, until now. */
    refusedInARow: number;
};

export type RunMetrics = {
    countRequest(): void;
    /** What came of one request to LinkedIn. */
    recordRequest(record: RequestRecord): void;
    /** What came of all of them; null when there was none. */
    readRequests(): RequestMetrics | null;
    recordProcessed(answer: LatestLine & { problem: Problem | null; isRefused: boolean }): void;
    read(): RunMetricsView;
};

/** Counts what goes on since this start of the run, in a space that does not grow with it. */
export function createRunMetrics(clock: { now(): number }): RunMetrics {
    const timeline = createTimeline(clock, ['sent', 'ended', 'refused']);
    const requests = createRequestMetrics();
    const latency = createLatencyHistogram();
    const problems = createProblemGroups(maxNamed);
    let latest: LatestLine[] = [];
    let refusedInARow = 0;

    return {
        countRequest() {
            timeline.add('sent');
        },
        recordRequest(record) {
            requests.record(record);
            timeline.add('ended');
            if (isRefusal(record.outcome)) timeline.add('refused');
        },
        readRequests: () => requests.read(),
        recordProcessed({ line, outcome, durationMs, problem, isRefused }) {
            latency.add(durationMs);
            if (problem !== null) problems.add({ ...problem, order: line, place: { line } });
            refusedInARow = isRefused ? refusedInARow + 1 : 0;
            latest = [{ line, outcome, durationMs }, ...latest.slice(0, latestCount - 1)];
        },
        read() {
            const { binMs, counts } = timeline.read();
            const { sent, ended, refused } = counts;
            return {
                timeline: { startedAt: timeline.startedAt, binMs, counts: sent, ended, refused },
                latency: latency.read(),
                problems: problems.read(),
                latest,
                refusedInARow,
            };
        },
    };
}
