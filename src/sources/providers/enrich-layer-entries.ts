import type { Profile } from '../../enrichment/result/profile.ts';
import type { DateRange, Education, Organization } from '../../enrichment/result/profile-parts.ts';
import { buildCanonicalUrl } from '../../enrichment/profile-url/profile-url.ts';
import type { Job } from './build-profile.ts';
import * as r from './record.ts';

/* The list entries of an Enrich Layer profile. */

type Shown<Shape> = Record<keyof Shape, string | null>;

const period = { starts_at: r.month, ends_at: r.month };

const toRange = (shown: Shown<typeof period>): DateRange => ({
    start: shown.starts_at,
    end: shown.ends_at,
});

const employer = { company: r.line, company_linkedin_profile_url: r.linkedInUrl, logo_url: r.picture };

const toEmployer = (shown: Shown<typeof employer>): Organization => ({
    name: shown.company,
    linkedin_url: shown.company_linkedin_profile_url,
    logo_url: shown.logo_url,
});

export const experience = r
    .part({ ...period, ...employer, title: r.line, description: r.text, location: r.line })
    .transform((shown): Job | null => {
        const { title, description, location } = shown;
        if (title === null && shown.company === null) return null;
        const position = { title, description, location, is_current: null, date: toRange(shown) };
        return { company: toEmployer(shown), position };
    });

export const education = r.entry(
    'school',
    {
        starts_at: r.year,
        ends_at: r.year,
        field_of_study: r.line,
        degree_name: r.line,
        school: r.line,
        school_linkedin_profile_url: r.linkedInUrl,
        description: r.text,
        logo_url: r.picture,
        grade: r.line,
        activities_and_societies: r.text,
    },
    (shown): Education => ({
        school: { name: shown.school, linkedin_url: shown.school_linkedin_profile_url, logo_url: shown.logo_url },
        degree_name: shown.degree_name,
        field_of_study: shown.field_of_study,
        date: toRange(shown),
        grade: shown.grade,
        description: shown.description,
        activities: shown.activities_and_societies,
    }),
);

export const certification = r.entry(
    'name',
    { ...period, name: r.line, license_number: r.line, authority: r.line, url: r.webUrl },
    ({ name, license_number, authority, url, ...shown }): Profile['certifications'][number] => ({
        name,
        authority,
        authority_url: null,
        license_number,
        url,
        date: toRange(shown),
    }),
);

export const volunteering = r
    .part({ ...period, ...employer, title: r.line, cause: r.line, description: r.text })
    .transform((shown): Profile['volunteer_experiences'][number] | null => {
        const { title, cause, description, company } = shown;
        if (title === null && company === null) return null;
        return { title, company: toEmployer(shown), cause, date: toRange(shown), description };
    });

export const language = r.entry('name', { name: r.line, proficiency: r.line }, (shown) => shown);
export const course = r.entry('name', { name: r.line, number: r.line }, (shown) => shown);

export const organization = r.entry(
    'org_name',
    { ...period, org_name: r.line, title: r.line, description: r.text },
    ({ org_name: name, title, description, ...shown }) => ({ name, title, date: toRange(shown), description }),
);

export const publication = r.entry(
    'name',
    { name: r.line, publisher: r.line, published_on: r.month, description: r.text, url: r.webUrl },
    ({ published_on: date, ...shown }) => ({ ...shown, date }),
);

export const award = r.entry(
    'title',
    { title: r.line, issuer: r.line, issued_on: r.month, description: r.text },
    ({ issued_on: date, ...shown }) => ({ ...shown, date }),
);

export const patent = r.entry(
    'title',
    {
        title: r.line,
        issuer: r.line,
        issued_on: r.month,
        description: r.text,
        application_number: r.line,
        patent_number: r.line,
        url: r.webUrl,
    },
    ({ issued_on: date, application_number, patent_number, ...shown }) => ({
        ...shown,
        date,
        number: patent_number ?? application_number,
    }),
);

export const project = r.entry(
    'title',
    { ...period, title: r.line, description: r.text, url: r.webUrl },
    ({ title: name, description, url, ...shown }) => ({ name, url, date: toRange(shown), description }),
);

export const testScore = r.entry(
    'name',
    { name: r.line, score: r.line, date_on: r.month, description: r.text },
    ({ date_on: date, ...shown }) => ({ ...shown, date }),
);

export const article = r.entry(
    'title',
    { title: r.line, link: r.webUrl, published_date: r.month },
    ({ title, link: url, published_date: date }) => ({ title, url, date }),
);

export const relatedProfile = r.entry(
    'link',
    { link: r.handle, name: r.line, summary: r.line, location: r.line },
    ({ link, name, summary, location }) => ({
        full_name: name,
        headline: summary,
        location,
        linkedin_url: buildCanonicalUrl(link),
    }),
);
