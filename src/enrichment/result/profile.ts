import * as z from 'zod';
import {
    articleSchema,
    awardSchema,
    badgesSchema,
    certificationSchema,
    courseSchema,
    departmentSchema,
    languageSchema,
    membershipSchema,
    patentSchema,
    projectSchema,
    publicationSchema,
    recommendationSchema,
    relatedProfileSchema,
    testScoreSchema,
    volunteeringSchema,
    websiteSchema,
    educationSchema,
    locationSchema,
    positionGroupSchema,
} from './profile-parts.ts';
import { count, field, text } from './field.ts';

/** The profile field that each section is stored in. */
const sectionFields = {
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
} as const;

/** The sections of a profile page, as named in `sections_available` and `masked_sections`. */
export const profileSections = Object.keys(sectionFields) as ProfileSection[];
export type ProfileSection = keyof typeof sectionFields;

/** The current company of a person. */
const currentCompanySchema = z.object({
    name: text('Its name.', 'Northwind Orchards'),
    linkedin_url: text('Its LinkedIn page.', 'https://www.linkedin.com/company/northwind-orchards'),
});

/**
 * One person, as the source shows them.
 *
 * Every key is always present. What the source does not show, or shows masked (`*****`), is `null` or `[]`, never
 * guessed. `sections_available` distinguishes an empty section from one that was not shown, and `masked_sections` lists
 * those that were starred out.
 */
export const profileSchema = field(
    z.object({
        identifier: field(z.string(), 'The handle: the part of the URL after /in/.', 'example-1'),
        full_name: field(z.string().min(1), 'The name as shown.', 'Hugo Brightmoor'),
        first_name: text('First name.', 'Hugo'),
        last_name: text('Last name.', 'Brightmoor'),
        title: text('Current job title. LinkedIn’s logged-out page hides it for most people.', 'Data Analyst'),
        headline: text('The line below the name, in the person’s words.', 'Data Analyst at Northwind Orchards'),
        summary: text('The About section.', 'I have worked in graphic design for years.'),
        company: field(currentCompanySchema, 'The company where the person works now.'),
        location: field(locationSchema, 'The location that the person states.'),
        industry: text('The industry, as shown.', 'Farming'),
        picture_url: text('The profile picture. The address may expire.', 'https://media.example.com/hugo.jpg'),
        background_url: text('The cover picture. The address may expire.', 'https://media.example.com/orchard.jpg'),
        followers_count: count('The number of followers.', 448),
        connections_count: count('The number of connections shown; "500+" is 500.', 500),
        skills: field(z.array(z.string()), 'Skills.', ['Negotiation', 'Typography']),
        position_groups: field(z.array(positionGroupSchema), 'Work history, grouped by company, latest first.'),
        educations: field(z.array(educationSchema), 'Education, latest first.'),
        languages: field(z.array(languageSchema), 'Languages.'),
        certifications: field(z.array(certificationSchema), 'Licences and certifications.'),
        volunteer_experiences: field(z.array(volunteeringSchema), 'Volunteer work.'),
        publications: field(z.array(publicationSchema), 'Publications.'),
        projects: field(z.array(projectSchema), 'Projects.'),
        courses: field(z.array(courseSchema), 'Courses.'),
        awards: field(z.array(awardSchema), 'Honours and awards.'),
        recommendations: field(z.array(recommendationSchema), 'Recommendations that the person received.'),
        recommendations_count: count(
            'The total number of recommendations, where the source states it: it may show fewer.',
            3,
        ),
        articles: field(z.array(articleSchema), 'Articles that the person wrote on LinkedIn.'),
        patents: field(z.array(patentSchema), 'Patents.'),
        organizations: field(z.array(membershipSchema), 'Organizations that the person belongs to.'),
        test_scores: field(z.array(testScoreSchema), 'Test scores.'),
        services: field(z.array(z.string()), 'Services that the person offers.', ['Consulting']),
        websites: field(z.array(websiteSchema), 'Websites.'),
        related_profiles: field(z.array(relatedProfileSchema), 'Other people shown on the page.'),
        badges: field(badgesSchema.nullable(), 'The badges of the profile. From providers only, else null.'),
        department: field(
            departmentSchema.nullable(),
            'Where in a company the person works. From providers only, else null.',
        ),
        sections_available: field(
            z.array(z.enum(profileSections)),
            'The sections that the source showed: if one of these is empty in the profile, it is empty on the page.',
            ['experience', 'education'],
        ),
        masked_sections: field(
            z.array(z.enum(profileSections)),
            'The sections that LinkedIn masked with stars (*****). Their fields are null or [] here.',
            ['experience'],
        ),
    }),
    'One person, as the source shows them. Every field is present; what is not shown or masked is null or [].',
);
export type Profile = z.infer<typeof profileSchema>;

/** The profile's top-level field names, in display order. */
export const profileFields = Object.keys(profileSchema.shape) as ReadonlyArray<keyof Profile>;

export function isSectionEmpty(profile: Profile, section: ProfileSection): boolean {
    const shown = profile[sectionFields[section]];
    return shown === null || shown.length === 0;
}

/**
 * Whether a profile counts as found: a full name and at least one of headline, title, company, summary or a position.
 * Sign-in walls and empty shells yield less.
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
