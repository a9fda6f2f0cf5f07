import { resolveLocation } from '../../enrichment/location.ts';
import type { PositionGroup, Profile, ProfileSection } from '../../enrichment/profile.ts';
import { readJsonLd, type JsonLdPerson } from './read-json-ld.ts';
import { cleanText } from './page-text.ts';
import { findAll, findFirst, hasClass, type NodeTest, type PageHeadFacts, type PageNode } from './page-tree.ts';
import { readPositionGroups, readVisibleCompanies } from './read-positions.ts';
import * as sections from './read-sections.ts';
import { readTopCard, type TopCard } from './read-top-card.ts';

const inSection =
    (names: string[], classes: string[]): NodeTest =>
    (node) =>
        node.name === 'section' &&
        (names.includes(node.attributes['data-section'] ?? '') || hasClass(...classes)(node));

/** How each section is found, in any of the layouts. */
const sectionTests: Record<Exclude<ProfileSection, 'websites'>, NodeTest> = {
    summary: inSection(['summary'], ['summary']),
    experience: inSection(['experience'], ['experience', 'experience-education']),
    education: inSection(['educationsDetails', 'education'], ['education']),
    skills: inSection(['skills'], ['skills']),
    languages: inSection(['languages'], ['languages']),
    certifications: inSection(['certifications'], ['certifications']),
    volunteering: inSection(['volunteering'], ['volunteering']),
    publications: inSection(['publications'], ['publications']),
    projects: inSection(['projects'], ['projects']),
    courses: inSection(['courses'], ['courses']),
    awards: inSection(['honors-and-awards', 'awards'], ['awards']),
    recommendations: inSection(['recommendations'], ['recommendations']),
    related_profiles: (node) => hasClass('browsemap')(node) || isBrowsemap(node),
};

/** The list of similar people; people who only have the same name stand in another one. */
function isBrowsemap(node: PageNode): boolean {
    return (
        hasClass('aside-section-container')(node) &&
        findFirst(node, (link) => /browsemap/.test(link.attributes['data-tracking-control-name'] ?? '')) !== null
    );
}

export type BuiltProfile = { profile: Profile; unreadSections: ProfileSection[] };

/**
 * The profile on a page, from its elements and its JSON-LD. Null when the page names nobody.
 *
 * One rule decides between the two: what the page shows wins, for it is complete where the structured data is cut or
 * masked; JSON-LD fills what the page does not show at all (the sections of old layouts, the exact follower count).
 */
export function buildProfile(handle: string, head: PageHeadFacts, main: PageNode): BuiltProfile | null {
    const language = (head.metas.get('locale') ?? 'en').split('_')[0] ?? 'en';
    const card = readTopCard(main);
    const ld = readJsonLd(head.jsonLd);
    const fullName = card.fullName ?? ld?.fullName ?? null;
    if (fullName === null) return null;

    const found = (section: keyof typeof sectionTests) => findAll(main, sectionTests[section]);
    const read = <T>(section: keyof typeof sectionTests, reader: (node: PageNode, language: string) => T[]): T[] =>
        found(section).flatMap((node) => reader(node, language));

    const positions = read('experience', readPositionGroups);
    const masked = positions.length > 0 ? [] : read('experience', readVisibleCompanies);
    const shownGroups = [...positions, ...masked];
    const groups = shownGroups.length > 0 ? shownGroups : (ld?.positionGroups ?? []);
    const educations = read('education', sections.readEducations);
    const languages = read('languages', sections.readLanguages);
    const awards = read('awards', sections.readAwards);

    const profile: Profile = {
        identifier: handle,
        full_name: fullName,
        ...splitName(fullName, head),
        ...readCurrentJob(groups, card, ld),
        headline: card.headline,
        summary:
            found('summary')
                .map(sections.readSummary)
                .find((text) => text !== null) ??
            ld?.summary ??
            null,
        location: resolveLocation(card.location ?? ld?.location ?? null, {
            language,
            countryCode: ld?.countryCode ?? null,
        }),
        industry: null,
        picture_url: card.picture_url ?? ld?.picture ?? null,
        background_url: card.background_url,
        followers_count: ld?.followersCount ?? card.followers_count,
        connections_count: card.connections_count,
        skills: read('skills', sections.readSkills),
        position_groups: groups,
        educations: educations.length > 0 ? educations : (ld?.educations ?? []),
        languages:
            languages.length > 0 ? languages : (ld?.languages ?? []).map((name) => ({ name, proficiency: null })),
        certifications: read('certifications', sections.readCertifications),
        volunteer_experiences: read('volunteering', sections.readVolunteering),
        publications: read('publications', sections.readPublications),
        projects: read('projects', sections.readProjects),
        courses: read('courses', sections.readCourses),
        awards:
            awards.length > 0
                ? awards
                : (ld?.awards ?? []).map((title) => ({ title, issuer: null, date: null, description: null })),
        recommendations: read('recommendations', sections.readRecommendations),
        websites: sections.readWebsites(main),
        related_profiles: read('related_profiles', sections.readRelatedProfiles),
        sections_available: [],
    };
    const shown = (Object.keys(sectionTests) as Array<keyof typeof sectionTests>).filter(
        (name) => found(name).length > 0,
    );
    const available: ProfileSection[] = profile.websites.length > 0 ? [...shown, 'websites'] : shown;
    const unreadSections = shown.filter((section) => isUnread(section, profile, main));
    return { profile: { ...profile, sections_available: available }, unreadSections };
}

/**
 * The job a person holds now: of the positions that are open, the first one at the company the top card names, else
 * the first. A position without any date is not known to be open. What is masked stays null.
 */
function readCurrentJob(
    groups: PositionGroup[],
    card: TopCard,
    ld: JsonLdPerson | null,
): Pick<Profile, 'title' | 'company'> {
    const open = groups.flatMap(({ company, profile_positions: positions }) =>
        positions
            .filter(({ date }) => date.start !== null && date.end === null)
            .map((position) => ({ company, position })),
    );
    const named = card.company.name?.toLowerCase();
    const current = open.find(({ company }) => company.name?.toLowerCase() === named) ?? open[0];
    const isNamed = named !== undefined;
    return {
        title: current?.position.title ?? (groups.length === 0 ? (ld?.title ?? null) : null),
        company: isNamed
            ? card.company
            : { name: current?.company.name ?? null, linkedin_url: current?.company.linkedin_url ?? null },
    };
}

/** First and last name where the page states them; else only a name of two words is split. */
function splitName(fullName: string, head: PageHeadFacts): Pick<Profile, 'first_name' | 'last_name'> {
    const first = cleanText(head.metas.get('profile:first_name'));
    const last = cleanText(head.metas.get('profile:last_name'));
    if (first !== null || last !== null) return { first_name: first, last_name: last };
    const words = fullName.split(' ');
    return words.length === 2
        ? { first_name: words[0] ?? null, last_name: words[1] ?? null }
        : { first_name: null, last_name: null };
}

/** A section with entries of which none could be read: the layout may have changed. Masked entries are no sign of it. */
function isUnread(section: keyof typeof sectionTests, profile: Profile, main: PageNode): boolean {
    const values: Record<keyof typeof sectionTests, unknown[]> = {
        summary: profile.summary === null ? [] : [profile.summary],
        experience: profile.position_groups,
        education: profile.educations,
        skills: profile.skills,
        languages: profile.languages,
        certifications: profile.certifications,
        volunteering: profile.volunteer_experiences,
        publications: profile.publications,
        projects: profile.projects,
        courses: profile.courses,
        awards: profile.awards,
        recommendations: profile.recommendations,
        related_profiles: profile.related_profiles,
    };
    if (values[section].length > 0) return false;
    return findAll(main, sectionTests[section]).some((node) => hasReadableEntry(node));
}

function hasReadableEntry(section: PageNode): boolean {
    const entries = findAll(section, (node) => node.name === 'li' && !hasClass('blurred-list')(node));
    return entries.some((entry) => cleanText(flatten(entry)) !== null && !/\*{3}/.test(flatten(entry)));
}

function flatten(node: PageNode): string {
    return node.children.map((child) => (typeof child === 'string' ? child : flatten(child))).join('');
}
