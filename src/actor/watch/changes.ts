import * as z from 'zod';
import type { Profile } from '../../enrichment/result/profile.ts';

/** What is compared, in the order that a reader cares about. */
export const watchedFields = ['company', 'title', 'location', 'headline'] as const;
type WatchedField = (typeof watchedFields)[number];

/** What is kept of a person: these texts and nothing more; null where the page showed none. */
export const watchedSchema = z.object({
    company: z.string().nullable().default(null),
    title: z.string().nullable().default(null),
    location: z.string().nullable().default(null),
    headline: z.string().nullable().default(null),
});
export type Watched = z.infer<typeof watchedSchema>;

/** One thing that is different from the last time. */
export type Change = { field: WatchedField; from: string | null; to: string };

/** The compared part of a profile as it is stored: what `fields` leaves out is not kept here either. */
export function readWatched(profile: Partial<Profile>): Watched {
    return {
        company: profile.company?.name ?? null,
        title: profile.title ?? null,
        location: profile.location?.default ?? null,
        headline: profile.headline ?? null,
    };
}

/**
 * What is new. Something that is not shown any more is no change: the page hides parts of a profile from one visit to
 * the next, and that says nothing about the person.
 */
export function findChanges(before: Watched, now: Watched): Change[] {
    return watchedFields.flatMap((field) => {
        const from = before[field];
        const to = now[field];
        return to === null || isSame(from, to) ? [] : [{ field, from, to }];
    });
}

/** What to keep after this look: the new, and the last known where nothing was shown. */
export function mergeWatched(before: Watched | undefined, now: Watched): Watched {
    if (!before) return now;
    return {
        company: now.company ?? before.company,
        title: now.title ?? before.title,
        location: now.location ?? before.location,
        headline: now.headline ?? before.headline,
    };
}

/** Spaces and the way a letter is encoded are the page's, not the person's. */
function isSame(one: string | null, other: string): boolean {
    return one !== null && plain(one) === plain(other);
}

const plain = (text: string) => text.normalize('NFKC').replace(/\s+/g, ' ').trim();
