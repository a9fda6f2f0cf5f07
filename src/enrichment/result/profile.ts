import * as z from 'zod';

const textSchema = z.string().nullable();
const urlSchema = z.string().nullable();

/** An ISO 8601 date at the precision the source shows: `2019`, `2019-03` or `2019-03-14`. */
const isoDateSchema = z
    .string()
    .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/)
    .nullable();

/** A span of time. `end: null` beside a `start` means "until now" or "not shown"; the page does not tell them apart. */
export const dateRangeSchema = z.object({ start: isoDateSchema, end: isoDateSchema });
export type DateRange = z.infer<typeof dateRangeSchema>;

/** A company or a school as the page names it. `logo_url` is never one of LinkedIn's placeholder pictures. */
export const organizationSchema = z.object({ name: textSchema, linkedin_url: urlSchema, logo_url: urlSchema });
export type Organization = z.infer<typeof organizationSchema>;

export const positionSchema = z.object({
    title: textSchema,
    company: textSchema,
    location: textSchema,
    description: textSchema,
    employment_type: textSchema,
    /** Null where the source does not tell: a position without dates, or with a single one. */
    is_current: z.boolean().nullable(),
    date: dateRangeSchema,
});
export type Position = z.infer<typeof positionSchema>;

export const positionGroupSchema = z.object({
    company: organizationSchema,
    date: dateRangeSchema,
    profile_positions: z.array(positionSchema),
});
export type PositionGroup = z.infer<typeof positionGroupSchema>;

export const educationSchema = z.object({
    school: organizationSchema,
    degree_name: textSchema,
    field_of_study: textSchema,
    date: dateRangeSchema,
    grade: textSchema,
    description: textSchema,
    activities: textSchema,
});
export type Education = z.infer<typeof educationSchema>;

/** The place a person shows. `default` is the line as shown; the other parts are filled only where the text settles them. */
export const locationSchema = z.object({
    country: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .nullable(),
    state: textSchema,
    city: textSchema,
    default: textSchema,
    short: textSchema,
});
export type Location = z.infer<typeof locationSchema>;

/** What a person's page is marked with. Known to some providers only. */
const badgesSchema = z.object({
    premium: z.boolean(),
    creator: z.boolean(),
    open_to_work: z.boolean(),
    hiring: z.boolean(),
    verified: z.boolean(),
    influencer: z.boolean(),
});

/** Where in a company a person works, by a provider's own classes. Known to some providers only. */
const departmentSchema = z.object({
    departments: z.array(z.string()),
    functions: z.array(z.string()),
    seniority: textSchema,
});

/** The sections a profile page can show, by the names that `sections_available` and `masked_sections` give them. */
export const profileSections = [
    'summary',
    'experience',
    'education',
    'skills',
    'languages',
    'certifications',
    'volunteering',
    'publications',
    'projects',
    'courses',
    'awards',
    'recommendations',
    'articles',
    'patents',
    'organizations',
    'test_scores',
    'services',
    'websites',
    'related_profiles',
] as const;
export type ProfileSection = (typeof profileSections)[number];

/** Where a profile keeps what a section shows. */
export const sectionFields = {
    summary: 'summary',
    experience: 'position_groups',
    education: 'educations',
    skills: 'skills',
    languages: 'languages',
    certifications: 'certifications',
    volunteering: 'volunteer_experiences',
    publications: 'publications',
    projects: 'projects',
    courses: 'courses',
    awards: 'awards',
    recommendations: 'recommendations',
    articles: 'articles',
    patents: 'patents',
    organizations: 'organizations',
    test_scores: 'test_scores',
    services: 'services',
    websites: 'websites',
    related_profiles: 'related_profiles',
} as const satisfies Record<ProfileSection, string>;

/**
 * One person, as the source shows them.
 *
 * Every key is always present. What the source does not show, or shows masked (`*****`), is `null` or `[]`:
 * nothing is guessed. `sections_available` tells an empty section from one that was not shown at all, and
 * `masked_sections` names those that were starred out.
 */
export const profileSchema = z.object({
    identifier: z.string(),
    full_name: z.string().min(1),
    first_name: textSchema,
    last_name: textSchema,
    title: textSchema,
    headline: textSchema,
    summary: textSchema,
    company: z.object({ name: textSchema, linkedin_url: urlSchema }),
    location: locationSchema,
    industry: textSchema,
    picture_url: urlSchema,
    background_url: urlSchema,
    followers_count: z.int().nonnegative().nullable(),
    connections_count: z.int().nonnegative().nullable(),
    skills: z.array(z.string()),
    position_groups: z.array(positionGroupSchema),
    educations: z.array(educationSchema),
    languages: z.array(z.object({ name: z.string(), proficiency: textSchema })),
    certifications: z.array(
        z.object({
            name: z.string(),
            authority: textSchema,
            authority_url: urlSchema,
            license_number: textSchema,
            url: urlSchema,
            date: dateRangeSchema,
        }),
    ),
    volunteer_experiences: z.array(
        z.object({
            title: textSchema,
            company: organizationSchema,
            cause: textSchema,
            date: dateRangeSchema,
            description: textSchema,
        }),
    ),
    publications: z.array(
        z.object({
            name: z.string(),
            publisher: textSchema,
            date: isoDateSchema,
            url: urlSchema,
            description: textSchema,
        }),
    ),
    projects: z.array(z.object({ name: z.string(), url: urlSchema, date: dateRangeSchema, description: textSchema })),
    courses: z.array(z.object({ name: z.string(), number: textSchema })),
    awards: z.array(z.object({ title: z.string(), issuer: textSchema, date: isoDateSchema, description: textSchema })),
    recommendations: z.array(z.object({ author: textSchema, author_url: urlSchema, text: z.string() })),
    /** How many there are, where the source says so: it may show fewer. */
    recommendations_count: z.int().nonnegative().nullable(),
    articles: z.array(z.object({ title: z.string(), url: urlSchema, date: isoDateSchema })),
    patents: z.array(
        z.object({
            title: z.string(),
            issuer: textSchema,
            number: textSchema,
            date: isoDateSchema,
            url: urlSchema,
            description: textSchema,
        }),
    ),
    organizations: z.array(
        z.object({ name: z.string(), title: textSchema, date: dateRangeSchema, description: textSchema }),
    ),
    test_scores: z.array(
        z.object({ name: z.string(), score: textSchema, date: isoDateSchema, description: textSchema }),
    ),
    services: z.array(z.string()),
    websites: z.array(z.object({ label: textSchema, url: z.string() })),
    related_profiles: z.array(
        z.object({ full_name: textSchema, headline: textSchema, location: textSchema, linkedin_url: z.string() }),
    ),
    badges: badgesSchema.nullable(),
    department: departmentSchema.nullable(),
    sections_available: z.array(z.enum(profileSections)),
    masked_sections: z.array(z.enum(profileSections)),
});
export type Profile = z.infer<typeof profileSchema>;

/** The profile's top-level field names, in the order a reader expects them. */
export const profileFields = Object.keys(profileSchema.shape) as ReadonlyArray<keyof Profile>;

/** Whether a profile holds nothing of a section. */
export function isSectionEmpty(profile: Profile, section: ProfileSection): boolean {
    const shown = profile[sectionFields[section]];
    return shown === null || shown.length === 0;
}

/**
 * Whether this is enough to be sold as a profile: a full name and at least one of headline, title, company,
 * summary or a position. Less than that is what a wall or an empty shell leaves behind.
 */
export function isProfileSubstantial(profile: Profile): boolean {
    if (profile.full_name.trim() === '') return false;
    return (
        profile.headline !== null ||
        profile.title !== null ||
        profile.company.name !== null ||
        profile.summary !== null ||
        profile.position_groups.some((group) => group.profile_positions.length > 0)
    );
}

/** The profile with only the fields asked for; null for all. */
export function keepFields(profile: Profile, fields: readonly string[] | null): Profile {
    if (fields === null) return profile;
    const kept = Object.entries(profile).filter(([field]) => fields.includes(field));
    return Object.fromEntries(kept) as Profile;
}
