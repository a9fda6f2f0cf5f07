import type { Profile } from '../../../enrichment/result/profile.ts';
import type { Organization, Position, PositionGroup } from '../../../enrichment/result/profile-parts.ts';
import type { JsonLdPerson } from './json-ld.ts';
import type { TopCard } from './top-card.ts';

type Job = { company: Organization; position: Position };

/**
 * The current job: title and company of the same position.
 *
 * It is the first current position at the company in the top card; else the only position there that is not known to
 * have ended; else the first current one. Without any, the company is the top card's, and the title is the one in the
 * JSON-LD data for that company, or the only one in the data.
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

/** The only position at a company that is not known to have ended. */
function findOnly(jobs: Job[], shown: Organization): Job | undefined {
    const here = jobs.filter(
        ({ company, position }) => position.is_current !== false && isSameOrganization(company, shown),
    );
    return here.length === 1 && here[0]?.position.date.end === null ? here[0] : undefined;
}

/** The company as in the top card, if it is the same one. */
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
            // A position with its own company is not at the group's.
            company:
                position.company === null || position.company === company.name
                    ? company
                    : { name: position.company, linkedin_url: null, logo_url: null },
            position,
        })),
    );
}

/** Compares two organizations: by URL where both have one with a slug, else by name. */
export function isSameOrganization(one: Organization, other: Organization): boolean {
    const [slug, otherSlug] = [readSlug(one), readSlug(other)];
    if (slug !== null && otherSlug !== null) return slug === otherSlug;
    return one.name !== null && foldName(one.name) === foldName(other.name ?? '');
}

/** The last part of its URL; null for a numeric id, since the same page can be linked by name elsewhere. */
function readSlug({ linkedin_url }: Organization): string | null {
    const slug = linkedin_url?.split('/').at(-1)?.toLowerCase() ?? null;
    return slug === null || /^\d*$/.test(slug) ? null : slug;
}

const foldName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
