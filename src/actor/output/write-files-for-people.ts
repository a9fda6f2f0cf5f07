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

/**
 * Writes the table, the JSON lines and the report, if they are wanted and there is time; returns whether they are
 * there. Never rejects: a run is not worth less without.
 */
export async function writeFilesForPeople(options: FilesForPeopleOptions): Promise<boolean> {
    const { platform, log, clock, facts } = options;
    const now = clock.now();
    if (!areFilesWanted(facts.output, platform)) return false;
    try {
        const limitMs = filesLimitMs(facts.output, { ...platform, now });
        if (limitMs <= 0) throw new Error('there was no time left for them');
        const { writeClosingFiles } = await import('./closing-files.ts');
        const openUpload = await platform.createUploads();
        await writeClosingFiles({ ...options, openUpload, limitMs, facts: { ...facts, endedAt: now } });
        return true;
    } catch (error) {
        log.print(`The files for people were not written (${(error as Error).message}). The rows are complete.`);
        return false;
    }
}

/**
 * Whether there are files for people. A program that calls for one profile and waits has its row and pays for every
 * moment; a storage that takes no rows takes no files.
 */
export function areFilesWanted(
    { ending, lines }: Pick<RunOutput, 'ending' | 'lines'>,
    { isCalledByProgram }: Pick<Platform, 'isCalledByProgram'>,
): boolean {
    return ending !== 'storage' && ending !== 'storage_lost' && !(isCalledByProgram && lines === 1);
}

/** How long the files may take, in milliseconds; 0 or less when there is no time for them. */
export function filesLimitMs(
    { ending }: Pick<RunOutput, 'ending'>,
    { timeoutAt, now }: { timeoutAt: number | null; now: number },
): number {
    const leftMs = (timeoutAt ?? Number.POSITIVE_INFINITY) - now - marginMs;
    return Math.min(leftMs, ending === 'aborted' ? limitMsWhenAborted : limitMs);
}
