import type { EnrichProfileContext } from '../enrichment/enrich-profile.ts';
import type { FailedOutcome } from '../enrichment/source.ts';

const causes: Record<FailedOutcome['code'], string> = {
    upstream_error: 'LinkedIn did not show it',
    upstream_timeout: 'LinkedIn did not answer in time',
    rate_limit_exceeded: 'LinkedIn asked us to slow down',
    internal_error: 'a mistake of ours',
};

export type RetryLog = {
    /** Takes note of one try that failed. */
    note: NonNullable<EnrichProfileContext['onRetry']>;
    /** Says how many tries were made again. */
    close(): void;
};

/**
 * What the log says of tries that fail: a line for each profile that was given up, and at the end how many tries were
 * made again. A line for every try would be 20,000 in a run of 5,000 that finds LinkedIn closed.
 */
export function createRetryLog(print: (message: string) => void): RetryLog {
    let retries = 0;
    return {
        note({ handle }, { code, detail }, delayMs) {
            if (delayMs === null) print(`${handle} was given up: ${causes[code]} (${detail}).`);
            else retries += 1;
        },
        close() {
            if (retries > 0) print(`Tries that failed and were made again: ${retries.toLocaleString('en-US')}.`);
        },
    };
}
