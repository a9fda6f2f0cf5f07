import type { ResultPlace } from '../../console-report.ts';
import type { ProblemGroup } from '../../input/describe-problems.ts';
import type { Timeline } from '../metrics/run-metrics.ts';
import type { RunOutput } from '../totals.ts';
import type { Statistics } from './statistics.ts';

/** The data of the report. */
export type ReportFacts = {
    output: RunOutput;
    /** Why the run ended and what to do next; empty when every line is done. */
    why: string;
    /** Number of profiles in FAILED_URLS. */
    failedCount: number;
    statistics: Statistics;
    /** Problems of lines without a profile, the most frequent first. */
    problems: readonly ProblemGroup[];
    places: readonly ResultPlace[];
    timeline: Timeline;
    limitPerSecond: number;
    /** Start and end of this container's run, in milliseconds since the epoch. */
    startedAt: number;
    endedAt: number;
    /** Whether the run was resumed: charts over time begin there. */
    isResumed: boolean;
};
