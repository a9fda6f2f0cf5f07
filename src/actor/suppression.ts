import { parseProfileUrl } from '../enrichment/profile-url.ts';
import type { ActorInput } from './input.ts';
import { InputError } from './input-error.ts';

/** The record that a suppression list is kept in: a list of profile URLs, or a text with one a line. */
export const suppressionRecord = 'SUPPRESSED_URLS';

/**
 * The canonical URLs of people never to be fetched or stored: those in the input, and those in the store that
 * `suppressionListId` names. Throws `InputError` when that store or a line cannot be read: a person who asked to be
 * left alone must not be fetched because of a typing error.
 */
export async function readSuppressedUrls(
    input: Pick<ActorInput, 'suppressedUrls' | 'suppressionListId'>,
    readRecord: (storeId: string, key: string) => Promise<unknown>,
): Promise<Set<string>> {
    const lines = [...input.suppressedUrls];
    if (input.suppressionListId !== undefined) lines.push(...(await readStored(input.suppressionListId, readRecord)));
    const suppressed = new Set<string>();
    for (const line of lines) {
        if (line.trim() === '') continue;
        const parsing = parseProfileUrl(line);
        if (!parsing.ok) {
            throw new InputError(
                'invalid_suppression_list',
                `The suppression list holds a line that is not a profile URL: ${line.slice(0, 80)}. Correct it and run again.`,
            );
        }
        suppressed.add(parsing.profileUrl.canonicalUrl);
    }
    return suppressed;
}

async function readStored(
    storeId: string,
    readRecord: (storeId: string, key: string) => Promise<unknown>,
): Promise<string[]> {
    const value = await readRecord(storeId, suppressionRecord).catch(() => null);
    if (typeof value === 'string') return value.split(/\r?\n/);
    if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value;
    throw new InputError(
        'unreadable_suppression_list',
        `The suppression list cannot be read: the key-value store \`${storeId.slice(0, 60)}\` has no record ${suppressionRecord} with a list of profile URLs.`,
    );
}
