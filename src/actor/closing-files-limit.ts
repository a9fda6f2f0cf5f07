import type { RunOutput } from './summary.ts';

const limitMs = 120_000;
/** The platform kills an aborted run after 30 s. */
const limitMsWhenAborted = 10_000;
/** What has to be left of a run's time when the files are done. */
const marginMs = 3_000;

/**
 * How long writing the files for people may take, in milliseconds; 0 or less when they are not to be written. A
 * program that calls for one profile and waits has its row and pays for every moment; a storage that takes no rows
 * takes no files.
 */
export function closingFilesLimitMs(
    { ending, lines }: Pick<RunOutput, 'ending' | 'lines'>,
    { isCalledByProgram, timeoutAt, now }: { isCalledByProgram: boolean; timeoutAt: number | null; now: number },
): number {
    if (ending === 'storage' || (isCalledByProgram && lines === 1)) return 0;
    const leftMs = (timeoutAt ?? Number.POSITIVE_INFINITY) - now - marginMs;
    return Math.min(leftMs, ending === 'aborted' ? limitMsWhenAborted : limitMs);
}
