import type { Clock } from '../../enrichment/clock.ts';
import { parseHandle } from '../../enrichment/profile-url/profile-url.ts';
import type { ActorInput } from './input.ts';
import { quoteInput } from './quote-input.ts';
import type { ForeignRecord } from '../platform/foreign-storages.ts';
import { InputError } from '../input-error.ts';

/** The record of a suppression list: profile URLs as a list, or as text with one per line. */
export const suppressionRecord = 'SUPPRESSED_URLS';

type SuppressionInput = Pick<ActorInput, 'suppressedUrls' | 'suppressionListId'>;
type ReadRecord = (storeId: string, key: string) => Promise<ForeignRecord>;

/**
 * The canonical URLs never to be fetched or stored, from the input and from the store in `suppressionListId`. Throws
 * `InputError` when the store or a line cannot be read: a typing error must not cause a suppressed person to be
 * fetched. Rejects when the platform does not respond.
 */
export async function readSuppressedUrls(input: SuppressionInput, readRecord: ReadRecord): Promise<Set<string>> {
    const { suppressed, mistake } = await readLines(input, readRecord);
    if (mistake === null) return suppressed;
    throw new InputError('invalid_suppression_list', `${mistake} Correct it and run again.`);
}

/** Interval at which a Standby run reads the list again, in milliseconds. */
export const suppressionPollMs = 60_000;

type Polling = {
    first: ReadonlySet<string>;
    readRecord: ReadRecord;
    clock: Pick<Clock, 'sleep'>;
    signal: AbortSignal;
    onRead: (suppressed: ReadonlySet<string>) => void;
    onProblem: (message: string) => void;
};

/**
 * Reads the stored list again every minute until `signal` aborts, and reports each reading. While it cannot be read,
 * the last one applies; a list with an invalid line only adds people. Each problem is reported once.
 */
export async function pollSuppressedUrls(
    input: SuppressionInput,
    { first, readRecord, clock, signal, onRead, onProblem }: Polling,
): Promise<void> {
    if (input.suppressionListId === undefined) return;
    let last = first;
    let problem: string | null = null;
    while (!signal.aborted) {
        await clock.sleep(suppressionPollMs, signal).catch(() => {});
        if (signal.aborted) return;
        const before: string | null = problem;
        try {
            const { suppressed, mistake } = await readLines(input, readRecord);
            last = mistake === null ? suppressed : new Set([...last, ...suppressed]);
            problem = mistake && `${mistake} Until it is corrected, nobody is removed from the list.`;
            onRead(last);
        } catch (error) {
            const reason =
                error instanceof InputError ? error.message : 'The suppression list cannot be read at the moment.';
            problem = `${reason} The previous list still applies.`;
        }
        if (problem !== null && problem !== before) onProblem(problem);
    }
}

/** The profiles of all valid lines; `mistake` describes the first invalid one. */
async function readLines(
    { suppressedUrls, suppressionListId }: SuppressionInput,
    readRecord: ReadRecord,
): Promise<{ suppressed: Set<string>; mistake: string | null }> {
    const stored = suppressionListId === undefined ? [] : await readStored(suppressionListId, readRecord);
    const suppressed = new Set<string>();
    let mistake: string | null = null;
    for (const line of [...suppressedUrls, ...stored]) {
        if (line.trim() === '') continue;
        const parsing = parseHandle(line);
        if (parsing.ok) suppressed.add(parsing.profileUrl.canonicalUrl);
        else mistake ??= `The suppression list has a line that is not a profile URL: ${quoteInput(line)}.`;
    }
    return { suppressed, mistake };
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
