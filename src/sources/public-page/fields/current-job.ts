import type { Profile } from '../../../enrichment/result/profile.ts';
import type { Organization, Position, PositionGroup } from '../../../enrichment/result/profile-parts.ts';
import type { JsonLdPerson } from './json-ld.ts';
import type { TopCard } from './top-card.ts';

type Job = { company: Organization; position: Position };

/**
 * The job a person holds now: title and company of one and the same position.
 *
 * It is the first open position at the company that the top card names; else the only position there that is not known
 * to have ended; else the first open one. Where none of them is shown, the company is the top card's and its title the
 * one that the data gives for it, or the only one that the data gives at all.
 */
export function readCurrentJob(
    groups: PositionGroup[],
    card: TopCard,
    data: JsonLdPerson | null,
): Pick<Profile, 'title' | 'company'> {
    const job = findJob(listJobs(groups), card.company) ?? null;
    if (job) return describe(job.position.title, nameCompany(job, card.company));
    const stated = groups.length === 0 && data?.titles.length === 1 ? (data.titles[0] ?? null) : null;
    return describe(
        findOnly(listJobs(data?.positionGroups ?? []), card.company)?.position.title ?? stated,
        card.company,
    );
}

function findJob(jobs: Job[], shown: Organization): Job | undefined {
    const open = jobs.filter(({ position }) => position.is_current === true);
    return open.find(({ company }) => isSameOrganization(company, shown)) ?? findOnly(jobs, shown) ?? open[0];
}

/** The one position at a company that is not known to have ended. */
function findOnly(jobs: Job[], shown: Organization): Job | undefined {
    const here = jobs.filter(
        ({ company, position }) => position.is_current !== false && isSameOrganization(company, shown),
    );
    return here.length === 1 && here[0]?.position.date.end === null ? here[0] : undefined;
}

/** As the top card writes it, where it names the same company. */
function nameCompany({ company }: Job, shown: Organization): Organization {
    if (!isSameOrganization(company, shown)) return company;
    return { ...shown, linkedin_url: shown.linkedin_url ?? company.linkedin_url };
}

const describe = (title: string | null, { name, linkedin_url }: Organization) => ({
    title,
    company: { name, linkedin_url },
});

function listJobs(groups: PositionGroup[]): Job[] {
    return groups.flatMap(({ company, profile_positions: positions }) =>
        positions.map((position) => ({
            // One that names a company of its own is not at the group's.
            company:
                position.company === null || position.company === company.name
                    ? company
                    : { name: position.company, linkedin_url: null, logo_url: null },
            position,
        })),
    );
}

/** Whether two mentions are of one organization: by their addresses where both have one by name, else by their names. */
export function isSameOrganization(one: Organization, other: Organization): boolean {
    const [slug, otherSlug] = [readSlug(one), readSlug(other)];
    if (slug !== null && otherSlug !== null) return slug === otherSlug;
    return one.name !== null && foldName(one.name) === foldName(other.name ?? '');
}

/** The last part of its address; null for a number, beside which a name may stand elsewhere. */
function readSlug({ linkedin_url }: Organization): string | null {
    const slug = linkedin_url?.split('/').at(-1)?.toLowerCase() ?? null;
    return slug === null || /^\d*$/.test(slug) ? null : slug;
}

const foldName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
