import * as z from 'zod';
import { findCurrentPosition, getEmployer, type PlacedPosition } from '../../enrichment/result/profile-content.ts';
import type { Profile } from '../../enrichment/result/profile.ts';

/** The compared fields, the most important first. */
export const watchedFields = ['company', 'title', 'location', 'headline'] as const;
type WatchedField = (typeof watchedFields)[number];

const text = z.string().nullable().default(null);

/** The stored texts of a person, and nothing more; null where the page showed none. */
export const watchedSchema = z.object({ company: text, title: text, location: text, headline: text });
export type Watched = z.infer<typeof watchedSchema>;

/**
 * How a person compares with the last run: seen for the first time, changed, unchanged, or found before and gone now.
 */
export type PersonChange = 'new' | 'changed' | 'same' | 'gone';

/** Why a line needs no row: unchanged, or gone before. */
export type SkipReason = 'unchanged' | 'gone';

/**
 * What a change means where dates show it: a new position or company, a company left without a new one, another place.
 */
export type ChangeMeaning = 'new_position' | 'new_company' | 'left' | 'moved';

/** One difference from the last run. `to` is null only when the person left. */
export type Change = { field: WatchedField; from: string | null; to: string | null; meaning: ChangeMeaning | null };

/** The previous snapshot of a person. */
export type Before = Watched & { seen_at: string };

/** The compared part of a profile as stored: what `fields` leaves out is not kept here either. */
export function readWatched(profile: Partial<Profile>): Watched {
    return {
        company: profile.company?.name ?? null,
        title: profile.title ?? null,
        location: profile.location?.default ?? null,
        headline: profile.headline ?? null,
    };
}

/**
 * Lists what changed. A field that is no longer shown is no change: the page hides parts of a profile from one visit to
 * the next. Only a company that the profile itself shows as ended is one.
 */
export function findChanges(before: Before, profile: Partial<Profile>): Change[] {
    const now = readWatched(profile);
    return watchedFields.flatMap((field): Change[] => {
        const from = before[field];
        const to = now[field];
        if (field === 'company' && hasLeft(before, profile)) return [{ field, from, to: null, meaning: 'left' }];
        if (to === null || isSame(from, to)) return [];
        return [{ field, from, to, meaning: classifyChange(field, { from, to, profile, seenAt: before.seen_at }) }];
    });
}

/** The snapshot to keep: current values, or the last known ones where nothing was shown. */
export function mergeWatched(before: Before | undefined, profile: Partial<Profile>): Watched {
    const now = readWatched(profile);
    if (!before) return now;
    const known = hasLeft(before, profile) ? { ...before, company: null, title: null } : before;
    return Object.fromEntries(watchedFields.map((field) => [field, now[field] ?? known[field]])) as Watched;
}

/** Whether every position at the previous company has ended, with no new company. */
function hasLeft({ company }: Before, profile: Partial<Profile>): boolean {
    if (company === null || (profile.company?.name ?? null) !== null) return false;
    const there = listPositions(profile).filter((placed) => isSame(getEmployer(placed), company));
    return there.length > 0 && there.every(({ position }) => position.is_current === false);
}

/** A change, the profile that shows it, and when the person was last seen. */
type Facts = { from: string | null; to: string; profile: Partial<Profile>; seenAt: string };

function classifyChange(field: WatchedField, { from, to, profile, seenAt }: Facts): ChangeMeaning | null {
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
 * Whether something current began after what it replaced or, if that is no longer shown, since the last run. A second
 * job held all along began before, and is not new.
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

/** Negative when `one` is earlier, compared at the precision that both have. */
function compareDates(one: string, other: string): number {
    const length = Math.min(one.length, other.length);
    return one.slice(0, length).localeCompare(other.slice(0, length), 'en');
}

/** Whether neither place contains the other: `Munich` and `Munich, Bavaria, Germany` are the same. */
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

/** Whitespace and Unicode normalisation are the page's, not the person's. */
function isSame(one: string | null, other: string): boolean {
    return one !== null && plain(one) === plain(other);
}

const plain = (text: string) => text.normalize('NFKC').replace(/\s+/g, ' ').trim();
