import type { Log } from '../log.ts';
import type { Platform } from '../platform/platform.ts';
import type { ExportsOptions } from './exports/write-exports.ts';
import type { RunOutput } from './totals.ts';

const maxMs = 120_000;
/** The platform kills an aborted run after 30 s. */
const maxMsWhenAborted = 10_000;
/** Time that must remain before the run's timeout when the exports are written. */
const marginMs = 3_000;

type ExportFilesOptions = Omit<ExportsOptions, 'openUpload' | 'limitMs' | 'facts'> & {
    platform: Platform;
    log: Log;
    facts: Omit<ExportsOptions['facts'], 'endedAt'>;
};

/**
 * Writes the table, the JSON lines and the report where they are wanted and time allows; returns whether they are
 * written. Never rejects: the rows are complete without them.
 */
export async function writeExportFiles(options: ExportFilesOptions): Promise<boolean> {
    const { platform, log, clock, facts } = options;
    const now = clock.now();
    if (!areExportsWanted(facts.output, platform)) return false;
    try {
        const leftMs = (platform.timeoutAt ?? Number.POSITIVE_INFINITY) - now - marginMs;
        const limitMs = Math.min(leftMs, facts.output.ending === 'aborted' ? maxMsWhenAborted : maxMs);
        if (limitMs <= 0) throw new Error('no time left');
        const { writeExports } = await import('./exports/write-exports.ts');
        const openUpload = await platform.createUploads();
        await writeExports({ ...options, openUpload, limitMs, facts: { ...facts, endedAt: now } });
        return true;
    } catch (error) {
        log.print(`The export files were not written (${(error as Error).message}). The rows are complete.`);
        return false;
    }
}

/**
 * Whether to write exports. A program that asks for one profile does not need them and pays for the run time; a failed
 * storage takes no files.
 */
export function areExportsWanted(
    { ending, lines }: Pick<RunOutput, 'ending' | 'lines'>,
    { isCalledByProgram }: Pick<Platform, 'isCalledByProgram'>,
): boolean {
    return ending !== 'storage' && ending !== 'storage_lost' && !(isCalledByProgram && lines === 1);
}
