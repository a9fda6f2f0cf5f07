import type { Profile } from '../../../enrichment/result/profile.ts';
import { getEntries } from './entries.ts';
import { findLink, findLinked, readArticleUrl, readLink, readOutsideUrl, readProfileUrl } from '../markup/links.ts';
import { readLine, readText } from '../markup/node-text.ts';
import {
    findAll,
    findFirst,
    findNested,
    getElements,
    hasClass,
    hasName,
    without,
    type PageNode,
} from '../markup/page-tree.ts';
import { keepWords } from '../text/clean-text.ts';
import { parseCount } from '../text/counts.ts';
import { parseDate } from '../text/dates.ts';
import { isCount } from './top-card.ts';

export function readSummary(section: PageNode): string[] {
    const content = findFirst(section, hasClass('core-section-container__content')) ?? section;
    const paragraphs = findAll(content, hasName('p'));
    const shown =
        paragraphs.length > 0 ? paragraphs : getElements(content).filter(({ name }) => !/^h[1-6]$/.test(name));
    const text = readText({ ...content, children: shown });
    return text === null ? [] : [text];
}

const isRecommendation = hasClass('endorsement-card__content', 'recommendation__text');

export const readRecommendations = (section: PageNode): Profile['recommendations'] =>
    getEntries(section).flatMap((entry) => {
        const text = readText(findFirst(entry, isRecommendation) ?? findFirst(entry, hasName('p')));
        if (text === null) return [];
        const profile = findLinked(entry, readProfileUrl);
        const author = readLine(findFirst(entry, hasName('h3')) ?? profile?.link);
        return [{ author, author_url: profile?.address ?? null, text: unquote(text) }];
    });

/** The page adds quotation marks to recommendations. */
function unquote(text: string): string {
    const inner = /^["“”„«»「『‚‘](.*)["“”«»」』’]$/su.exec(text)?.[1]?.trim();
    return inner ? inner : text;
}

const isRecommendationCount = hasClass('recommendations__count');

/** "9 people have recommended Ada", below the list; empty where the page does not say. */
export function readRecommendationsCount(section: PageNode, language: string): number[] {
    const marked = findFirst(section, isRecommendationCount);
    const lines = marked ? [marked] : findAll(section, hasName('p', 'span', 'li')).filter(({ name }) => name !== 'li');
    return lines.flatMap((line) => parseCount(readLine(line) ?? '', language) ?? []);
}

const isCardTitle = hasClass('base-main-card__title', 'base-card__title');
const isArticleDate = hasClass('base-main-card__metadata-item', 'base-main-card__metadata');
const isCard = hasClass('base-main-card', 'base-card');

export const readArticles = (section: PageNode, language: string): Profile['articles'] =>
    findAll(section, (node) => node.name === 'li' || isCard(node)).flatMap((entry) => {
        const title = readLine(findFirst(entry, isCardTitle) ?? findFirst(entry, hasName('h3')));
        if (title === null) return [];
        const date = readLine(findFirst(entry, hasName('time')) ?? findFirst(entry, isArticleDate));
        const url = entry.name === 'a' ? readLink(entry, readArticleUrl) : findLink(entry, readArticleUrl);
        return [{ title, url, date: parseDate(date, language) }];
    });

const isHeadline = hasClass('base-aside-card__subtitle', 'base-card__subtitle', 'base-main-card__subtitle');
const isCardMetadata = hasClass('base-aside-card__metadata', 'base-main-card__metadata', 'base-card__metadata');

/**
 * Similar people. The line below a name is a headline only until 2023 (`hasHeadlines`); since then it is a company, or
 * the start of an About text.
 */
export const readRelatedProfiles = (
    section: PageNode,
    language: string,
    hasHeadlines: boolean,
): Profile['related_profiles'] =>
    getEntries(section).flatMap((entry) => {
        const profile = findLinked(entry, readProfileUrl);
        if (!profile) return [];
        const full_name = readLine(findFirst(entry, hasName('h3')) ?? profile.link);
        const headline = hasHeadlines ? keepWords(readLine(findFirst(entry, isHeadline))) : null;
        const location = readCardPlace(findFirst(entry, isCardMetadata), language);
        return [{ full_name, headline, location, linkedin_url: profile.address }];
    });

/** The location, next to the number of followers. */
function readCardPlace(metadata: PageNode | null, language: string): string | null {
    if (!metadata) return null;
    const lines = getElements(metadata).length === 0 ? [metadata] : getElements(metadata);
    const texts = lines.flatMap((line) => readLine(line) ?? []);
    return keepWords(texts.find((text) => !isCount(text, language)) ?? null);
}

const isWebsiteRow = hasClass('websites__list-row', 'websites-list__row');
const isWebsiteName = hasClass('websites__name', 'websites-list__name');

/** Websites: one is a link in the top card, several are rows of a list in a dialog. */
export function readWebsites(page: PageNode): Profile['websites'] {
    const rows = findAll(page, isWebsiteRow);
    const inRows = new Set(rows.flatMap((row) => findNested(row, hasName('a'))));
    const links = findNested(page, isWebsiteLink).filter((link) => !inRows.has(link));
    return [
        ...rows.flatMap((row) =>
            buildWebsite(
                findFirst(row, hasName('a')),
                readLine(findFirst(row, isWebsiteName) ?? without(row, hasName('a'))),
            ),
        ),
        ...links.flatMap((link) =>
            buildWebsite(link, readLine(findFirst(link, hasClass('top-card-link__description')) ?? link)),
        ),
    ];
}

function buildWebsite(link: PageNode | null, label: string | null): Profile['websites'] {
    const url = readLink(link, readOutsideUrl);
    return url === null ? [] : [{ label: label?.replace(/\s*[:：]$/, '') ?? null, url }];
}

const isWebsiteLink = ({ name, attributes }: PageNode): boolean =>
    name === 'a' && /^public_profile(?:_topcard)?[-_]website$/.test(attributes['data-tracking-control-name'] ?? '');
