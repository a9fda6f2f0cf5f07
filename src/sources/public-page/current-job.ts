import type { Organization, Position, PositionGroup, Profile } from '../../enrichment/profile.ts';
import type { JsonLdPerson } from './json-ld.ts';
import type { TopCard } from './top-card.ts';

type Job = { company: Organization; position: Position };

/**
 * The job a person holds now.
 *
 * The company is the one the top card names, else that of the first open position. The title is that of the first open
 * position at this company, else of the first open one. A position without any date is not known to be open; where
 * nothing is, the title is that of the only position at the company the top card names, on the page or else in the data.
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
        title: current ? current.position.title : readOnlyTitle(groups, card, data),
        company: { name: shown?.name ?? null, linkedin_url: shown?.linkedin_url ?? null },
    };
}

function readOnlyTitle(groups: PositionGroup[], card: TopCard, data: JsonLdPerson | null): string | null {
    if (groups.length === 0) return data?.title ?? null;
    for (const source of [groups, data?.positionGroups ?? []]) {
        const here = listJobs(source).filter(({ company }) => isSame(company, card.company));
        const [only] = here;
        if (only && here.length === 1 && only.position.date.end === null && only.position.title !== null) {
            return only.position.title;
        }
    }
    return null;
}

function listJobs(groups: PositionGroup[]): Job[] {
    return groups.flatMap(({ company, profile_positions: positions }) =>
        positions.map((position) => ({ company, position })),
    );
}

function isSame(one: Organization, other: Organization): boolean {
    return one.name !== null && one.name.toLowerCase() === other.name?.toLowerCase();
}
