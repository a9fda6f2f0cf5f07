import { print } from './output/console-report.ts';
import { InputError } from './input-error.ts';
import type { Platform } from './platform/platform.ts';
import { LocalStorageError } from './platform/local-storage-error.ts';
import { isPlatformFailure } from './platform/errors.ts';
import { describeResume, type FailedOutput } from './output/totals.ts';

/** What a run says that cannot reach its storage. */
export function describeStorageDown(isAtHome: boolean): string {
    return `${isAtHome ? 'Apify’s storage' : 'The storage'} cannot be reached, so the run stopped. Nothing is lost: ${describeResume(isAtHome)} to go on with it.`;
}

export type FailContext = {
    /** What the log says of an error that is a mistake of ours. */
    describeBug: (error: unknown) => Promise<string>;
    /** What was warned of before. */
    warnings: string[];
};

/** Ends a run that an error broke off: one sentence in the log, the status and `OUTPUT`; exit code 1. */
export async function failRun(
    platform: Platform,
    error: unknown,
    { describeBug, warnings }: FailContext,
): Promise<void> {
    // The next container finds a storage that answers, and goes on.
    if (platform.isMigrating() && isPlatformFailure(error)) await platform.reboot();
    const mistake = await describeError(error, platform.isAtHome, describeBug);
    print(mistake.message);
    const output: FailedOutput = warnings.length > 0 ? { error: mistake, warnings } : { error: mistake };
    await Promise.all([
        platform.setStatus(mistake.message, true),
        platform.records.set('OUTPUT', output).catch(() => {}),
    ]);
    await platform.exit(1);
}

async function describeError(
    error: unknown,
    isAtHome: boolean,
    describeBug: FailContext['describeBug'],
): Promise<FailedOutput['error']> {
    const broken = [error, (error as Error).cause].find((failure) => failure instanceof LocalStorageError);
    if (broken) return { code: 'storage_failed', message: broken.message };
    if (error instanceof InputError) return { code: error.code, message: error.message };
    if (isPlatformFailure(error)) {
        print(`${(error as Error).name}: ${(error as Error).message}`);
        return { code: 'platform_unavailable', message: describeStorageDown(isAtHome) };
    }
    print(await describeBug(error));
    return {
        code: 'internal_error',
        message: `The run broke off because of a mistake of ours; ${describeResume(isAtHome)} to go on with it. Rows and charges are safe.`,
    };
}
