import type { Clock } from '../../enrichment/clock.ts';
import { parseHandle } from '../../enrichment/profile-url/profile-url.ts';
import type { ActorInput } from './input.ts';
import { quoteInput } from './quote-input.ts';
import type { ForeignRecord } from '../platform/read-foreign-record.ts';
import { InputError } from '../input-error.ts';

/** The record that a suppression list is kept in: a list of profile URLs, or a text with one a line. */
export const suppressionRecord = 'SUPPRESSED_URLS';

type ReadRecord = (storeId: string, key: string) => Promise<ForeignRecord>;

/**
 * The canonical URLs of people never to be fetched or stored: those in the input, and those in the store that
 * `suppressionListId` names. Throws `InputError` when that store or a line cannot be read: a person who asked to be
 * left alone must not be fetched because of a typing error. Rejects when the platform does not answer.
 */
export async function readSuppressedUrls(
    input: Pick<ActorInput, 'suppressedUrls' | 'suppressionListId'>,
    readRecord: ReadRecord,
): Promise<Set<string>> {
    const lines = [...input.suppressedUrls];
    if (input.suppressionListId !== undefined) lines.push(...(await readStored(input.suppressionListId, readRecord)));
    const { suppressed, wrongLine } = parseLines(lines);
    if (wrongLine !== null)
        throw new InputError('invalid_suppression_list', `${describeWrong(wrongLine)} Correct it and run again.`);
    return suppressed;
}

/** How often a Standby run reads the list again, in milliseconds. */
export const rereadMs = 60_000;

/**
 * Reads the stored list again every minute until `signal` aborts, and tells of each reading. While it cannot be read,
 * the last one holds; a list with a wrong line adds to the last one and takes nobody off it. Each problem is told once.
 */
export async function followSuppressedUrls(
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
        await clock.sleep(rereadMs, signal).catch(() => {});
        if (signal.aborted) return;
        const before: string | null = problem;
        try {
            const lines = [...suppressedUrls, ...(await readStored(suppressionListId, readRecord))];
            const { suppressed, wrongLine } = parseLines(lines);
            last = wrongLine === null ? suppressed : new Set([...last, ...suppressed]);
            problem = wrongLine && `${describeWrong(wrongLine)} Until it is corrected, nobody is taken off the list.`;
            onRead(last);
        } catch (error) {
            const reason = error instanceof InputError ? error.message : 'The suppression list cannot be read now.';
            problem = `${reason} Those who were on it stay on it.`;
        }
        if (problem !== null && problem !== before) onProblem(problem);
    }
}

type SuppressionParsing = {
    suppressed: Set<string>;
    /** The first line that is no profile URL. */
    wrongLine: string | null;
};

function parseLines(lines: readonly string[]): SuppressionParsing {
    const suppressed = new Set<string>();
    let wrongLine: string | null = null;
    for (const line of lines) {
        if (line.trim() === '') continue;
        const parsing = parseHandle(line);
        if (parsing.ok) suppressed.add(parsing.profileUrl.canonicalUrl);
        else wrongLine ??= line;
    }
    return { suppressed, wrongLine };
}

function describeWrong(line: string): string {
    return `The suppression list holds a line that is not a profile URL: ${quoteInput(line)}.`;
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
        record: `the record ${suppressionRecord} of the key-value store ${name} is no list of profile URLs`,
        no_record: `the key-value store ${name} has no record ${suppressionRecord} with a list of profile URLs`,
        no_store: `there is no key-value store ${name}. Check \`suppressionListId\``,
        no_access: `the key-value store ${name} is closed to this run. Share it, or use one of your own`,
    } as const;
    throw new InputError(
        'unreadable_suppression_list',
        `The suppression list cannot be read: ${problems[record.kind]}.`,
    );
}
