import { isSectionEmpty, profileSections, type Profile, type ProfileSection } from '../../enrichment/result/profile.ts';
import { type Education, type Location, type Organization } from '../../enrichment/result/profile-parts.ts';
import * as achievements from './fields/achievements.ts';
import { isSameOrganization, readCurrentJob } from './fields/current-job.ts';
import { buildBareEducation, readEducations } from './fields/educations.ts';
import { readJsonLd, type JsonLdPerson } from './fields/json-ld.ts';
import { findFirst, hasClass, type PageNode } from './markup/page-tree.ts';
import type { PageHead } from './markup/tree-builder.ts';
import * as people from './fields/people.ts';
import { buildBarePosition, readPositionGroups, readVisibleOrganizations } from './fields/positions.ts';
import { findMaskedSections, findSections, hasReadableContent } from './fields/sections.ts';
import { cleanText } from './text/clean-text.ts';
import { findCountry } from './text/countries.ts';
import { resolveLocation } from './text/places.ts';
import { readTopCard, type TopCard } from './fields/top-card.ts';

/**
 * The profile on a page, from its elements ("page") and its JSON-LD ("data"). Null without a name.
 *
 * Merges the two; values masked in one count as missing there. The rule for each field:
 *
 * | field | rule |
 * |---|---|
 * | name, picture, location text | the page; the data where the page shows none |
 * | headline, background, connections, skills and every other list not named here | the page only: the data has none |
 * | first and last name | the head; else a name of two words is split |
 * | country | the page's text; the data's country where the text names none |
 * | summary | the page; the data when the page's text is cut ("…") and the data continues it, or the page has none |
 * | followers | the data, which is exact; the page, which rounds |
 * | positions, educations, languages, awards, organizations | the page's list as a whole; the data's as a whole where the page has none |
 * | URLs of companies and schools | for a name without one, that of the same name in the top card or the data |
 * | educations, still none | the school in the top card |
 * | title, company | see `readCurrentJob` |
 */
export function buildProfile(handle: string, head: PageHead, page: PageNode) {
    const language = readLanguage(head);
    const card = readTopCard(page, language);
    const data = readJsonLd(head.jsonLd);
    const fullName = card.fullName ?? data?.fullName ?? null;
    if (fullName === null) return null;

    const found = findSections(page);
    const read: ReadSection = (section, reader) =>
        (found.sections.get(section) ?? []).flatMap((node) => reader(node, language));
    const { groups, educations, hasBareRows } = readHistory(read, card, data);

    const profile: Profile = {
        identifier: handle,
        ...readNames(fullName, head),
        ...readCurrentJob(groups, card, data),
        headline: card.headline,
        summary: chooseSummary(read('summary', people.readSummary)[0] ?? null, data?.summary ?? null),
        location: readLocation(card, data, language),
        industry: null,
        picture_url: card.picture_url ?? data?.picture ?? null,
        background_url: card.background_url,
        followers_count: data?.followersCount ?? card.followers_count,
        connections_count: card.connections_count,
        skills: read('skills', achievements.readSkills),
        position_groups: groups,
        educations,
        languages: firstFilled(
            read('languages', achievements.readLanguages),
            data?.languages.map((name) => ({ name, proficiency: null })),
        ),
        certifications: read('certifications', achievements.readCertifications),
        volunteer_experiences: read('volunteering', achievements.readVolunteering),
        publications: read('publications', achievements.readPublications),
        projects: read('projects', achievements.readProjects),
        courses: read('courses', achievements.readCourses),
        awards: firstFilled(
            read('awards', achievements.readAwards),
            data?.awards.map((title) => ({ title, issuer: null, date: null, description: null })),
        ),
        recommendations: read('recommendations', people.readRecommendations),
        recommendations_count: read('recommendations', people.readRecommendationsCount)[0] ?? null,
        articles: read('articles', people.readArticles),
        patents: read('patents', achievements.readPatents),
        organizations: firstFilled(read('organizations', achievements.readOrganizations), data?.organizations),
        test_scores: read('test_scores', achievements.readTestScores),
        services: read('services', achievements.readSkills),
        websites: people.readWebsites(page),
        related_profiles: read('related_profiles', (node) =>
            people.readRelatedProfiles(node, language, isOldLayout(page)),
        ),
        badges: null,
        department: null,
        sections_available: [],
        masked_sections: [],
    };
    const masked = findMaskedSections(found.sections);
    for (const section of ['experience', 'education', 'awards', 'summary'] as const) {
        if (data?.masked[section]) masked.add(section);
    }
    profile.sections_available = profileSections.filter(
        (name) => found.sections.has(name) || !isSectionEmpty(profile, name),
    );
    profile.masked_sections = profileSections.filter((name) => masked.has(name));
    /** Sections with entries, none of which could be read: the layout may have changed. */
    const unreadSections = profileSections.filter(
        (name) =>
            isSectionEmpty(profile, name) &&
            !(name === 'experience' && hasBareRows) &&
            found.sections.get(name)?.some((node) => hasReadableContent(node, name)),
    );
    return { profile, language, unreadSections, unknownMarks: found.unknownMarks };
}

/** The page's language as an `Intl` tag: `pt_BR` is `pt-BR`. English by default. */
export function readLanguage({ metas }: PageHead): string {
    const tag = (metas.get('locale') ?? '').replace(/_/g, '-');
    return /^[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}$/i.test(tag) && isLanguageTag(tag) ? tag : 'en';
}

/** Whether `Intl` accepts a tag: `en-US-US` is well-formed at a glance only. */
function isLanguageTag(tag: string): boolean {
    try {
        return Intl.getCanonicalLocales(tag).length > 0;
    } catch {
        return false;
    }
}

/** Since 2024 every page has this line below the headline. */
const isOldLayout = (page: PageNode): boolean => findFirst(page, hasClass('profile-info-subheader')) === null;

type ReadSection = <T>(section: ProfileSection, reader: (node: PageNode, language: string) => T[]) => T[];

/** Work and schools. A masked page shows some names of both in one list; the top card tells which are schools. */
function readHistory(read: ReadSection, card: TopCard, data: JsonLdPerson | null) {
    const positions = read('experience', readPositionGroups);
    const rows = positions.length > 0 ? [] : read('experience', readVisibleOrganizations);
    const isSchool = ({ company }: { company: Organization }): boolean =>
        isSameOrganization(company, card.school) && !isSameOrganization(company, card.company);
    const jobs = rows.filter((row) => !isSchool(row)).map(buildBarePosition);
    const schools = rows.filter(isSchool).map(({ company }) => company);
    const cardSchools = card.school.name === null || schools.length > 0 ? [] : [card.school];

    const companies = [card.company, ...(data?.positionGroups.map(({ company }) => company) ?? [])];
    const places = [card.school, ...(data?.educations.map(({ school }) => school) ?? [])];
    const bareGroups = firstFilled(jobs, data?.positionGroups);
    const bareEducations = firstFilled(data?.educations, [...schools, ...cardSchools].map(buildBareEducation));
    return {
        // Entries shown in full have their own URL, if any: they must not get that of a namesake.
        groups: firstFilled(
            positions,
            bareGroups.map((group) => ({ ...group, company: addUrl(group.company, companies) })),
        ),
        educations: firstFilled<Education>(
            read('education', readEducations),
            bareEducations.map((education) => ({ ...education, school: addUrl(education.school, places) })),
        ),
        hasBareRows: rows.length > 0,
    };
}

/** Adds the URL of an organization with the same name, if there is none. */
function addUrl(shown: Organization, others: Organization[]): Organization {
    if (shown.linkedin_url !== null) return shown;
    const same = others.find((other) => other.linkedin_url !== null && isSameOrganization(shown, other));
    return same ? { ...shown, linkedin_url: same.linkedin_url } : shown;
}

function firstFilled<T>(...lists: Array<T[] | undefined>): T[] {
    return lists.find((list) => list !== undefined && list.length > 0) ?? [];
}

/** The complete text, if the page shows only its start. */
function chooseSummary(shown: string | null, stated: string | null): string | null {
    if (shown === null || stated === null) return shown ?? stated;
    const beginning = /^(.+?)\s*(?:…|\.\.\.)$/s.exec(shown)?.[1];
    return beginning !== undefined && stated.startsWith(beginning) ? stated : shown;
}

/** The text as shown, with the data's country where the text names none. */
function readLocation(card: TopCard, data: JsonLdPerson | null, language: string): Location {
    const stated = data?.country ?? null;
    const isCode = stated !== null && /^[A-Z]{2}$/.test(stated);
    const countryCode = isCode || stated === null ? stated : findCountry(stated, language);
    return resolveLocation(card.location ?? data?.location ?? null, { language, countryCode });
}

/** First and last name from the head; else from a name of two words. */
function readNames(shown: string, { metas }: PageHead): Pick<Profile, 'full_name' | 'first_name' | 'last_name'> {
    const first = cleanText(metas.get('profile:first_name'));
    const last = cleanText(metas.get('profile:last_name'));
    if (first !== null || last !== null) {
        return { full_name: dropPronouns(shown, [first, last]), first_name: first, last_name: last };
    }
    const words = shown.split(' ');
    const isPair = words.length === 2;
    return { full_name: shown, first_name: (isPair && words[0]) || null, last_name: (isPair && words[1]) || null };
}

/** Drops brackets after a name if the head has the name without them: mostly pronouns. */
function dropPronouns(shown: string, stated: Array<string | null>): string {
    const names = stated.filter((name) => name !== null);
    const isStated = (name: string): boolean => name === names.join(' ') || name === names.toReversed().join(' ');
    const name = /^(.*\S)\s*[(（][^()（）]*[)）]$/su.exec(shown)?.[1] ?? shown;
    return !isStated(shown) && isStated(name) ? name : shown;
}
