import { LocalStorageError } from './local/local-storage.ts';

/**
 * Whether a call failed for good: a 4xx other than 408 and 429, or a local storage error. Nothing was carried out and
 * no retry helps.
 */
export function isRefusal(error: unknown): boolean {
    if (error instanceof LocalStorageError) return true;
    const { statusCode } = error as { statusCode?: number };
    return (
        statusCode !== undefined && statusCode >= 400 && statusCode < 500 && statusCode !== 408 && statusCode !== 429
    );
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
