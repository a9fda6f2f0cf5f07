import { parseDate } from '../../enrichment/dates.ts';
import { parseProfileUrl } from '../../enrichment/profile-url.ts';
import type { Education, Profile } from '../../enrichment/profile.ts';
import { readOutsideUrl } from './page-links.ts';
import { readFoldedText, readLine, readText } from './page-text.ts';
import { findAll, findFirst, getElements, hasClass, hasName, type PageNode } from './page-tree.ts';
import { readDateRange, readOrganization } from './read-positions.ts';

/** The entries of a section: the items of its first list, not those of lists inside them (faces of co-authors). */
function getEntries(section: PageNode): PageNode[] {
    const list = findFirst(section, hasName('ul', 'ol'));
    return list ? getElements(list).filter(hasName('li')) : [];
}

const isPresent = <T>(value: T | null): value is T => value !== null;

/** The heading and the line under it, as most entries have them. */
function readHeadings(entry: PageNode): { title: string | null; subtitle: string | null } {
    return { title: readLine(findFirst(entry, hasName('h3'))), subtitle: readLine(findFirst(entry, hasName('h4'))) };
}

export function readSummary(section: PageNode): string | null {
    const content = findFirst(section, hasClass('core-section-container__content')) ?? section;
    const paragraphs = findAll(content, hasName('p'));
    if (paragraphs.length > 0) return readText({ ...content, children: paragraphs });
    return readText({ ...content, children: getElements(content).filter((node) => !/^h[1-6]$/.test(node.name)) });
}

export function readEducations(section: PageNode, language: string): Education[] {
    return getEntries(section)
        .map((entry): Education => {
            const school = readOrganization(entry, findFirst(entry, hasName('h3')));
            const subtitle = findFirst(entry, hasName('h4'));
            const spans = findAll(subtitle, hasName('span')).map(readLine).filter(isPresent);
            const isActivities = hasClass('education__item--activities-and-societies');
            return {
                school,
                degree_name: spans[0] ?? (subtitle && spans.length === 0 ? keepWords(readLine(subtitle)) : null),
                field_of_study: spans[1] ?? null,
                date: readDateRange(entry, language),
                description: readFoldedText(entry),
                activities: readLine(findFirst(entry, isActivities))?.replace(/^[^:：]{3,40}[:：]\s*/, '') ?? null,
            };
        })
        .filter((education) => education.school.name !== null);
}

/** Null for a subtitle that is only the dash between two things that are not shown. */
function keepWords(text: string | null): string | null {
    return text !== null && /[\p{L}\p{N}]/u.test(text) ? text : null;
}

export const readSkills = (section: PageNode): string[] => [
    ...new Set(
        getEntries(section)
            .map((entry) => readLine(findFirst(entry, hasName('a', 'h3')) ?? entry))
            .filter(isPresent),
    ),
];

export const readLanguages = (section: PageNode): Profile['languages'] =>
    getEntries(section).flatMap((entry) => {
        const { title, subtitle } = readHeadings(entry);
        return title === null ? [] : [{ name: title, proficiency: subtitle }];
    });

export const readCertifications = (section: PageNode, language: string): Profile['certifications'] =>
    getEntries(section).flatMap((entry) => {
        const { title, subtitle } = readHeadings(entry);
        if (title === null) return [];
        const credential = /(?:ID|№|Nr\.?)[:：]?\s*(\S+)\s*$/u.exec(
            readLine(findFirst(entry, hasClass('certifications__credential-id'))) ?? '',
        );
        const link = findAll(entry, hasName('a')).map(readOutsideUrl).find(isPresent);
        return [
            {
                name: title,
                authority: subtitle,
                license_number: credential?.[1] ?? null,
                url: link ?? null,
                date: readLooseRange(entry, language),
            },
        ];
    });

/** Certificates show "Issued Mar 2020" with a bare `time`, without a range around it. */
function readLooseRange(entry: PageNode, language: string): Profile['certifications'][number]['date'] {
    const times = findAll(entry, hasName('time')).map((node) => parseDate(readLine(node), language));
    return { start: times[0] ?? null, end: times[1] ?? null };
}

export const readVolunteering = (section: PageNode, language: string): Profile['volunteer_experiences'] =>
    getEntries(section)
        .map((entry) => ({
            title: readLine(findFirst(entry, hasName('h3'))),
            company: readOrganization(entry, findFirst(entry, hasName('h4'))),
            cause: null,
            date: readDateRange(entry, language),
            description: readFoldedText(entry),
        }))
        .filter(({ title, company }) => title !== null || company.name !== null);

export const readPublications = (section: PageNode, language: string): Profile['publications'] =>
    getEntries(section).flatMap((entry) => {
        const { title } = readHeadings(entry);
        if (title === null) return [];
        const subtitle = findFirst(entry, hasName('h4'));
        const publisher = findFirst(subtitle, hasName('span'));
        const time = findFirst(entry, hasName('time'));
        return [
            {
                name: title,
                publisher: publisher && findFirst(publisher, hasName('time')) === null ? readLine(publisher) : null,
                date: parseDate(readLine(time), language),
                url: readOutsideUrl(findFirst(entry, (node) => readOutsideUrl(node) !== null)),
                description: readFoldedText(entry),
            },
        ];
    });

export const readProjects = (section: PageNode, language: string): Profile['projects'] =>
    getEntries(section).flatMap((entry) => {
        const { title } = readHeadings(entry);
        const url = readOutsideUrl(findFirst(entry, (node) => readOutsideUrl(node) !== null));
        const date = readDateRange(entry, language);
        return title === null ? [] : [{ name: title, url, date, description: readFoldedText(entry) }];
    });

export const readCourses = (section: PageNode): Profile['courses'] =>
    getEntries(section).flatMap((entry) => {
        const { title, subtitle } = readHeadings(entry);
        return title === null ? [] : [{ name: title, number: keepWords(subtitle) }];
    });

export const readAwards = (section: PageNode, language: string): Profile['awards'] =>
    getEntries(section).flatMap((entry) => {
        const { title, subtitle } = readHeadings(entry);
        const date = parseDate(readLine(findFirst(entry, hasName('time'))), language);
        return title === null ? [] : [{ title, issuer: subtitle, date, description: readFoldedText(entry) }];
    });

export const readRecommendations = (section: PageNode): Profile['recommendations'] =>
    getEntries(section).flatMap((entry) => {
        const content =
            findFirst(entry, hasClass('endorsement-card__content', 'recommendation__text')) ??
            findFirst(entry, hasName('p'));
        const text = readText(content);
        const link = findFirst(entry, (node) => node.name === 'a' && parseProfileUrl(node.attributes['href'] ?? '').ok);
        return text === null
            ? []
            : [{ author: readLine(findFirst(entry, hasName('h3')) ?? link), author_url: readProfileUrl(link), text }];
    });

export const readRelatedProfiles = (section: PageNode): Profile['related_profiles'] =>
    findAll(section, hasName('li')).flatMap((entry) => {
        const link = findFirst(entry, (node) => node.name === 'a' && readProfileUrl(node) !== null);
        const address = readProfileUrl(link);
        if (address === null) return [];
        const { title } = readHeadings(entry);
        const headline = readLine(
            findFirst(entry, hasClass('base-aside-card__subtitle', 'base-card__subtitle', 'base-main-card__subtitle')),
        );
        return [{ full_name: title, headline, linkedin_url: address }];
    });

export const readWebsites = (main: PageNode): Profile['websites'] =>
    findAll(main, (node) => node.name === 'a' && isWebsiteLink(node)).flatMap((link) => {
        const url = readOutsideUrl(link);
        return url === null
            ? []
            : [{ label: readLine(findFirst(link, hasClass('top-card-link__description')) ?? link), url }];
    });

function isWebsiteLink({ attributes }: PageNode): boolean {
    return /^public_profile[-_]website$/.test(attributes['data-tracking-control-name'] ?? '');
}

function readProfileUrl(node: PageNode | null): string | null {
    const parsing = node ? parseProfileUrl(node.attributes['href'] ?? '') : null;
    return parsing?.ok ? parsing.profileUrl.canonicalUrl : null;
}
