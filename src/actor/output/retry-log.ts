import { describeEvent } from '../../enrichment/enrich-profile.ts';
import type { FailedOutcome } from '../../enrichment/source.ts';
import { formatCount } from './format.ts';

/** Profiles logged individually per reason. */
const maxNamed = 5;

/**
 * Creates the log of failed attempts: the first few profiles given up per reason, and at the end totals per reason and
 * the number of retries. A line per attempt would be 20,000 lines in a run of 5,000 when LinkedIn refuses all.
 */
export function createRetryLog(print: (message: string) => void) {
    let retries = 0;
    const givenUp = new Map<string, number>();
    return {
        /** Records a failed attempt at a profile; `delayMs` is null when there is no retry. */
        recordProfile: ({ handle }: { handle: string }, failure: FailedOutcome, delayMs: number | null): void => {
            if (delayMs !== null) {
                retries += 1;
                return;
            }
            const event = describeEvent(failure);
            const count = (givenUp.get(event) ?? 0) + 1;
            givenUp.set(event, count);
            if (count <= maxNamed) print(`Gave up on ${handle}: ${event} (${failure.detail}).`);
            if (count === maxNamed) print('Further profiles given up for this reason are counted at the end.');
        },
        /** Records a failed attempt at a company. */
        recordCompany: (path: string, { detail }: FailedOutcome, delayMs: number | null): void => {
            if (delayMs === null) print(`Gave up on the page ${path}: ${detail}.`);
            else retries += 1;
        },
        /** Logs how many profiles were given up, by reason, and the number of retries. */
        close: (): void => {
            for (const [event, count] of [...givenUp].toSorted(([, one], [, other]) => other - one))
                print(`Given up: ${formatCount(count)}. ${event}.`);
            if (retries > 0) print(`Retries: ${formatCount(retries)}.`);
        },
    };
}

export type RetryLog = ReturnType<typeof createRetryLog>;

/** Creates a log of bugs: each kind once, with its stack. A parser bug affects every page, and one stack is enough. */
export function createBugLog(
    print: (message: string) => void,
    describeBug: (thrown: unknown) => Promise<string>,
): (thrown: unknown) => void {
    const seen = new Set<string>();
    return (thrown) => {
        const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
        // The message may vary by page; the place of the throw identifies the bug.
        const [message = '', place = message] = stack.split(/\n\s*(?=at )/, 2);
        if (seen.has(place)) return;
        seen.add(place);
        void describeBug(thrown)
            .catch(() => message)
            .then(print);
    };
}
