import { LocalStorageError } from './local/local-storage.ts';

/**
 * A 4xx is the platform's own word that nothing was done and never will be; 408 and 429 ask for another try. A folder
 * that takes nothing has the same to say.
 */
export function isRefusal(error: unknown): boolean {
    if (error instanceof LocalStorageError) return true;
    const { statusCode } = error as { statusCode?: number };
    return (
        statusCode !== undefined && statusCode >= 400 && statusCode < 500 && statusCode !== 408 && statusCode !== 429
    );
}

/** Whether the platform says that this run may not do what it asked for. */
export function isForbidden(error: unknown): boolean {
    const { statusCode } = error as { statusCode?: number };
    return statusCode === 401 || statusCode === 403;
}

/** Whether an error is about a call to the Apify platform that failed, and not about a mistake of ours. */
export function isPlatformFailure(error: unknown): boolean {
    const { name, isAxiosError } = error as { name?: string; isAxiosError?: boolean };
    return (
        isAxiosError === true ||
        error instanceof LocalStorageError ||
        name === 'ApifyApiError' ||
        name === 'RowsRefusedError'
    );
}
