import type { Profile } from '../../../enrichment/result/profile.ts';
import type { DateRange } from '../../../enrichment/result/profile-parts.ts';
import { dropLabel, findPlainBlocks, getEntries, readHeadings, readTime } from './entries.ts';
import { findLink, readCertificateUrl, readOrganizationUrl, readOutsideUrl } from '../markup/links.ts';
import { readExpandableText, readLine } from '../markup/node-text.ts';
import { findAll, findFirst, hasClass, hasName, type PageNode } from '../markup/page-tree.ts';
import { readDateRange, readOrganization } from './positions.ts';
import { keepWords } from '../text/clean-text.ts';
import { parseDate, parseDateRange } from '../text/dates.ts';

type Headings = { title: string; subtitle: string | null };

/** The entries with a heading, the name of an achievement. */
function readEntries<T>(section: PageNode, read: (entry: PageNode, headings: Headings) => T): T[] {
    return getEntries(section).flatMap((entry) => {
        const { title, subtitle } = readHeadings(entry);
        return title === null ? [] : [read(entry, { title, subtitle })];
    });
}

/** Links or plain text in a list. */
export const readSkills = (section: PageNode): string[] => [
    ...new Set(
        getEntries(section).flatMap(
            (entry) => readLine(findFirst(entry, hasName('a', 'h3')) ?? keepPlain(entry)) ?? [],
        ),
    ),
];

const keepPlain = (entry: PageNode): PageNode | null => (findFirst(entry, hasName('div', 'p')) ? null : entry);

export const readLanguages = (section: PageNode): Profile['languages'] =>
    readEntries(section, (_, { title, subtitle }) => ({ name: title, proficiency: subtitle }));

export const readCertifications = (section: PageNode, language: string): Profile['certifications'] =>
    readEntries(section, (entry, { title, subtitle }) => ({
        name: title,
        authority: subtitle,
        authority_url: findLink(entry, readOrganizationUrl),
        license_number: readLicenseNumber(entry),
        url: findLink(entry, readCertificateUrl),
        date: readIssueDates(entry, language),
    }));

const isCredentialId = hasClass('certifications__credential-id');

/** "Credential ID ABC-123": has its own class on older pages, else it is the plain block with such a text. */
function readLicenseNumber(entry: PageNode): string | null {
    const block = findFirst(entry, isCredentialId);
    const blocks = block ? [block] : findPlainBlocks(entry);
    return blocks.map((candidate) => findNumber(readLine(candidate) ?? '')).find((number) => number !== null) ?? null;
}

/** The text after the English label; in other languages the last word, if only that one has digits. */
function findNumber(text: string): string | null {
    const stated = /^credential id:?\s+(\S.*)$/i.exec(text)?.[1];
    if (stated !== undefined) return stated;
    const words = text.split(/[\s:：]+/);
    const last = words.length > 1 ? words.pop() : undefined;
    return last && /\p{Nd}/u.test(last) && !words.some((word) => /\p{Nd}/u.test(word)) ? last : null;
}

/** "Issued Mar 2020 · Expires Mar 2023": marked by class on older pages, else in this order. */
function readIssueDates(entry: PageNode, language: string): DateRange {
    const issued = findFirst(entry, hasClass('certifications__start-date'));
    const expires = findFirst(entry, hasClass('certifications__end-date'));
    if (issued || expires) return parseDateRange(readTime(issued), readTime(expires), language);
    const [first, second] = findAll(entry, hasName('time'));
    return parseDateRange(readLine(first), readLine(second), language);
}

const isCause = hasClass('volunteering__item--cause');

export const readVolunteering = (section: PageNode, language: string): Profile['volunteer_experiences'] =>
    getEntries(section)
        .map((entry) => ({
            title: readLine(findFirst(entry, hasName('h3'))),
            company: readOrganization(entry, findFirst(entry, hasName('h4'))),
            // Since 2024 it is the plain paragraph between the dates and the description.
            cause: readLine(findFirst(entry, isCause) ?? findPlainBlocks(entry).find(hasName('p'))),
            date: readDateRange(entry, language),
            description: readExpandableText(entry),
        }))
        .filter(({ title, company }) => title !== null || company.name !== null);

export const readPublications = (section: PageNode, language: string): Profile['publications'] =>
    readEntries(section, (entry, { title, subtitle }) => ({
        name: title,
        publisher: subtitle,
        date: parseDate(readTime(entry), language),
        url: findLink(entry, readOutsideUrl),
        description: readExpandableText(entry),
    }));

export const readProjects = (section: PageNode, language: string): Profile['projects'] =>
    readEntries(section, (entry, { title }) => ({
        name: title,
        url: findLink(entry, readOutsideUrl),
        date: readDateRange(entry, language),
        description: readExpandableText(entry),
    }));

export const readCourses = (section: PageNode): Profile['courses'] =>
    readEntries(section, (_, { title, subtitle }) => ({ name: title, number: subtitle }));

export const readAwards = (section: PageNode, language: string): Profile['awards'] =>
    readEntries(section, (entry, { title, subtitle }) => ({
        title,
        issuer: subtitle,
        date: parseDate(readTime(entry), language),
        description: readExpandableText(entry),
    }));

export const readPatents = (section: PageNode, language: string): Profile['patents'] =>
    readEntries(section, (entry, { title, subtitle }) => ({
        title,
        ...readPatentNumber(findFirst(entry, hasName('h4')), subtitle),
        date: parseDate(readTime(entry), language),
        url: findLink(entry, readOutsideUrl),
        description: readExpandableText(entry),
    }));

/** Office and number of a patent: in separate elements, or as one text ("US 9,876,543"), which is not split. */
function readPatentNumber(line: PageNode | null, subtitle: string | null) {
    const parts = line ? findPlainBlocks(line).flatMap((block) => readLine(block) ?? []) : [];
    const texts = parts.length > 0 ? parts : subtitle === null ? [] : [subtitle];
    const hasDigit = (text: string): boolean => /\p{Nd}/u.test(text);
    return {
        issuer: keepWords(texts.find((text) => !hasDigit(text)) ?? null),
        number: texts.find(hasDigit) ?? null,
    };
}

export const readOrganizations = (section: PageNode, language: string): Profile['organizations'] =>
    readEntries(section, (entry, { title, subtitle }) => ({
        name: title,
        title: subtitle,
        date: readDateRange(entry, language),
        description: readExpandableText(entry),
    }));

export const readTestScores = (section: PageNode, language: string): Profile['test_scores'] =>
    readEntries(section, (entry, { title, subtitle }) => ({
        name: title,
        score: dropLabel(subtitle),
        date: parseDate(readTime(entry), language),
        description: readExpandableText(entry),
    }));
