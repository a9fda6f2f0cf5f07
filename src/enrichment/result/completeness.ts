import type { Profile } from './profile.ts';

/** The fields that tell how full a profile is. */
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

/** The fields without which a caller may say that a profile is not good enough. */
export const requirableFields = ['title', 'company', 'headline', 'position_groups', 'educations'] as const;

export type RequirableField = (typeof requirableFields)[number];

export type Completeness = {
    /** The share of the measured fields that are there, from 0 to 1 with two decimals. */
    completeness: number;
    /** Those that are not. */
    missing: Array<(typeof measuredFields)[number]>;
};

/** How full a profile is. `company` means its name, `location` any part of it; an empty list is missing. */
export function measureCompleteness(profile: Profile): Completeness {
    const missing = measuredFields.filter((field) => !isThere(profile, field));
    const share = (measuredFields.length - missing.length) / measuredFields.length;
    return { completeness: Math.round(share * 100) / 100, missing };
}

function isThere(profile: Profile, field: (typeof measuredFields)[number]): boolean {
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
