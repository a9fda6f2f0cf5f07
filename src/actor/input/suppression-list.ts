import type { Clock } from '../../enrichment/clock.ts';
import { parseHandle } from '../../enrichment/profile-url/profile-url.ts';
import type { ActorInput } from './input.ts';
import { quoteInput } from './quote-input.ts';
import type { ForeignRecord } from '../platform/foreign-storages.ts';
import { InputError } from '../input-error.ts';

/** The record of a suppression list: profile URLs as a list, or as text with one per line. */
export const suppressionRecord = 'SUPPRESSED_URLS';

type ReadRecord = (storeId: string, key: string) => Promise<ForeignRecord>;

/**
 * The canonical URLs never to be fetched or stored, from the input and from the store in `suppressionListId`. Throws
 * `InputError` when the store or a line cannot be read: a typing error must not cause a suppressed person to be
 * fetched. Rejects when the platform does not respond.
 */
export async function readSuppressedUrls(
    input: Pick<ActorInput, 'suppressedUrls' | 'suppressionListId'>,
    readRecord: ReadRecord,
): Promise<Set<string>> {
    const lines = [...input.suppressedUrls];
    if (input.suppressionListId !== undefined) lines.push(...(await readStored(input.suppressionListId, readRecord)));
    const { suppressed, invalidLine } = parseLines(lines);
    if (invalidLine !== null)
        throw new InputError('invalid_suppression_list', `${describeInvalid(invalidLine)} Correct it and run again.`);
    return suppressed;
}

/** Interval at which a Standby run reads the list again, in milliseconds. */
export const suppressionPollMs = 60_000;

/**
 * Reads the stored list again every minute until `signal` aborts, and reports each reading. While it cannot be read,
 * the last one applies; a list with an invalid line only adds people. Each problem is reported once.
 */
export async function pollSuppressedUrls(
    input: Pick<ActorInput, 'suppressedUrls' | 'suppressionListId'>,
    {
        first,
        readRecord,
        clock,
        signal,
        onRead,
        onProblem,
    }: {
        first: ReadonlySet<string>;
        readRecord: ReadRecord;
        clock: Pick<Clock, 'sleep'>;
        signal: AbortSignal;
        onRead: (suppressed: ReadonlySet<string>) => void;
        onProblem: (message: string) => void;
    },
): Promise<void> {
    const { suppressionListId, suppressedUrls } = input;
    if (suppressionListId === undefined) return;
    let last = first;
    let problem: string | null = null;
    while (!signal.aborted) {
        await clock.sleep(suppressionPollMs, signal).catch(() => {});
        if (signal.aborted) return;
        const before: string | null = problem;
        try {
            const lines = [...suppressedUrls, ...(await readStored(suppressionListId, readRecord))];
            const { suppressed, invalidLine } = parseLines(lines);
            last = invalidLine === null ? suppressed : new Set([...last, ...suppressed]);
            problem =
                invalidLine &&
                `${describeInvalid(invalidLine)} Until it is corrected, nobody is removed from the list.`;
            onRead(last);
        } catch (error) {
            const reason =
                error instanceof InputError ? error.message : 'The suppression list cannot be read at the moment.';
            problem = `${reason} The previous list still applies.`;
        }
        if (problem !== null && problem !== before) onProblem(problem);
    }
}

type SuppressionParsing = {
    suppressed: Set<string>;
    /** The first invalid line. */
    invalidLine: string | null;
};

function parseLines(lines: readonly string[]): SuppressionParsing {
    const suppressed = new Set<string>();
    let invalidLine: string | null = null;
    for (const line of lines) {
        if (line.trim() === '') continue;
        const parsing = parseHandle(line);
        if (parsing.ok) suppressed.add(parsing.profileUrl.canonicalUrl);
        else invalidLine ??= line;
    }
    return { suppressed, invalidLine };
}

function describeInvalid(line: string): string {
    return `The suppression list has a line that is not a profile URL: ${quoteInput(line)}.`;
}

async function readStored(storeId: string, readRecord: ReadRecord): Promise<string[]> {
    const record = await readRecord(storeId, suppressionRecord);
    if (record.kind === 'record') {
        const { value } = record;
        if (typeof value === 'string') return value.split(/\r?\n/);
        if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value;
    }
    const name = `\`${quoteInput(storeId)}\``;
    const problems = {
        record: `the record ${suppressionRecord} of the key-value store ${name} is not a list of profile URLs`,
        no_record: `the key-value store ${name} has no record ${suppressionRecord} with a list of profile URLs`,
        no_store: `there is no key-value store ${name}. Check \`suppressionListId\``,
        no_access: `the key-value store ${name} is not accessible to this run. Share it, or use one of your own`,
    } as const;
    throw new InputError(
        'unreadable_suppression_list',
        `The suppression list cannot be read: ${problems[record.kind]}.`,
    );
}
