import type { Organization, Position } from '../../../src/enrichment/result/profile-parts.ts';
import type { Profile } from '../../../src/enrichment/result/profile.ts';
import { buildProfile } from '../../helpers/ledger/build-row-draft.ts';

/** The profile of the records in these tests, where a provider states nothing else. */
export const exampleProfile: Profile = buildProfile({
    identifier: 'ada-exemplar',
    full_name: 'Ada Exemplar',
    first_name: 'Ada',
    last_name: 'Exemplar',
    title: 'Head of Tides',
    headline: 'Tide tables & tea',
    summary: 'I count waves.\nAnd more waves.',
    company: { name: 'Neap & Sons', linkedin_url: 'https://www.linkedin.com/company/neap-sons' },
    location: {
        country: 'FR',
        state: 'Brittany',
        city: 'Brest',
        default: 'Brest, Brittany, France',
        short: 'Brest, Brittany',
    },
    followers_count: 812,
    connections_count: 500,
    skills: ['Counting', 'Waves'],
});

export function organization(name: string, path: string | null = null, logo: string | null = null): Organization {
    return { name, linkedin_url: path === null ? null : `https://www.linkedin.com/${path}`, logo_url: logo };
}

/** A position of which only this is known. */
export function position(known: Partial<Position>): Position {
    return {
        title: null,
        company: null,
        location: null,
        description: null,
        employment_type: null,
        is_current: null,
        date: { start: null, end: null },
        ...known,
    };
}
