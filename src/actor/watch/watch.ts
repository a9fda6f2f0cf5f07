import * as z from 'zod';
import type { Clock } from '../../enrichment/clock.ts';
import type { Profile } from '../../enrichment/result/profile.ts';
import type { SourceName } from '../../enrichment/result/result.ts';
import { parseHandle } from '../../enrichment/profile-url/profile-url.ts';
import { readAddresses } from '../input/lists/read-addresses.ts';
import type { Row } from '../ledger/row.ts';
import type { RecordStore } from '../platform/run-state.ts';
import { findChanges, mergeWatched, type Change, type PersonChange, type SkipReason } from './changes.ts';
import {
    buildFingerprint,
    listFingerprints,
    peopleSchema,
    removePeople,
    type PersonSnapshot,
    type People,
    type WatchStore,
} from './watch-store.ts';

/** Records of the run's store that a restart resumes from. */
const baselineKey = 'WATCH_BASELINE';
const unchangedKey = 'WATCH_UNCHANGED';

const peoplePerSave = 25;
/**
 * How long the end of a run waits for snapshots to be saved; the watch catches up at the next start of a killed run.
 */
const closeLimitMs = 5_000;

const baselineSchema = z.object({ store: z.string(), people: peopleSchema });
const unchangedSchema = z.object({
    store: z.string(),
    inputIndexes: z.array(z.int()),
    gone: z.array(z.int()).default([]),
});

/** A profile found in this run. */
export type Observation = {
    askedUrl: string;
    answeredUrl: string;
    source: SourceName;
    profile: Partial<Profile>;
    seenAt: string;
};

/** A profile not found in this run. */
export type Absence = Pick<Observation, 'askedUrl' | 'source' | 'seenAt'>;

type Comparison = { change: PersonChange; changes: Change[] };

export type OpenWatchOptions = {
    storeName: string;
    store: WatchStore;
    records: RecordStore;
    clock: Clock;
    onlyChanged: boolean;
    /** Canonical URLs of the list: other people's snapshots are not loaded into the run. */
    askedUrls: readonly string[];
    suppressedUrls: ReadonlySet<string>;
};

/**
 * Opens a watch. The snapshots to compare with are fixed at the run's first start and kept in its own store, so that a
 * restart finds the same changes; new snapshots are saved during the run. Suppressed people are erased first.
 */
export async function openWatch(options: OpenWatchOptions) {
    const { storeName, store, records, clock, onlyChanged } = options;
    const erased = new Set([...options.suppressedUrls].flatMap(listFingerprints));
    const kept = await store.load(erased);
    const baseline = await openBaseline();
    const skipped = await readSkipped();
    const skippedBefore = new Map(skipped);
    let pending: People = new Map();
    let saving = Promise.resolve(true);
    let hasErasures = false;

    async function openBaseline(): Promise<People> {
        const earlier = baselineSchema.safeParse(await records.get(baselineKey)).data;
        if (earlier?.store === storeName) {
            const people: People = new Map(Object.entries(earlier.people));
            await eraseFromBaseline(people);
            return people;
        }
        const asked = new Set(options.askedUrls.flatMap(listFingerprints));
        const people: People = new Map([...kept].filter(([fingerprint]) => asked.has(fingerprint)));
        await saveBaseline(people);
        return people;
    }

    function saveBaseline(people: People): Promise<void> {
        return records.set(baselineKey, { store: storeName, people: Object.fromEntries(people) });
    }

    async function eraseFromBaseline(people: People): Promise<void> {
        const before = people.size;
        removePeople(people, erased);
        if (people.size < before) await saveBaseline(people);
    }

    async function readSkipped(): Promise<Map<number, SkipReason>> {
        const earlier = unchangedSchema.safeParse(await records.get(unchangedKey)).data;
        if (earlier?.store !== storeName) return new Map();
        const read = (indexes: readonly number[], reason: SkipReason) =>
            indexes.map((index) => [index, reason] as const);
        return new Map([...read(earlier.inputIndexes, 'unchanged'), ...read(earlier.gone, 'gone')]);
    }

    function saveSkipped(): Promise<void> {
        const list = (wanted: SkipReason) =>
            [...skipped].flatMap(([index, reason]) => (reason === wanted ? [index] : []));
        return records.set(unchangedKey, { store: storeName, inputIndexes: list('unchanged'), gone: list('gone') });
    }

    function keepObservation({ askedUrl, answeredUrl, source, profile, seenAt }: Observation): void {
        const fingerprint = buildFingerprint(askedUrl, source);
        const person: PersonSnapshot = {
            ...mergeWatched(baseline.get(fingerprint), profile),
            seen_at: seenAt,
            ...(answeredUrl === askedUrl ? {} : { person: buildFingerprint(answeredUrl) }),
        };
        keep(fingerprint, person);
    }

    /** A person who is gone is kept without texts; the date stops the snapshot from expiring. */
    function keepAbsence({ askedUrl, source, seenAt }: Absence): void {
        const nothing = { company: null, title: null, location: null, headline: null };
        keep(buildFingerprint(askedUrl, source), { ...nothing, seen_at: seenAt, is_gone: true });
    }

    function keep(fingerprint: string, person: PersonSnapshot): void {
        pending.set(fingerprint, person);
        if (pending.size >= peoplePerSave) void save();
    }

    /** Saves pending snapshots, one save at a time; what cannot be saved stays pending. */
    function save(): Promise<boolean> {
        saving = saving.then(async () => {
            if (pending.size === 0) return true;
            const people = pending;
            pending = new Map();
            try {
                await store.append(people);
                if (skipped.size > 0) await saveSkipped();
                return true;
            } catch {
                pending = new Map([...people, ...pending]);
                return false;
            }
        });
        return saving;
    }

    async function saveAndErase(): Promise<boolean> {
        await save();
        const isSaved = await save();
        if (!hasErasures) return isSaved;
        return Promise.all([store.load(erased), eraseFromBaseline(baseline)]).then(
            () => isSaved,
            () => false,
        );
    }

    return {
        /** Whether unchanged people get no row. */
        onlyChanged,
        /** Lines that earlier starts of this run finished without a row. */
        skippedBefore,
        /** Compares with the last run. A person found again after being gone is new. */
        compare({ askedUrl, source, profile }: Pick<Observation, 'askedUrl' | 'source' | 'profile'>): Comparison {
            const before = baseline.get(buildFingerprint(askedUrl, source));
            if (!before || before.is_gone) return { change: 'new', changes: [] };
            const changes = findChanges(before, profile);
            return { change: changes.length > 0 ? 'changed' : 'same', changes };
        },
        /** Classifies an absence: gone since the last run, gone before, or never known. */
        classifyAbsence({ askedUrl, source }: Absence): 'gone' | 'gone_before' | 'unknown' {
            const before = baseline.get(buildFingerprint(askedUrl, source));
            if (!before) return 'unknown';
            return before.is_gone ? 'gone_before' : 'gone';
        },
        /** Marks the line's person as unchanged: no row, and not fetched again. */
        recordUnchanged(inputIndex: number, observation: Observation): void {
            skipped.set(inputIndex, 'unchanged');
            keepObservation(observation);
        },
        /** Marks the line's person as still gone: their row is in an earlier run. */
        recordGone(inputIndex: number, absence: Absence): void {
            skipped.set(inputIndex, 'gone');
            keepAbsence(absence);
        },
        /** Keeps snapshots of people whose rows are stored and charged. */
        recordStored(rows: readonly Row[]): void {
            for (const row of rows) {
                const { fetched_at: seenAt, source } = row.meta;
                if (row.status === 'error' || seenAt === null || source === null) continue;
                const askedUrl = readAskedUrl(row.url) ?? row.canonical_url;
                if (row.status === 'success')
                    keepObservation({ askedUrl, answeredUrl: row.canonical_url, source, profile: row.profile, seenAt });
                else if (row.change === 'gone') keepAbsence({ askedUrl, source, seenAt });
            }
            void save();
        },
        /** Erases a person who turns out to be suppressed. */
        erase(askedUrl: string): void {
            for (const fingerprint of listFingerprints(askedUrl)) erased.add(fingerprint);
            hasErasures = true;
        },
        /** Saves pending snapshots, within a few seconds. Resolves to whether all are saved. */
        async close(): Promise<boolean> {
            const done = new AbortController();
            const timedOut = clock.sleep(closeLimitMs, done.signal).then(
                () => false,
                () => false,
            );
            const isSaved = await Promise.race([saveAndErase(), timedOut]);
            done.abort();
            return isSaved;
        },
    };
}

export type Watch = Awaited<ReturnType<typeof openWatch>>;

/** The canonical URL that a line asks for: an address, alone or among other text, or a handle. */
function readAskedUrl(line: string): string | null {
    const [found] = readAddresses(line);
    const parsing = found?.parsing.ok ? found.parsing : parseHandle(line);
    return parsing.ok ? parsing.profileUrl.canonicalUrl : null;
}
