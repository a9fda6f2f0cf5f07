import type { Profile } from './profile.ts';

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

export type Completeness = {
    /** The share of the measured fields that are present, from 0 to 1 with two decimals. */
    completeness: number;
    missing: Array<(typeof measuredFields)[number]>;
};

/** Measures a profile. `company` means its name, `location` any part of it; an empty list is missing. */
export function measureCompleteness(profile: Profile): Completeness {
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
