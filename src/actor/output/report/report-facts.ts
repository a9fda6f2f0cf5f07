import type { ResultPlace } from '../../console-report.ts';
import type { ProblemGroup } from '../../input/describe-problems.ts';
import type { Timeline } from '../metrics/run-metrics.ts';
import type { RunOutput } from '../totals.ts';
import type { Statistics } from './statistics.ts';

/** What the report is made of. */
export type ReportFacts = {
    output: RunOutput;
    /** Why the run ended as it did and what to do about it; empty when every line had its answer. */
    why: string;
    /** How many people FAILED_URLS names. */
    failedCount: number;
    statistics: Statistics;
    /** What lines without a profile came to, the most frequent first. */
    problems: readonly ProblemGroup[];
    /** Where the results are. */
    places: readonly ResultPlace[];
    timeline: Timeline;
    limitPerSecond: number;
    /** When this start of the run began and when it ended, in milliseconds since the epoch. */
    startedAt: number;
    endedAt: number;
    /** Whether the run went on after an interruption: what is drawn over time begins there. */
    isResumed: boolean;
};
