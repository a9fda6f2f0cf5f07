import type { Organization, Position, PositionGroup, Profile } from '../../enrichment/profile.ts';
import type { JsonLdPerson } from './read-json-ld.ts';
import type { TopCard } from './read-top-card.ts';

type Job = { company: Organization; position: Position };

/**
 * The job a person holds now.
 *
 * The company is the one the top card names, else that of the first open position. The title is that of the first open
 * position at this company, else of the first open one. A position without any date is not known to be open; where a
 * page masks titles and dates, the structured data's title for the named company stands in, when it has exactly one.
 */
export function readCurrentJob(
    groups: PositionGroup[],
    card: TopCard,
    data: JsonLdPerson | null,
): Pick<Profile, 'title' | 'company'> {
    const open = listJobs(groups).filter(({ position: { date } }) => date.start !== null && date.end === null);
    const current = open.find(({ company }) => isSame(company, card.company)) ?? open[0];
    const shown = card.company.name === null ? current?.company : card.company;
    return {
        title: current?.position.title ?? (current ? null : readStatedTitle(groups, card, data)),
        company: { name: shown?.name ?? null, linkedin_url: shown?.linkedin_url ?? null },
    };
}

function readStatedTitle(groups: PositionGroup[], card: TopCard, data: JsonLdPerson | null): string | null {
    if (!data) return null;
    if (groups.length === 0 && data.positionGroups.length === 0) return data.title;
    const titles = listJobs(data.positionGroups)
        .filter(({ company, position }) => isSame(company, card.company) && position.date.end === null)
        .flatMap(({ position }) => position.title ?? []);
    return titles.length === 1 ? (titles[0] ?? null) : null;
}

function listJobs(groups: PositionGroup[]): Job[] {
    return groups.flatMap(({ company, profile_positions: positions }) =>
        positions.map((position) => ({ company, position })),
    );
}

function isSame(one: Organization, other: Organization): boolean {
    return one.name !== null && one.name.toLowerCase() === other.name?.toLowerCase();
}
