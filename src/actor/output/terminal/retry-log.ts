import type { CompaniesOptions } from '../../../enrichment/companies.ts';
import type { EnrichProfileContext } from '../../../enrichment/enrich-profile.ts';
import { describeEvent } from '../../../enrichment/result/failure-message.ts';

/** How many profiles given up for one reason have a line of their own. */
const maxNamed = 5;

export type RetryLog = {
    /** Takes note of one try that failed. */
    note: NonNullable<EnrichProfileContext['onRetry']>;
    /** Takes note of one try at a company that failed. */
    recordCompany: NonNullable<CompaniesOptions['onRetry']>;
    /** Says how many profiles were given up, by reason, and how many tries were made again. */
    close(): void;
};

/**
 * Logs bugs of ours: each kind once, with its stack. A bug in the reader meets every page, and one stack is enough.
 */
export function createBugLog(
    print: (message: string) => void,
    describeBug: (thrown: unknown) => Promise<string>,
): (thrown: unknown) => void {
    const seen = new Set<string>();
    const show = async (thrown: unknown, message: string) => print(await describeBug(thrown).catch(() => message));
    return (thrown) => {
        const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
        // The message may name the page; the place it was thrown at is the kind.
        const [message = '', place = message] = stack.split(/\n\s*(?=at )/, 2);
        if (seen.has(place)) return;
        seen.add(place);
        void show(thrown, message);
    };
}

/**
 * What the log says of tries that fail: a line for the first few profiles given up for each reason, and at the end how
 * many were given up for it and how many tries were made again. A line for every try would be 20,000 in a run of 5,000 that finds LinkedIn closed.
 */
export function createRetryLog(print: (message: string) => void): RetryLog {
    let retries = 0;
    const givenUp = new Map<string, number>();
    return {
        note({ handle }, failure, delayMs) {
            if (delayMs !== null) {
                retries += 1;
                return;
            }
            const event = describeEvent(failure);
            const count = (givenUp.get(event) ?? 0) + 1;
            givenUp.set(event, count);
            if (count <= maxNamed) print(`Gave up on ${handle}: ${event} (${failure.detail}).`);
            if (count === maxNamed) print('Others given up for this reason are counted at the end.');
        },
        recordCompany(path, { detail }, delayMs) {
            if (delayMs === null) print(`Gave up on the page ${path}: ${detail}.`);
            else retries += 1;
        },
        close() {
            for (const [event, count] of [...givenUp].toSorted(([, one], [, other]) => other - one))
                print(`Given up: ${count.toLocaleString('en-US')}. ${event}.`);
            if (retries > 0) print(`Retries: ${retries.toLocaleString('en-US')}.`);
        },
    };
}
