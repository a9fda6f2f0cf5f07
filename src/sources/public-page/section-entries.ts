import { parseDate, parseDateRange } from './text/dates.ts';
import { parseProfileUrl } from '../../enrichment/profile-url.ts';
import type { DateRange, Education, Profile } from '../../enrichment/profile.ts';
import { readOutsideUrl } from './links.ts';
import { readFoldedText, readLine, readText } from './text/clean-text.ts';
import { findAll, findFirst, getElements, hasClass, hasName, type PageNode } from './page-tree.ts';
import { readDateRange, readOrganization } from './positions.ts';

/** The entries of a section: the items of its first list, not those of lists inside them (faces of co-authors). */
function getEntries(section: PageNode): PageNode[] {
    const list = findFirst(section, hasName('ul', 'ol'));
    return list ? getElements(list).filter(hasName('li')) : [];
}

const isPresent = <T>(value: T | null): value is T => value !== null;

/** The heading and the line under it, as most entries have them; dates that stand in that line are left out. */
function readHeadings(entry: PageNode): { title: string | null; subtitle: string | null } {
    const subtitle = findFirst(entry, hasName('h4'));
    return {
        title: readLine(findFirst(entry, hasName('h3'))),
        subtitle: subtitle ? keepWords(readLine(withoutDates(subtitle))) : null,
    };
}

function withoutDates(node: PageNode): PageNode {
    const kept = node.children.filter(
        (child) => typeof child === 'string' || !(child.name === 'time' || hasClass('date-range')(child)),
    );
    return { ...node, children: kept.map((child) => (typeof child === 'string' ? child : withoutDates(child))) };
}

export function readSummary(section: PageNode): string[] {
    const content = findFirst(section, hasClass('core-section-container__content')) ?? section;
    const paragraphs = findAll(content, hasName('p'));
    const shown =
        paragraphs.length > 0 ? paragraphs : getElements(content).filter(({ name }) => !/^h[1-6]$/.test(name));
    const text = readText({ ...content, children: shown });
    return text === null ? [] : [text];
}

export function readEducations(section: PageNode, language: string): Education[] {
    return getEntries(section)
        .map((entry): Education => {
            const activities = findFirst(entry, hasClass('education__item--activities-and-societies'));
            return {
                school: readOrganization(entry, findFirst(entry, hasName('h3'))),
                ...readDegree(findFirst(entry, hasName('h4'))),
                date: readDateRange(entry, language),
                grade: null,
                description: readFoldedText(entry),
                activities: readLine(activities)?.replace(/^[^:：]{3,40}[:：]\s*/, '') ?? null,
            };
        })
        .filter((education) => education.school.name !== null);
}

/** Degree, field and grade stand side by side in this order, any of them missing; only the field may be marked. */
function readDegree(subtitle: PageNode | null): Pick<Education, 'degree_name' | 'field_of_study'> {
    const spans = findAll(subtitle, hasName('span'));
    if (spans.length === 0) return { degree_name: keepWords(readLine(subtitle)), field_of_study: null };
    const isField = (span: PageNode): boolean => span.attributes['data-section'] === 'educations';
    const marked = spans.find(isField);
    const [first, second] = spans.filter((span) => !isField(span));
    return {
        degree_name: readLine(first && (!marked || spans.indexOf(first) < spans.indexOf(marked)) ? first : null),
        field_of_study: readLine(marked ?? second),
    };
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
        return [
            {
                name: title,
                authority: subtitle,
                authority_url: null,
                license_number: readLicenseNumber(entry),
                url: findAll(entry, hasName('a')).map(readOutsideUrl).find(isPresent) ?? null,
                date: readIssueDates(entry, language),
            },
        ];
    });

/** The last word of "Credential ID ABC-123", in any language, when it is plainly the number: the only one with a digit. */
function readLicenseNumber(entry: PageNode): string | null {
    const words = readLine(findFirst(entry, hasClass('certifications__credential-id')))?.split(' ') ?? [];
    const last = words.length > 1 ? words.pop() : undefined;
    return last && /\d/.test(last) && !words.some((word) => /\d/.test(word)) ? last : null;
}

/** "Issued Mar 2020 · Expires Mar 2023": each in an element of its own on older pages, else in this order. */
function readIssueDates(entry: PageNode, language: string): DateRange {
    const [issued, expires] = ['certifications__start-date', 'certifications__end-date'].map((name) =>
        findFirst(entry, hasClass(name)),
    );
    if (issued || expires) return parseDateRange(readTime(issued), readTime(expires), language);
    const [first, second] = findAll(entry, hasName('time'));
    return parseDateRange(readLine(first), readLine(second), language);
}

const readTime = (node: PageNode | null | undefined): string | null => readLine(findFirst(node, hasName('time')));

export const readVolunteering = (section: PageNode, language: string): Profile['volunteer_experiences'] =>
    getEntries(section)
        .map((entry) => ({
            title: readLine(findFirst(entry, hasName('h3'))),
            company: readOrganization(entry, findFirst(entry, hasName('h4'))),
            cause: readLine(findFirst(entry, hasClass('volunteering__item--cause'))),
            date: readDateRange(entry, language),
            description: readFoldedText(entry),
        }))
        .filter(({ title, company }) => title !== null || company.name !== null);

export const readPublications = (section: PageNode, language: string): Profile['publications'] =>
    getEntries(section).flatMap((entry) => {
        const { title, subtitle } = readHeadings(entry);
        if (title === null) return [];
        return [
            {
                name: title,
                publisher: subtitle,
                date: parseDate(readTime(entry), language),
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
        return title === null ? [] : [{ name: title, number: subtitle }];
    });

export const readAwards = (section: PageNode, language: string): Profile['awards'] =>
    getEntries(section).flatMap((entry) => {
        const { title, subtitle } = readHeadings(entry);
        const date = parseDate(readTime(entry), language);
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
        for (const link of findAll(entry, hasName('a'))) {
            const address = readProfileUrl(link);
            if (address === null) continue;
            const title = readLine(findFirst(entry, hasName('h3')) ?? link);
            const headline = readLine(
                findFirst(
                    entry,
                    hasClass('base-aside-card__subtitle', 'base-card__subtitle', 'base-main-card__subtitle'),
                ),
            );
            return [{ full_name: title, headline, location: null, linkedin_url: address }];
        }
        return [];
    });

/** Websites: one is a link in the top card, several are rows of a list in a dialog. */
export const readWebsites = (main: PageNode): Profile['websites'] => {
    const rows = findAll(main, hasClass('websites__list-row'));
    const links = findAll(main, isWebsiteLink).filter(
        (link) => !rows.some((row) => findFirst(row, (node) => node === link)),
    );
    return [
        ...rows.flatMap((row) =>
            buildWebsite(findFirst(row, hasName('a')), findFirst(row, hasClass('websites__name'))),
        ),
        ...links.flatMap((link) => buildWebsite(link, findFirst(link, hasClass('top-card-link__description')) ?? link)),
    ];
};

function buildWebsite(link: PageNode | null, label: PageNode | null): Profile['websites'] {
    const url = readOutsideUrl(link);
    return url === null ? [] : [{ label: readLine(label)?.replace(/\s*[:：]$/, '') ?? null, url }];
}

function isWebsiteLink({ name, attributes }: PageNode): boolean {
    return (
        name === 'a' && /^public_profile(?:_topcard)?[-_]website$/.test(attributes['data-tracking-control-name'] ?? '')
    );
}

function readProfileUrl(node: PageNode | null): string | null {
    const parsing = node ? parseProfileUrl(node.attributes['href'] ?? '') : null;
    return parsing?.ok ? parsing.profileUrl.canonicalUrl : null;
}
