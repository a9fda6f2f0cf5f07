import { parseProfileUrl } from '../profile-url/profile-url.ts';
import type { Profile } from './profile.ts';
import type { Position, PositionGroup } from './profile-parts.ts';

/** The fields that completeness is measured by. */
export const measuredFields = [
    'full_name',
    'headline',
    'title',
    'company',
    'location',
    'summary',
    'position_groups',
    'educations',
] as const satisfies ReadonlyArray<keyof Profile>;

/** The fields that a caller may require of a profile. */
export const requirableFields = ['title', 'company', 'headline', 'position_groups', 'educations'] as const;

export type RequirableField = (typeof requirableFields)[number];

/**
 * Measures a profile: the share of the measured fields that are present, from 0 to 1 with two decimals, and those that
 * are missing. `company` means its name, `location` any part of it; an empty list is missing.
 */
export function measureCompleteness(profile: Profile) {
    const missing = measuredFields.filter((field) => !isPresent(profile, field));
    const share = (measuredFields.length - missing.length) / measuredFields.length;
    return { completeness: Math.round(share * 100) / 100, missing };
}

function isPresent(profile: Profile, field: (typeof measuredFields)[number]): boolean {
    switch (field) {
        case 'company':
            return profile.company.name !== null;
        case 'location':
            return Object.values(profile.location).some((part) => part !== null);
        case 'position_groups':
        case 'educations':
            return profile[field].length > 0;
        case 'full_name':
        case 'headline':
        case 'title':
        case 'summary':
            return profile[field] !== null && profile[field] !== '';
    }
}

/** A position and its group. */
export type PlacedPosition = { group: PositionGroup; position: Position };

/**
 * The position that a profile's title and company come from: a current one with that title, and at that company where
 * several have it. For a profile stored without its title, the first current one. Null when there is none.
 */
export function findCurrentPosition(profile: Partial<Profile>): PlacedPosition | null {
    const { title, company, position_groups: groups = [] } = profile;
    const open = groups.flatMap((group) =>
        group.profile_positions.flatMap((position) => (position.is_current === true ? [{ group, position }] : [])),
    );
    if (title === undefined) return open[0] ?? null;
    const named = open.filter(({ position }) => position.title === title);
    return named.find((placed) => getEmployer(placed) === (company?.name ?? null)) ?? named[0] ?? null;
}

/** The company of a position, or else of its group. */
export function getEmployer({ group, position }: PlacedPosition): string | null {
    return position.company ?? group.company.name;
}

/** Whole months between two dates with at least the precision of a month; null otherwise, or when `to` is earlier. */
export function countMonths(from: string | null, to: string | null): number | null {
    const [start, end] = [readMonth(from), readMonth(to)];
    if (start === null || end === null || end < start) return null;
    return end - start;
}

function readMonth(date: string | null): number | null {
    const [, year, month] = /^(\d{4})-(\d{2})/.exec(date ?? '') ?? [];
    return year === undefined || month === undefined ? null : Number(year) * 12 + Number(month);
}

/** The profile with only the given fields; null keeps all. */
export function keepFields(profile: Profile, fields: readonly string[] | null): Profile {
    if (fields === null) return profile;
    const kept = Object.entries(profile).filter(([field]) => fields.includes(field));
    return Object.fromEntries(kept) as Profile;
}

/** The canonical URLs of the other people named in a profile: related profiles and recommenders. */
export function listNamedPeople({ related_profiles: related, recommendations }: Profile): string[] {
    const urls = [...related.map((person) => person.linkedin_url), ...recommendations.map((one) => one.author_url)];
    return urls.flatMap((url) => canonicalUrlOf(url) ?? []);
}

/** Removes the people in `suppressed` (canonical URLs) from a profile's related profiles and recommendations. */
export function redactPeople(profile: Profile, suppressed: ReadonlySet<string>): Profile {
    if (suppressed.size === 0) return profile;
    const isWanted = (url: string | null) => !suppressed.has(canonicalUrlOf(url) ?? '');
    return {
        ...profile,
        related_profiles: profile.related_profiles.filter(({ linkedin_url: url }) => isWanted(url)),
        recommendations: profile.recommendations.filter(({ author_url: url }) => isWanted(url)),
    };
}

function canonicalUrlOf(url: string | null): string | null {
    const parsing = url === null ? null : parseProfileUrl(url);
    return parsing?.ok ? parsing.profileUrl.canonicalUrl : null;
}
