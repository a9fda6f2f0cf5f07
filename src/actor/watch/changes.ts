import * as z from 'zod';
import { findCurrentPosition, getEmployer, type PlacedPosition } from '../../enrichment/result/current-position.ts';
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

/** What a person is to a watch: seen for the first time, with something new, as before, or found before and gone now. */
export type PersonChange = 'new' | 'changed' | 'same' | 'gone';

/** Why a line is done without a row: its person is as before, or was gone before. */
export type SkipReason = 'unchanged' | 'gone';

/**
 * What a change means where dates tell: a position or a company that began, a company that ended without a new one,
 * another place.
 */
export type ChangeMeaning = 'new_position' | 'new_company' | 'left' | 'moved';

/** One thing that is different from the last time. Nothing is there now (`to`) only where somebody has left. */
export type Change = { field: WatchedField; from: string | null; to: string | null; meaning: ChangeMeaning | null };

/** Somebody as they were the last time. */
export type Before = Watched & { seen_at: string };

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
 * the next, and that says nothing about the person. Only a company that the profile itself says has ended is one.
 */
export function findChanges(before: Before, profile: Partial<Profile>): Change[] {
    const now = readWatched(profile);
    return watchedFields.flatMap((field): Change[] => {
        const from = before[field];
        const to = now[field];
        if (field === 'company' && hasLeft(before, profile)) return [{ field, from, to: null, meaning: 'left' }];
        if (to === null || isSame(from, to)) return [];
        return [{ field, from, to, meaning: tellMeaning(field, { from, to, profile, seenAt: before.seen_at }) }];
    });
}

/** What to keep after this look: the new, and the last known where nothing was shown. */
export function mergeWatched(before: Before | undefined, profile: Partial<Profile>): Watched {
    const now = readWatched(profile);
    if (!before) return now;
    const known = hasLeft(before, profile) ? { ...before, company: null, title: null } : before;
    return {
        company: now.company ?? known.company,
        title: now.title ?? known.title,
        location: now.location ?? known.location,
        headline: now.headline ?? known.headline,
    };
}

/** Whether every position at the company of the last time has ended, and no other company took its place. */
function hasLeft({ company }: Before, profile: Partial<Profile>): boolean {
    if (company === null || (profile.company?.name ?? null) !== null) return false;
    const there = listPositions(profile).filter((placed) => isSame(getEmployer(placed), company));
    return there.length > 0 && there.every(({ position }) => position.is_current === false);
}

/** Both ends of a change, the profile that shows it, and when the person was seen before. */
type Facts = { from: string | null; to: string; profile: Partial<Profile>; seenAt: string };

function tellMeaning(field: WatchedField, { from, to, profile, seenAt }: Facts): ChangeMeaning | null {
    const current = findCurrentPosition(profile);
    const positions = listPositions(profile);
    switch (field) {
        case 'company': {
            if (!current || !isSame(getEmployer(current), to)) return null;
            const former = positions.filter((placed) => isSame(getEmployer(placed), from ?? ''));
            const start = current.group.date.start ?? current.position.date.start;
            return hasBegun(start, former, seenAt) ? 'new_company' : null;
        }
        case 'title': {
            if (!current || !isSame(current.position.title, to)) return null;
            const former = positions.filter(({ position }) => isSame(position.title, from ?? ''));
            return hasBegun(current.position.date.start, former, seenAt) ? 'new_position' : null;
        }
        case 'location':
            return from !== null && isElsewhere(from, to) ? 'moved' : null;
        case 'headline':
            return null;
    }
}

/**
 * Whether something that is current began after what it took the place of, or, where the profile does not show that any
 * more, since the last look. A second job that was there all the time began before, and is nothing new.
 */
function hasBegun(start: string | null, former: readonly PlacedPosition[], seenAt: string): boolean {
    if (start === null) return false;
    const dates = former
        .map(({ position }) => position.date)
        .filter((date) => date.start !== null || date.end !== null);
    if (dates.length === 0) return compareDates(start, seenAt) >= 0;
    return dates.every(
        ({ start: began, end }) =>
            (began !== null && compareDates(start, began) > 0) || (end !== null && compareDates(start, end) >= 0),
    );
}

/** Less than 0 where one is earlier than the other, at the precision that both have. */
function compareDates(one: string, other: string): number {
    const length = Math.min(one.length, other.length);
    return one.slice(0, length).localeCompare(other.slice(0, length), 'en');
}

/** Whether neither place is a part of the other: `Munich` and `Munich, Bavaria, Germany` are one. */
function isElsewhere(one: string, other: string): boolean {
    const [parts, others] = [splitPlace(one), splitPlace(other)];
    return !parts.every((part) => others.includes(part)) && !others.every((part) => parts.includes(part));
}

const splitPlace = (place: string) =>
    plain(place)
        .toLowerCase()
        .split(/\s*,\s*/);

function listPositions({ position_groups: groups = [] }: Partial<Profile>): PlacedPosition[] {
    return groups.flatMap((group) => group.profile_positions.map((position) => ({ group, position })));
}

/** Spaces and the way a letter is encoded are the page's, not the person's. */
function isSame(one: string | null, other: string): boolean {
    return one !== null && plain(one) === plain(other);
}

const plain = (text: string) => text.normalize('NFKC').replace(/\s+/g, ' ').trim();
