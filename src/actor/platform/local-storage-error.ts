/** What is wrong, by the code of the system's error. */
const problems: Record<string, string> = {
    ENOSPC: 'The disk is full',
    EDQUOT: 'The disk quota is used up',
    EROFS: 'The disk can only be read',
    EACCES: 'There is no permission to write',
    EPERM: 'There is no permission to write',
};

/** The local storage does not take or give what it should; nothing of it was written. The message is for the user. */
export class LocalStorageError extends Error {
    override name = 'LocalStorageError';
    /** Whether what was stored before is gone. */
    readonly isLost: boolean;

    constructor(message: string, { isLost = false, ...options }: ErrorOptions & { isLost?: boolean } = {}) {
        super(message, options);
        this.isLost = isLost;
    }
}

/** A folder that somebody emptied, moved or removed while the run was using it. */
export function describeLoss(folder: string): LocalStorageError {
    const message = `The folder ${folder} was emptied or moved while the run was going on, so the run stopped: what it had stored there is gone. Start it again, and let it have the folder to itself.`;
    return new LocalStorageError(message, { isLost: true });
}

/** A file that could not be written. */
export function describeWriteFailure(path: string, cause: unknown): LocalStorageError {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    const message = `${problems[code] ?? `A file cannot be written (${code})`}: ${path} could not be written.`;
    return new LocalStorageError(message, { cause });
}
