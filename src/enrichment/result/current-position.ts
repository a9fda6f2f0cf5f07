import type { Profile } from './profile.ts';
import type { Position, PositionGroup } from './profile-parts.ts';

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
