/** A local read or write failed; nothing of it was written. The message is for users. */
export class LocalStorageError extends Error {
    override name = 'LocalStorageError';
    /** Whether stored data is gone. */
    readonly isLost: boolean;

    constructor(message: string, { isLost = false, ...options }: ErrorOptions & { isLost?: boolean } = {}) {
        super(message, options);
        this.isLost = isLost;
    }
}

/** The error for a folder that was emptied, moved or removed during the run. */
export function describeLoss(folder: string): LocalStorageError {
    const message = `The folder ${folder} was emptied or moved during the run, so the run stopped: what it had stored there is gone. Start it again, and do not change the folder while it runs.`;
    return new LocalStorageError(message, { isLost: true });
}

/** Messages by system error code. */
const problems: Record<string, string> = {
    ENOSPC: 'The disk is full',
    EDQUOT: 'The disk quota is used up',
    EROFS: 'The disk is read-only',
    EACCES: 'There is no permission to write',
    EPERM: 'There is no permission to write',
};

/** The error for a file that could not be written. */
export function describeWriteFailure(path: string, cause: unknown): LocalStorageError {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const message = `${problems[code] ?? `A file cannot be written (${code})`}: ${path} could not be written.`;
    return new LocalStorageError(message, { cause });
}

/**
 * Whether a call failed for good: a 4xx other than 408 and 429, or a local storage error. Nothing was carried out and
 * no retry helps.
 */
export function isRefusal(error: unknown): boolean {
    if (error instanceof LocalStorageError) return true;
    const { statusCode = 0 } = error as { statusCode?: number };
    return statusCode >= 400 && statusCode < 500 && statusCode !== 408 && statusCode !== 429;
}

/** Whether the platform denied access. */
export function isForbidden(error: unknown): boolean {
    const { statusCode } = error as { statusCode?: number };
    return statusCode === 401 || statusCode === 403;
}

/** Whether an error is a failed platform or storage call rather than a bug. */
export function isPlatformFailure(error: unknown): boolean {
    const { name, isAxiosError } = error as { name?: string; isAxiosError?: boolean };
    return (
        isAxiosError === true ||
        error instanceof LocalStorageError ||
        name === 'ApifyApiError' ||
        name === 'RowsRefusedError'
    );
}
