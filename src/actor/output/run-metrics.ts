import type { RequestRecord } from '../../enrichment/source.ts';
import { createProblemGroups } from '../input/describe-problems.ts';
import { notFoundProblem, readErrorProblem } from './guidance.ts';
import { createRequestMetrics, isRefusal } from './request-metrics.ts';

const latestCount = 8;
/** Lines listed per problem. */
const maxNamed = 20;

const outcomeWords = { success: 'found', not_found: 'not found', error: 'error' } as const;

/** A processed line without personal data: a handle usually is a name, so only its line number is shown. */
export type LatestLine = { line: number; outcome: (typeof outcomeWords)[LineOutcome['status']]; durationMs: number };
type LineOutcome = { status: 'success' | 'not_found' } | { status: 'error'; code: string; message: string };

/** Counts requests and lines since this start of the run, in constant memory. */
export function createRunMetrics(clock: { now(): number }) {
    const timeline = createTimeline(clock);
    const requests = createRequestMetrics();
    const latency = createLatencyHistogram();
    const problems = createProblemGroups(maxNamed);
    let latest: LatestLine[] = [];
    let refusedInARow = 0;

    return {
        countRequest(): void {
            timeline.add('sent');
        },
        /** Counts one request to LinkedIn by outcome. */
        recordRequest(record: RequestRecord): void {
            requests.record(record);
            timeline.add('ended');
            if (isRefusal(record.outcome)) timeline.add('refused');
        },
        /** Metrics of all requests to LinkedIn; null without requests. */
        getRequestMetrics: () => requests.read(),
        /** Counts one processed line. */
        recordProcessed(
            line: number,
            { outcome, durationMs, isRefused }: { outcome: LineOutcome; durationMs: number; isRefused: boolean },
        ): void {
            latency.add(durationMs);
            if (outcome.status !== 'success') {
                const problem = outcome.status === 'error' ? readErrorProblem(outcome) : notFoundProblem;
                problems.add({ ...problem, order: line, place: { line } });
            }
            refusedInARow = isRefused ? refusedInARow + 1 : 0;
            const latestLine = { line, outcome: outcomeWords[outcome.status], durationMs };
            latest = [latestLine, ...latest.slice(0, latestCount - 1)];
        },
        getMetrics: () => ({
            timeline: timeline.read(),
            latency: latency.read(),
            /** Problems of lines without a profile, the most frequent first. */
            problems: problems.read(),
            /** Newest first. */
            latest,
            /** Consecutive refusals up to now. */
            refusedInARow,
        }),
    };
}

export type RunMetrics = ReturnType<typeof createRunMetrics>;

/** Requests over time in bins of equal length: those sent, and for LinkedIn those ended and refused. */
export type Timeline = { binMs: number } & Readonly<Record<keyof Bin, readonly number[]>>;
type Bin = { sent: number; ended: number; refused: number };

/** Enough bins for a chart, however long the run. */
const maxBins = 240;

/** Counts requests over time, in constant memory. */
function createTimeline(clock: { now(): number }) {
    const startedAt = clock.now();
    let binMs = 1_000;
    let bins: Bin[] = [];

    /** Adds bins up to now; merges pairs when there are too many. */
    function extendToNow(): void {
        while (Math.floor((clock.now() - startedAt) / binMs) >= maxBins) {
            bins = bins.flatMap((bin, place) => {
                if (place % 2 === 1) return [];
                const { sent = 0, ended = 0, refused = 0 } = bins[place + 1] ?? {};
                return [{ sent: bin.sent + sent, ended: bin.ended + ended, refused: bin.refused + refused }];
            });
            binMs *= 2;
        }
        const current = Math.max(0, Math.floor((clock.now() - startedAt) / binMs));
        while (bins.length <= current) bins.push({ sent: 0, ended: 0, refused: 0 });
    }

    return {
        add(name: keyof Bin): void {
            extendToNow();
            const bin = bins.at(-1);
            if (bin) bin[name] += 1;
        },
        /** The completed bins. */
        read(): Timeline {
            extendToNow();
            const full = bins.slice(0, -1);
            return {
                binMs,
                sent: full.map(({ sent }) => sent),
                ended: full.map(({ ended }) => ended),
                refused: full.map(({ refused }) => refused),
            };
        },
    };
}

const latencyBins = [
    { label: 'under 0.25 s', belowMs: 250 },
    { label: '0.25 to 0.5 s', belowMs: 500 },
    { label: '0.5 to 1 s', belowMs: 1_000 },
    { label: '1 to 2 s', belowMs: 2_000 },
    { label: '2 to 5 s', belowMs: 5_000 },
    { label: '5 to 10 s', belowMs: 10_000 },
    { label: 'over 10 s', belowMs: Number.POSITIVE_INFINITY },
];

/** Counts durations in fixed bins, so that runs can be compared. */
export function createLatencyHistogram() {
    const counts = latencyBins.map(() => 0);
    return {
        add(durationMs: number): void {
            const place = latencyBins.findIndex(({ belowMs }) => durationMs < belowMs);
            counts[place] = (counts[place] ?? 0) + 1;
        },
        read: () => latencyBins.map(({ label }, place) => ({ label, count: counts[place] ?? 0 })),
    };
}
