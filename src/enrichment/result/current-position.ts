import type { Profile } from './profile.ts';
import type { Position, PositionGroup } from './profile-parts.ts';

/** A position and the group it stands in. */
export type PlacedPosition = { group: PositionGroup; position: Position };

/**
 * The position that a profile's title and company are of: an open one with that title, at that company where several
 * have it. A profile that was stored without its title has the first open one. Null when the source tells of none.
 */
export function findCurrentPosition(profile: Partial<Profile>): PlacedPosition | null {
    const { title, company, position_groups: groups = [] } = profile;
    const open = groups.flatMap((group) =>
        group.profile_positions.flatMap((position) => (position.is_current === true ? [{ group, position }] : [])),
    );
    if (title === undefined) return open[0] ?? null;
    const named = open.filter(({ position }) => position.title === title);
    return named.find((placed) => nameEmployer(placed) === (company?.name ?? null)) ?? named[0] ?? null;
}

/** The company of a position: its own where it names one, else its group's. */
export function nameEmployer({ group, position }: PlacedPosition): string | null {
    return position.company ?? group.company.name;
}

/** Whole months from one date to another, both at the precision of a month or a day; null where either is coarser. */
export function countMonths(from: string | null, to: string | null): number | null {
    const [start, end] = [readMonth(from), readMonth(to)];
    if (start === null || end === null || end < start) return null;
    return end - start;
}

function readMonth(date: string | null): number | null {
    const [, year, month] = /^(\d{4})-(\d{2})/.exec(date ?? '') ?? [];
    return year === undefined || month === undefined ? null : Number(year) * 12 + Number(month);
}
