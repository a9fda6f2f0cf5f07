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
    const suppressed = new Set<string>();
    for (const line of lines) {
        if (line.trim() === '') continue;
        const parsing = parseHandle(line);
        if (!parsing.ok) {
            throw new InputError(
                'invalid_suppression_list',
                `The suppression list holds a line that is not a profile URL: ${quoteInput(line)}. Correct it and run again.`,
            );
        }
        suppressed.add(parsing.profileUrl.canonicalUrl);
    }
    return suppressed;
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
