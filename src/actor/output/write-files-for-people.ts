import type { ClosingFilesOptions } from './closing-files.ts';
import type { Log } from '../log.ts';
import type { Platform } from '../platform/platform.ts';
import type { RunOutput } from './totals.ts';

const limitMs = 120_000;
/** The platform kills an aborted run after 30 s. */
const limitMsWhenAborted = 10_000;
/** What has to be left of a run's time when the files are done. */
const marginMs = 3_000;

export type FilesForPeopleOptions = Omit<ClosingFilesOptions, 'openUpload' | 'limitMs' | 'facts'> & {
    platform: Platform;
    log: Log;
    facts: Omit<ClosingFilesOptions['facts'], 'endedAt'>;
};

/** Writes the table, the JSON lines and the report, if there is time. Never rejects: a run is not worth less without. */
export async function writeFilesForPeople(options: FilesForPeopleOptions): Promise<void> {
    const { platform, log, clock, facts } = options;
    const now = clock.now();
    const limitMs = filesLimitMs(facts.output, { ...platform, now });
    if (limitMs <= 0) return;
    try {
        const { writeClosingFiles } = await import('./closing-files.ts');
        const openUpload = await platform.createUploads();
        await writeClosingFiles({ ...options, openUpload, limitMs, facts: { ...facts, endedAt: now } });
    } catch (error) {
        log.print(`The files for people were not written (${(error as Error).message}). The rows are complete.`);
    }
}

/**
 * How long the files may take, in milliseconds; 0 or less when they are not to be written. A program that calls for one
 * profile and waits has its row and pays for every moment; a storage that takes no rows takes no files.
 */
export function filesLimitMs(
    { ending, lines }: Pick<RunOutput, 'ending' | 'lines'>,
    { isCalledByProgram, timeoutAt, now }: { isCalledByProgram: boolean; timeoutAt: number | null; now: number },
): number {
    if (ending === 'storage' || ending === 'storage_lost' || (isCalledByProgram && lines === 1)) return 0;
    const leftMs = (timeoutAt ?? Number.POSITIVE_INFINITY) - now - marginMs;
    return Math.min(leftMs, ending === 'aborted' ? limitMsWhenAborted : limitMs);
}
