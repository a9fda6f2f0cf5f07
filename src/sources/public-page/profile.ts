import { resolveLocation } from './text/places.ts';
import {
    isSectionEmpty,
    profileSections,
    type Education,
    type Organization,
    type PositionGroup,
    type Profile,
    type ProfileSection,
} from '../../enrichment/profile.ts';
import { findSections, hasReadableContent } from './sections.ts';
import { cleanText } from './text/clean-text.ts';
import type { PageHeadFacts, PageNode } from './page-tree.ts';
import { readCurrentJob } from './current-job.ts';
import { readJsonLd } from './json-ld.ts';
import { buildBarePosition, readPositionGroups, readVisibleOrganizations } from './positions.ts';
import * as sections from './section-entries.ts';
import { readTopCard } from './top-card.ts';

export type BuiltProfile = { profile: Profile; language: string; unreadSections: ProfileSection[] };

/**
 * The profile on a page, from its elements ("page") and its JSON-LD ("data"). Null when the page names nobody.
 *
 * The one place where the two meet. What is masked in one counts as missing there. The rule for each field:
 *
 * | field | rule |
 * |---|---|
 * | name, picture, location text | the page; the data where the page shows none |
 * | headline, background, connections, skills and every other list not named here | the page alone: the data has none |
 * | first and last name | the head's own; else a name of two words is split |
 * | country | the page's text; the data's country where the text names none |
 * | summary | the page; the data when the page's text is cut ("…") and the data's goes on from it, or the page has none |
 * | followers | the data, which is exact; the page, which rounds |
 * | positions, educations, languages, awards | the page's list as a whole; the data's as a whole where the page has none |
 * | educations, still none | the school in the top card |
 * | title, company | see `readCurrentJob` |
 */
export function buildProfile(handle: string, head: PageHeadFacts, main: PageNode): BuiltProfile | null {
    const language = readLanguage(head);
    const card = readTopCard(main, language);
    const data = readJsonLd(head.jsonLd);
    const fullName = card.fullName ?? data?.fullName ?? null;
    if (fullName === null) return null;

    const found = findSections(main);
    const read = <T>(section: ProfileSection, reader: (node: PageNode, language: string) => T[]): T[] =>
        (found.get(section) ?? []).flatMap((node) => reader(node, language));

    const positions = read('experience', readPositionGroups);
    const bare = positions.length > 0 ? [] : read('experience', readVisibleOrganizations);
    const isSchool = ({ company }: { company: Organization }): boolean =>
        company.name === card.school.name && company.name !== card.company.name;
    const shownGroups = [...positions, ...bare.filter((row) => !isSchool(row)).map(buildBarePosition)];
    const groups = firstFilled<PositionGroup>(shownGroups, data?.positionGroups);
    const bareSchools = bare.filter(isSchool).map(({ company }) => company);
    const cardSchools = card.school.name === null || bareSchools.length > 0 ? [] : [card.school];

    const profile: Profile = {
        identifier: handle,
        full_name: fullName,
        ...splitName(fullName, head),
        ...readCurrentJob(groups, card, data),
        headline: card.headline,
        summary: chooseSummary(read('summary', sections.readSummary)[0] ?? null, data?.summary ?? null),
        location: resolveLocation(card.location ?? data?.location ?? null, {
            language,
            countryCode: data?.countryCode ?? null,
        }),
        industry: null,
        picture_url: card.picture_url ?? data?.picture ?? null,
        background_url: card.background_url,
        followers_count: data?.followersCount ?? card.followers_count,
        connections_count: card.connections_count,
        skills: read('skills', sections.readSkills),
        position_groups: groups,
        educations: firstFilled(
            read('education', sections.readEducations),
            data?.educations,
            [...bareSchools, ...cardSchools].map(buildBareEducation),
        ),
        languages: firstFilled(
            read('languages', sections.readLanguages),
            data?.languages.map((name) => ({ name, proficiency: null })),
        ),
        certifications: read('certifications', sections.readCertifications),
        volunteer_experiences: read('volunteering', sections.readVolunteering),
        publications: read('publications', sections.readPublications),
        projects: read('projects', sections.readProjects),
        courses: read('courses', sections.readCourses),
        awards: firstFilled(
            read('awards', sections.readAwards),
            data?.awards.map((title) => ({ title, issuer: null, date: null, description: null })),
        ),
        recommendations: read('recommendations', sections.readRecommendations),
        recommendations_count: null,
        articles: [],
        patents: [],
        organizations: [],
        test_scores: [],
        services: [],
        websites: sections.readWebsites(main),
        related_profiles: read('related_profiles', sections.readRelatedProfiles),
        badges: null,
        department: null,
        sections_available: [],
        masked_sections: [],
    };
    profile.sections_available = profileSections.filter((name) => found.has(name) || !isSectionEmpty(profile, name));
    // A section that holds entries of which none could be read: the layout may have changed.
    const unreadSections = profileSections.filter(
        (name) =>
            isSectionEmpty(profile, name) &&
            !(name === 'experience' && bare.length > 0) &&
            found.get(name)?.some((node) => hasReadableContent(node, name)),
    );
    return { profile, language, unreadSections };
}

/** The page's language as `Intl` knows it: `pt_BR` is `pt-BR`. English when the page does not say. */
function readLanguage({ metas }: PageHeadFacts): string {
    const tag = (metas.get('locale') ?? '').replace(/_/g, '-');
    return /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i.test(tag) ? tag : 'en';
}

function firstFilled<T>(...lists: Array<T[] | undefined>): T[] {
    return lists.find((list) => list !== undefined && list.length > 0) ?? [];
}

/** The whole text rather than the beginning of it. */
function chooseSummary(shown: string | null, stated: string | null): string | null {
    if (shown === null || stated === null) return shown ?? stated;
    const beginning = /^(.+?)\s*(?:…|\.\.\.)$/s.exec(shown)?.[1];
    return beginning !== undefined && stated.startsWith(beginning) ? stated : shown;
}

/** First and last name where the page states them; else only a name of two words is split. */
function splitName(fullName: string, { metas }: PageHeadFacts): Pick<Profile, 'first_name' | 'last_name'> {
    const first = cleanText(metas.get('profile:first_name'));
    const last = cleanText(metas.get('profile:last_name'));
    if (first !== null || last !== null) return { first_name: first, last_name: last };
    const words = fullName.split(' ');
    return words.length === 2
        ? { first_name: words[0] ?? null, last_name: words[1] ?? null }
        : { first_name: null, last_name: null };
}

function buildBareEducation(school: Organization): Education {
    const date = { start: null, end: null };
    return { school, degree_name: null, field_of_study: null, date, grade: null, description: null, activities: null };
}
