import { createHash } from 'node:crypto';
import * as z from 'zod';
import { sourceNames, type SourceName } from '../../enrichment/result/result.ts';
import type { RecordStore } from '../platform/run-state.ts';
import { watchedSchema } from './changes.ts';

/** How long a person who is not seen again is kept: 180 days. */
const retentionMs = 180 * 24 * 60 * 60 * 1000;

const peoplePerSegment = 5000;
const keyPrefix = 'people-';
const maxConcurrentCalls = 8;
/** Another run may merge segments while they are read. */
const maxReadAttempts = 5;

/** The snapshot of one person, stored under the fingerprint of the requested address. */
const personSnapshotSchema = watchedSchema.extend({
    seen_at: z.iso.datetime(),
    /** The fingerprint of the address that responded, if different. */
    person: z.string().optional(),
    /** Found before and gone now: then nothing else is kept. */
    is_gone: z.literal(true).optional(),
});
export type PersonSnapshot = z.infer<typeof personSnapshotSchema>;

/** People by fingerprint. */
export type People = Map<string, PersonSnapshot>;

export const peopleSchema = z.record(z.string(), personSnapshotSchema);

/** A named key-value store, which outlives the run. */
export type NamedStore = RecordStore & {
    listKeys(): Promise<string[]>;
    delete(key: string): Promise<void>;
};

/**
 * Creates a store of snapshots in segments that are written once and never changed. The later of two snapshots of a
 * person counts. Loading merges segments: new ones are written before old ones are deleted, so a kill or a concurrent
 * run loses nobody.
 */
export function createWatchStore({
    records,
    clock,
    newId,
}: {
    records: NamedStore;
    clock: { now(): number };
    newId: () => string;
}) {
    /** Adds snapshots without changing existing ones: two runs may do so at once. */
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
            const segments = await mapInGroups(keys, (key) => records.get(key));
            // A missing segment was merged into a newer one meanwhile: read again.
            if (segments.includes(null) && attempt < maxReadAttempts) continue;
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
        /**
         * Loads all snapshots. Those in `erased` or not seen for 180 days are deleted from the store when this resolves.
         * Unreadable segments are skipped and stay.
         */
        async load(erased: ReadonlySet<string>): Promise<People> {
            const { keys, people } = await readSegments();
            const oldest = new Date(clock.now() - retentionMs).toISOString();
            const before = people.size;
            removePeople(people, erased);
            for (const [fingerprint, { seen_at: seenAt }] of people) {
                if (seenAt < oldest) people.delete(fingerprint);
            }
            const isFragmented = keys.length > Math.ceil(people.size / peoplePerSegment);
            if (people.size < before || isFragmented) {
                await append(people);
                await mapInGroups(keys, (key) => records.delete(key));
            }
            return people;
        },
    };
}

export type WatchStore = ReturnType<typeof createWatchStore>;

/**
 * Removes people from `people` by fingerprint, with their snapshots under other addresses that led to the same person.
 */
export function removePeople(people: People, erased: ReadonlySet<string>): void {
    const matched = new Set(erased);
    for (let known = -1; known !== matched.size;) {
        known = matched.size;
        for (const [fingerprint, { person }] of people) {
            if (person === undefined || (!matched.has(fingerprint) && !matched.has(person))) continue;
            matched.add(fingerprint).add(person);
        }
    }
    for (const fingerprint of matched) people.delete(fingerprint);
}

/** Calls `ask` for every key, a few at a time: storages limit calls per second. */
async function mapInGroups<Value>(keys: string[], ask: (key: string) => Promise<Value>): Promise<Value[]> {
    const values: Value[] = [];
    for (let start = 0; start < keys.length; start += maxConcurrentCalls) {
        values.push(...(await Promise.all(keys.slice(start, start + maxConcurrentCalls).map(ask))));
    }
    return values;
}

const maxSlugLength = 40;

/** The pattern of all watch store names. */
export const watchStorePattern = /^watch-[a-z0-9-]+-[0-9a-f]{8}$/;

/**
 * The name of a watch's key-value store: readable, within what a storage allows (a-z, 0-9 and hyphens, at most 63), and
 * unique by a hash even when two watch names reduce to the same slug.
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
 * The fingerprint of a person as shown by one source: sources disagree, so a change only counts against the same
 * source. A hash that cannot be read back into an address; 132 bits, so that two people never share one.
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
