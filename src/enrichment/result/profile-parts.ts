import * as z from 'zod';
import { field, text } from './field.ts';

/** An ISO 8601 date at the precision the source shows: `2019`, `2019-03` or `2019-03-14`. */
export const isoDateSchema = z
    .string()
    .regex(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/)
    .nullable();

/** A span of time. `end: null` with a `start` means "until now" or "not shown"; the page does not distinguish them. */
export const dateRangeSchema = z.object({
    start: field(isoDateSchema, 'The beginning, as precise as shown: year, month or day.', '2019-03'),
    end: field(isoDateSchema, 'The end, as precise as shown; null is "until now" or "not shown".', '2021'),
});
export type DateRange = z.infer<typeof dateRangeSchema>;

/** A company or a school as shown. `logo_url` is never one of LinkedIn's placeholder pictures. */
export const organizationSchema = z.object({
    name: text('Its name.', 'Northwind Orchards'),
    linkedin_url: text('Its LinkedIn page.', 'https://www.linkedin.com/company/northwind-orchards'),
    logo_url: text('Its logo. The address may expire.', 'https://media.example.com/logo.png'),
});
export type Organization = z.infer<typeof organizationSchema>;

export const positionSchema = z.object({
    title: text('The job title.', 'Data Analyst'),
    company: text('The company’s name.', 'Northwind Orchards'),
    location: text('The location, as shown.', 'Toronto, Ontario, Canada'),
    description: text('The description, as shown.', 'Led negotiation for a team of 10.'),
    employment_type: text('The kind of employment, as shown.', 'Full-time'),
    is_current: field(
        z.boolean().nullable(),
        'Whether the person works there now; null where the source does not say.',
        true,
    ),
    date: field(dateRangeSchema, 'Start and end.'),
});
export type Position = z.infer<typeof positionSchema>;

export const positionGroupSchema = z.object({
    company: field(organizationSchema, 'The company.'),
    date: field(dateRangeSchema, 'The whole time at the company.'),
    profile_positions: field(z.array(positionSchema), 'The positions there, latest first.'),
});
export type PositionGroup = z.infer<typeof positionGroupSchema>;

export const educationSchema = z.object({
    school: field(organizationSchema, 'The school.'),
    degree_name: text('The degree.', 'Bachelor of Science'),
    field_of_study: text('The subject.', 'Statistics'),
    date: field(dateRangeSchema, 'Start and end.'),
    grade: text('The grade, as shown.', '3.8'),
    description: text('The description, as shown.', 'Thesis on tides.'),
    activities: text('Activities and societies.', 'Rowing'),
});
export type Education = z.infer<typeof educationSchema>;

/** A person's location. `default` is the line as shown; other parts are set only where the text is unambiguous. */
export const locationSchema = z.object({
    country: field(
        z
            .string()
            .regex(/^[A-Z]{2}$/)
            .nullable(),
        'The country by ISO 3166-1, two letters.',
        'US',
    ),
    state: text('The state or region, where unambiguous.', 'Washington'),
    city: text('The city, where unambiguous.', 'Redmond'),
    default: text('The location as shown.', 'Redmond, Washington, United States'),
    short: text('The location without its country.', 'Redmond, Washington'),
});
export type Location = z.infer<typeof locationSchema>;

const isoDate = (description: string, example: string) => field(isoDateSchema, description, example);

export const languageSchema = z.object({
    name: field(z.string(), 'The language.', 'English'),
    proficiency: text('How well it is spoken, in the words shown.', 'Native or bilingual proficiency'),
});

export const certificationSchema = z.object({
    name: field(z.string(), 'Its name.', 'Certified Beekeeper'),
    authority: text('Who issued it.', 'Institute of Applied Tides'),
    authority_url: text('Its LinkedIn page.', 'https://www.linkedin.com/company/applied-tides'),
    license_number: text('Licence number.', 'AT-2041'),
    url: text('The address of the certificate.', 'https://certificates.example.com/AT-2041'),
    date: field(dateRangeSchema, 'From issue to expiry.'),
});

export const volunteeringSchema = z.object({
    title: text('The role.', 'Mentor'),
    company: field(organizationSchema, 'The organization.'),
    cause: text('The cause.', 'Education'),
    date: field(dateRangeSchema, 'Start and end.'),
    description: text('The description, as shown.', 'Reading lessons on Saturdays.'),
});

export const publicationSchema = z.object({
    name: field(z.string(), 'Its title.', 'Orchards at Sea'),
    publisher: text('Where it was published.', 'Journal of Tides'),
    date: isoDate('When it was published.', '2021-05'),
    url: text('Its address.', 'https://journal.example.com/orchards-at-sea'),
    description: text('What it is about.', 'On growing apples by the sea.'),
});

export const projectSchema = z.object({
    name: field(z.string(), 'Its name.', 'Tide tables'),
    url: text('Its address.', 'https://tides.example.com'),
    date: field(dateRangeSchema, 'Start and end.'),
    description: text('The description, as shown.', 'Tide tables for small harbours.'),
});

export const courseSchema = z.object({
    name: field(z.string(), 'Its name.', 'Statistics II'),
    number: text('Its number.', 'ST-202'),
});

export const awardSchema = z.object({
    title: field(z.string(), 'Its name.', 'Orchard of the Year'),
    issuer: text('Who awarded it.', 'Orchard Society'),
    date: isoDate('When it was awarded.', '2022'),
    description: text('The description, as shown.', 'For the best cider.'),
});

export const recommendationSchema = z.object({
    author: text('Who wrote it.', 'Ada Example'),
    author_url: text('The address of their profile.', 'https://www.linkedin.com/in/example-2'),
    text: field(z.string(), 'What they wrote.', 'A pleasure to work with.'),
});

export const articleSchema = z.object({
    title: field(z.string(), 'Its title.', 'What apples taught me'),
    url: text('Its address.', 'https://www.linkedin.com/pulse/what-apples-taught-me'),
    date: isoDate('When it was published.', '2023-02-14'),
});

export const patentSchema = z.object({
    title: field(z.string(), 'Its title.', 'Apparatus for counting apples'),
    issuer: text('Who granted it.', 'US'),
    number: text('Its number.', 'US 1234567'),
    date: isoDate('When it was granted or filed.', '2018-11-20'),
    url: text('Its address.', 'https://patents.example.com/1234567'),
    description: text('What it is about.', 'Counts apples while they fall.'),
});

export const membershipSchema = z.object({
    name: field(z.string(), 'The organization.', 'Orchard Society'),
    title: text('The role there.', 'Treasurer'),
    date: field(dateRangeSchema, 'Start and end.'),
    description: text('The description, as shown.', 'Kept the books.'),
});

export const testScoreSchema = z.object({
    name: field(z.string(), 'The test.', 'GRE'),
    score: text('The score, as shown.', '330'),
    date: isoDate('When it was taken.', '2009'),
    description: text('The description, as shown.', 'Quantitative 170'),
});

export const websiteSchema = z.object({
    label: text('Its label.', 'Portfolio'),
    url: field(z.string(), 'Its address.', 'https://portfolio.example.com'),
});

export const relatedProfileSchema = z.object({
    full_name: text('Their name.', 'Ada Example'),
    headline: text('Their headline.', 'Engineer at Tessera Health'),
    location: text('Their location, as shown.', 'Utrecht, Netherlands'),
    linkedin_url: field(z.string(), 'The address of their profile.', 'https://www.linkedin.com/in/example-2'),
});

const badge = (description: string) => field(z.boolean(), description, false);

/** The badges of a profile. Only some providers have them. */
export const badgesSchema = z.object({
    premium: badge('Has LinkedIn Premium.'),
    creator: badge('Has creator mode on.'),
    open_to_work: badge('Is open to work.'),
    hiring: badge('Is hiring.'),
    verified: badge('Is verified.'),
    influencer: badge('Is one of LinkedIn’s influencers.'),
});

/** Where in a company a person works, in a provider's own categories. Only some providers have it. */
export const departmentSchema = z.object({
    departments: field(z.array(z.string()), 'Departments, in the provider’s words.', ['Engineering']),
    functions: field(z.array(z.string()), 'Functions, in the provider’s words.', ['Data']),
    seniority: text('How senior, in the provider’s words.', 'Senior'),
});
