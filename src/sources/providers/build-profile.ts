import {
    isSectionEmpty,
    profileSchema,
    profileSections,
    type Profile,
    type ProfileSection,
} from '../../enrichment/result/profile.ts';
import {
    type DateRange,
    type Organization,
    type Position,
    type PositionGroup,
} from '../../enrichment/result/profile-parts.ts';

/** The profile fields of a record, without those that the provider does not have. */
export type ProfileParts = Partial<Omit<Profile, 'full_name'>> & { full_name: string | null };

/** The record's keys for each section, with dots for nesting; without sections that the provider does not have. */
export type SectionKeys = Partial<Record<ProfileSection, readonly string[]>>;

/** A profile of which nothing is known. */
const emptyProfile = {
    ...Object.fromEntries(
        Object.entries(profileSchema.shape).map(([name, { type }]) => [name, type === 'array' ? [] : null]),
    ),
    company: { name: null, linkedin_url: null },
    location: { country: null, state: null, city: null, default: null, short: null },
} as unknown as Profile;

/**
 * Builds a complete profile from the fields of a record, and lists the sections whose content could not be read. Null
 * without a full name.
 */
export function buildProfile(
    parts: ProfileParts,
    { identifier, record, sections, now }: { identifier: string; record: unknown; sections: SectionKeys; now: number },
): { profile: Profile; unreadSections: ProfileSection[] } | null {
    const names = [parts.first_name, parts.last_name].filter((name) => name !== null && name !== undefined);
    const fullName = parts.full_name ?? (names.length === 2 ? names.join(' ') : null);
    if (fullName === null) return null;
    const today = new Date(now).toISOString().slice(0, 10);
    const profile: Profile = { ...emptyProfile, ...parts, identifier, full_name: fullName };
    profile.position_groups = profile.position_groups.map((group) => ({
        ...group,
        profile_positions: group.profile_positions.map((position) => closeEnded(position, today)),
    }));
    const shown = new Map<ProfileSection, unknown>();
    for (const name of profileSections) {
        const value = sections[name]?.map((key) => readKey(record, key)).find(isShown);
        if (value !== undefined) shown.set(name, value);
    }
    profile.sections_available = [...shown.keys()];
    const unreadSections = profile.sections_available.filter(
        (name) => isSectionEmpty(profile, name) && Array.isArray(shown.get(name)) && (shown.get(name) as []).length > 0,
    );
    return { profile, unreadSections };
}

/** A position that ended in the past is not current. One without an end is current only if the provider says so. */
function closeEnded(position: Position, today: string): Position {
    const { end } = position.date;
    if (end === null) return position;
    return { ...position, is_current: end < today.slice(0, end.length) ? false : null };
}

/** The value of a key such as `profile.summary`. */
function readKey(record: unknown, key: string): unknown {
    let value = record;
    for (const name of key.split('.')) {
        if (typeof value !== 'object' || value === null) return undefined;
        value = (value as Record<string, unknown>)[name];
    }
    return value;
}

/** Fields that the plan does not include are replaced by true or false. */
const isShown = (value: unknown): boolean => typeof value === 'string' || (typeof value === 'object' && value !== null);

/** One job, from providers without groups. */
export type Job = { company: Organization; position: Omit<Position, 'company' | 'employment_type'> };

/** Merges consecutive jobs at one company into a group. */
export function groupJobs(jobs: readonly Job[]): PositionGroup[] {
    const groups: PositionGroup[] = [];
    for (const { company, position } of jobs) {
        const whole: Position = { ...position, company: company.name, employment_type: null };
        const last = groups.at(-1);
        if (last && isSameCompany(last.company, company)) {
            last.profile_positions.push(whole);
            last.date = spanOf(last.profile_positions);
        } else groups.push({ company, date: position.date, profile_positions: [whole] });
    }
    return groups;
}

type NamedCompany = Pick<Organization, 'name' | 'linkedin_url'>;

/** Compares two companies by URL where both have one, else by name. */
export function isSameCompany(one: NamedCompany, other: NamedCompany): boolean {
    if (one.linkedin_url !== null && other.linkedin_url !== null) return one.linkedin_url === other.linkedin_url;
    return one.name !== null && one.name.toLowerCase() === other.name?.toLowerCase();
}

/** From the first start to the last end of the positions; open when one of them is open. */
function spanOf(positions: readonly Position[]): DateRange {
    const starts = positions.flatMap(({ date }) => date.start ?? []).sort();
    const ends = positions.flatMap(({ date }) => date.end ?? []).sort();
    return { start: starts[0] ?? null, end: ends.length === positions.length ? (ends.at(-1) ?? null) : null };
}
