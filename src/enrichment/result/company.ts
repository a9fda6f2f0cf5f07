import * as z from 'zod';
import { locationSchema } from './profile.ts';

const textSchema = z.string().nullable();
const countSchema = z.int().nonnegative().nullable();

/** A company as its logged-out page or a provider's record shows it. What is not shown is null or [], never guessed. */
export const companyDetailsSchema = z.object({
    organization_id: textSchema,
    name: textSchema,
    /** Of the page that answered. */
    linkedin_url: textSchema,
    tagline: textSchema,
    description: textSchema,
    website: textSchema,
    /** The registrable domain of the website; null for LinkedIn's own and for link shorteners. */
    domain: textSchema,
    industry: textSchema,
    company_type: textSchema,
    /** The range that the company states; `max` is null where it is open ("10,001+"). */
    company_size: z.object({ min: z.int().nonnegative(), max: countSchema }).nullable(),
    employees_on_linkedin: countSchema,
    followers_count: countSchema,
    founded_year: z.int().nullable(),
    headquarters: locationSchema.nullable(),
    locations: z.array(z.object({ address: z.string(), country: textSchema, is_headquarters: z.boolean() })),
    specialties: z.array(z.string()),
    logo_url: textSchema,
    cover_url: textSchema,
    funding: z
        .object({
            rounds: countSchema,
            last_round: z.object({ type: textSchema, date: textSchema, amount: textSchema }).nullable(),
        })
        .nullable(),
});
export type CompanyDetails = z.infer<typeof companyDetailsSchema>;

/** Why there are no company details where they were asked for: `meta.company_status`. */
export const companyStatuses = ['not_found', 'refused', 'timeout', 'failed'] as const;
export type CompanyStatus = (typeof companyStatuses)[number];
