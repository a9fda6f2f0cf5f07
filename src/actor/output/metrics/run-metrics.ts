import type { RequestRecord } from '../../../enrichment/source.ts';
import { createProblemGroups, type ProblemGroup } from '../../input/describe-problems.ts';
import type { Problem } from '../guidance.ts';
import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts';
import { createRequestMetrics, isRefusal, type RequestMetrics } from './request-metrics.ts';
import { createTimeline } from './timeline.ts';

const latestCount = 8;
/** Lines listed per problem. */
const maxNamed = 20;

/** Requests over time in bins of equal length from `startedAt` on: sent, and for LinkedIn those ended and refused. */
export type Timeline = {
    startedAt: number;
    binMs: number;
    counts: readonly number[];
    ended: readonly number[];
    refused: readonly number[];
};

/** A processed line without personal data: a handle usually is a name, so only its line number is shown. */
export type LatestLine = { line: number; outcome: LineResult; durationMs: number };
export type LineResult = 'found' | 'not found' | 'error';

export type RunMetricsView = {
    timeline: Timeline;
    latency: LatencyHistogram;
    /** Problems of lines without a profile, the most frequent first. */
    problems: ProblemGroup[];
    /** Newest first. */
    latest: readonly LatestLine[];
    /** Consecutive refusals up to now. */
    refusedInARow: number;
};

export type RunMetrics = {
    countRequest(): void;
    /** Counts one request to LinkedIn by outcome. */
    recordRequest(record: RequestRecord): void;
    /** Null without requests. */
    readRequests(): RequestMetrics | null;
    recordProcessed(line: LatestLine & { problem: Problem | null; isRefused: boolean }): void;
    read(): RunMetricsView;
};

/** Counts requests and lines since this start of the run, in constant memory. */
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
