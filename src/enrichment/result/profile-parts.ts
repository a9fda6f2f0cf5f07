import * as z from 'zod';
import { field } from './field.ts';

const textSchema = z.string().nullable();

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
    name: field(textSchema, 'Its name.', 'Northwind Orchards'),
    linkedin_url: field(textSchema, 'Its LinkedIn page.', 'https://www.linkedin.com/company/northwind-orchards'),
    logo_url: field(textSchema, 'Its logo. The address may expire.', 'https://media.example.com/logo.png'),
});
export type Organization = z.infer<typeof organizationSchema>;

export const positionSchema = z.object({
    title: field(textSchema, 'The job title.', 'Data Analyst'),
    company: field(textSchema, 'The company’s name.', 'Northwind Orchards'),
    location: field(textSchema, 'The location, as shown.', 'Toronto, Ontario, Canada'),
    description: field(textSchema, 'The description, as shown.', 'Led negotiation for a team of 10.'),
    employment_type: field(textSchema, 'The kind of employment, as shown.', 'Full-time'),
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
    degree_name: field(textSchema, 'The degree.', 'Bachelor of Science'),
    field_of_study: field(textSchema, 'The subject.', 'Statistics'),
    date: field(dateRangeSchema, 'Start and end.'),
    grade: field(textSchema, 'The grade, as shown.', '3.8'),
    description: field(textSchema, 'The description, as shown.', 'Thesis on tides.'),
    activities: field(textSchema, 'Activities and societies.', 'Rowing'),
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
    state: field(textSchema, 'The state or region, where unambiguous.', 'Washington'),
    city: field(textSchema, 'The city, where unambiguous.', 'Redmond'),
    default: field(textSchema, 'The location as shown.', 'Redmond, Washington, United States'),
    short: field(textSchema, 'The location without its country.', 'Redmond, Washington'),
});
export type Location = z.infer<typeof locationSchema>;
