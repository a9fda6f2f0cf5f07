import * as z from 'zod';
import type { RecordStore } from '../platform/run-state.ts';
import { watchedSchema } from './changes.ts';
import { createHash } from 'node:crypto';
import { sourceNames, type SourceName } from '../../enrichment/result/result.ts';

/** How long somebody who is not seen again is kept, in days. */
export const retentionDays = 180;
const retentionMs = retentionDays * 24 * 60 * 60 * 1000;

const peoplePerSegment = 5000;
const keyPrefix = 'people-';
const callsAtOnce = 8;
/** Another run may fold segments while they are read. */
const attemptsToRead = 5;

/** What is kept of one person, under the fingerprint of the address they were asked for by. */
export const personSnapshotSchema = watchedSchema.extend({
    seen_at: z.iso.datetime(),
    /** The fingerprint of the address that answered, when it was another one. */
    person: z.string().optional(),
    /** Whether they were found before and are gone: then nothing else is kept of them. */
    is_gone: z.literal(true).optional(),
});
export type PersonSnapshot = z.infer<typeof personSnapshotSchema>;

/** People by fingerprint. */
export type People = Map<string, PersonSnapshot>;

export const peopleSchema = z.record(z.string(), personSnapshotSchema);

/** A key-value store that outlives the run. */
export type NamedStore = RecordStore & {
    listKeys(): Promise<string[]>;
    delete(key: string): Promise<void>;
};

export type WatchStore = {
    /**
     * Everybody kept. Those not seen for `retentionDays`, and those whose fingerprint is in `erased`, are gone from the
     * store when this resolves. What cannot be read is passed over, and stays.
     */
    load(erased: ReadonlySet<string>): Promise<People>;
    /** Adds what was learned. Never touches what is there: two runs can do so at once. */
    append(people: People): Promise<void>;
};

/**
 * People kept in segments that are written once and never changed. Of two segments that know somebody, the later observation
 * counts. Loading folds many segments into few: the new ones are written before the old are deleted, so nobody is
 * lost when a run is killed in between or another one does the same.
 */
export function createWatchStore({
    records,
    clock,
    newId,
}: {
    records: NamedStore;
    clock: { now(): number };
    newId: () => string;
}): WatchStore {
    async function append(people: People): Promise<void> {
        const entries = [...people];
        for (let start = 0; start < entries.length; start += peoplePerSegment) {
            const segment = Object.fromEntries(entries.slice(start, start + peoplePerSegment));
            await records.set(`${keyPrefix}${newId()}`, segment);
        }
    }

    async function readSegments(): Promise<{ keys: string[]; people: People }> {
        for (let attempt = 1; ; attempt += 1) {
            const keys = (await records.listKeys()).filter((key) => key.startsWith(keyPrefix));
            const segments = await mapInTurns(keys, (key) => records.get(key));
            // A segment that is gone was folded into a newer one meanwhile: look again.
            if (segments.includes(null) && attempt < attemptsToRead) continue;
            const people: People = new Map();
            const read = keys.filter((_, index) => {
                const segment = peopleSchema.safeParse(segments[index]).data;
                for (const [fingerprint, person] of Object.entries(segment ?? {})) {
                    const known = people.get(fingerprint);
                    if (!known || known.seen_at <= person.seen_at) people.set(fingerprint, person);
                }
                return segment !== undefined;
            });
            return { keys: read, people };
        }
    }

    return {
        append,
        async load(erased) {
            const { keys, people } = await readSegments();
            const oldest = new Date(clock.now() - retentionMs).toISOString();
            const before = people.size;
            removePeople(people, erased);
            for (const [fingerprint, { seen_at: seenAt }] of people) {
                if (seenAt < oldest) people.delete(fingerprint);
            }
            const isScattered = keys.length > Math.ceil(people.size / peoplePerSegment);
            if (people.size < before || isScattered) {
                await append(people);
                await mapInTurns(keys, (key) => records.delete(key));
            }
            return people;
        },
    };
}

/**
 * Takes people out of `people` by their fingerprints, with what is kept of them under other addresses that led to the
 * same person.
 */
export function removePeople(people: People, erased: ReadonlySet<string>): void {
    const theirs = new Set(erased);
    for (let known = -1; known !== theirs.size;) {
        known = theirs.size;
        for (const [fingerprint, { person }] of people) {
            if (person === undefined || (!theirs.has(fingerprint) && !theirs.has(person))) continue;
            theirs.add(fingerprint).add(person);
        }
    }
    for (const fingerprint of theirs) people.delete(fingerprint);
}

/** Calls `ask` for every key, a few at a time: storages limit how many calls they take a second. */
async function mapInTurns<Answer>(keys: string[], ask: (key: string) => Promise<Answer>): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let start = 0; start < keys.length; start += callsAtOnce) {
        answers.push(...(await Promise.all(keys.slice(start, start + callsAtOnce).map(ask))));
    }
    return answers;
}

const maxSlugLength = 40;

/** What the name of every watch's store looks like. */
export const watchStorePattern = /^watch-[a-z0-9-]+-[0-9a-f]{8}$/;

/**
 * The key-value store that a watch is kept in: readable, and different for every name, however alike two of them look
 * once they are spelt as a storage takes it (a-z, 0-9 and hyphens, 63 at most).
 */
export function buildWatchStoreName(watchName: string): string {
    const slug = watchName
        .normalize('NFKD')
        .toLowerCase()
        .replace(/\p{Mark}/gu, '')
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, maxSlugLength)
        .replace(/^-+|-+$/g, '');
    const hash = createHash('sha256').update(watchName.normalize('NFC')).digest('hex').slice(0, 8);
    return `watch-${slug === '' ? 'list' : slug}-${hash}`;
}

/**
 * What a watch knows a person by, as one source shows them: sources disagree, and a change is a change only against
 * what the same source said before. It says whether two addresses are the same and cannot be read back into one by
 * looking at it; 132 bits, so that two people never share one.
 */
export function buildFingerprint(canonicalUrl: string, source: SourceName = 'public-page'): string {
    const isPage = source === 'public-page' || source === 'sandbox';
    const text = isPage ? canonicalUrl : `${source} ${canonicalUrl}`;
    return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** A person's fingerprints at every source. */
export function listFingerprints(canonicalUrl: string): string[] {
    return [...new Set(sourceNames.map((source) => buildFingerprint(canonicalUrl, source)))];
}
