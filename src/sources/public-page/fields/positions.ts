import type { DateRange, Organization, Position, PositionGroup } from '../../../enrichment/result/profile-parts.ts';
import { findLink, readLink, readOrganizationUrl, readPictureUrl } from '../markup/links.ts';
import { readExpandableText, readLine } from '../markup/node-text.ts';
import { findAll, findFirst, hasClass, hasName, without, type PageNode } from '../markup/page-tree.ts';
import { keepWords } from '../text/clean-text.ts';
import { parseDateSpan, parseSpan, type Span } from '../text/dates.ts';

const isGroup = hasClass('experience-group');
const isItem = hasClass('experience-item');
const isGroupedItem = hasClass('experience-group-position', 'experience-group__position');
const isPositionList = hasClass('experience-group__positions');

/** The work history as shown: one group per company, positions in document order. */
export function readPositionGroups(section: PageNode, language: string): PositionGroup[] {
    return findAll(section, (node) => isGroup(node) || isItem(node))
        .map((node) => (isGroup(node) ? readGroup(node, language) : readSingle(node, language)))
        .filter((group) => group.company.name !== null || group.profile_positions.some(({ title }) => title !== null));
}

/** The names of companies and schools on a masked page, where everything else is starred out. */
export function readVisibleOrganizations(section: PageNode): Array<{ title: string | null; company: Organization }> {
    return findAll(section, hasClass('visible-list'))
        .flatMap((list) => findAll(list, hasName('li')))
        .map((item) => ({
            title: readLine(findFirst(item, hasName('h4'))),
            company: readOrganization(item, findFirst(item, hasName('h3'))),
        }))
        .filter(({ company }) => company.name !== null);
}

/** A position of which only the company, and perhaps the title, is known. */
export function buildBarePosition({ title, company }: { title: string | null; company: Organization }): PositionGroup {
    const position = { ...emptyPosition, title, company: company.name };
    return { company, date: position.date, profile_positions: [position] };
}

export const emptyPosition: Position = {
    title: null,
    company: null,
    location: null,
    description: null,
    employment_type: null,
    is_current: null,
    date: { start: null, end: null },
};

const isTitle = hasClass('experience-item__title', 'result-card__title', 'profile-section-card__title');
const isSubtitle = hasClass('experience-item__subtitle', 'result-card__subtitle', 'profile-section-card__subtitle');

function readSingle(item: PageNode, language: string): PositionGroup {
    const company = readOrganization(item, findFirst(item, isSubtitle) ?? findFirst(item, hasName('h4')));
    const position = { ...readPosition(item, language), company: company.name };
    return { company, date: position.date, profile_positions: [position] };
}

function readGroup(group: PageNode, language: string): PositionGroup {
    const header = findFirst(group, hasClass('experience-group-header')) ?? group;
    const link = findFirst(group, hasClass('experience-group-header__url'));
    const name =
        findFirst(header, hasClass('experience-group-header__company')) ??
        findFirst(link ?? header, hasName('h3', 'h4'));
    const company = {
        name: readLine(name),
        linkedin_url: readLink(link, readOrganizationUrl) ?? findLink(header, readOrganizationUrl),
        logo_url: readPictureUrl(findFirst(group, hasName('img'))),
    };
    const list = findFirst(group, isPositionList);
    const items = list ? findAll(list, hasName('li')) : findAll(group, isGroupedItem);
    const positions = items.map((item) => ({
        ...readPosition(item, language),
        // Some positions in a group have their own company: a subsidiary, or an earlier name.
        company: keepWords(readLine(findFirst(item, isSubtitle))) ?? company.name,
    }));
    return { company, date: spanOf(positions), profile_positions: positions };
}

function readPosition(item: PageNode, language: string): Position {
    const { isCurrent, ...date } = readSpan(item, language);
    return {
        ...emptyPosition,
        title: readLine(findFirst(item, isTitle) ?? findFirst(item, hasName('h3'))),
        location: readPlace(item),
        description: readExpandableText(item),
        is_current: isCurrent,
        date,
    };
}

const isMetaItem = hasClass('experience-item__meta-item');
const isOtherMetaItem = hasClass('experience-item__duration', 'experience-item__description');
const isDateRange = hasClass('date-range');

/** The location has its own class, or is the paragraph next to the one with the dates. */
function readPlace(item: PageNode): string | null {
    const named = findFirst(item, hasClass('experience-item__location', 'experience-group-position__location'));
    if (named) return readLine(named);
    const lines = findAll(item, (node) => node.name === 'p' && isMetaItem(node) && !isOtherMetaItem(node));
    return readLine(lines.find((line) => findFirst(line, isDateRange) === null));
}

/** From the first start to the last end of the positions; open when one of them is or may be open. */
function spanOf(positions: Position[]): DateRange {
    const starts = positions.flatMap(({ date }) => date.start ?? []).sort();
    const isOpen = positions.some(
        ({ date, is_current }) => is_current !== false && date.end === null && (is_current || date.start !== null),
    );
    const ends = positions.flatMap(({ date }) => date.end ?? []).sort();
    return { start: starts[0] ?? null, end: isOpen ? null : (ends.at(-1) ?? null) };
}

/** The dates of an entry. */
export function readDateRange(item: PageNode, language: string): DateRange {
    const { start, end } = readSpan(item, language);
    return { start, end };
}

/** The first `time` of an entry is the start, a second one the end; old pages have both as plain text. */
function readSpan(item: PageNode, language: string): Span {
    const range = findFirst(item, isDateRange);
    if (!range) return { start: null, end: null, isCurrent: null };
    const [first, second] = findAll(range, hasName('time'));
    if (!first) return parseDateSpan(readLine(without(range, isDuration)), language);
    if (second) return parseSpan(readLine(first), readLine(second) ?? '', language);
    const { before, after } = splitAt(range, first);
    const isEnd = hasClass('date-range__end-date')(first) || /[-–—〜～]/.test(before);
    if (isEnd) return parseSpan(null, readLine(first) ?? '', language);
    const [, afterDash] = /^[^\p{L}\p{N}]*?[-–—〜～](.*)$/su.exec(after) ?? [];
    return parseSpan(readLine(first), afterDash ?? null, language);
}

/** The text of a range before and after one of its descendants, without the duration. */
function splitAt(range: PageNode, element: PageNode): { before: string; after: string } {
    let before = '';
    let after = '';
    let isAfter = false;
    const walk = (node: PageNode): void => {
        for (const child of node.children) {
            if (child === element) isAfter = true;
            else if (typeof child !== 'string') {
                if (!isDuration(child)) walk(child);
            } else if (isAfter) after += child;
            else before += child;
        }
    };
    walk(range);
    return { before, after };
}

const isDuration = hasClass('date-range__duration', 'before:middot');

/** A company or school: its name from the given element, its URL and picture from anywhere in the entry. */
export function readOrganization(item: PageNode, nameNode: PageNode | null): Organization {
    return {
        name: readLine(nameNode),
        linkedin_url: findLink(item, readOrganizationUrl),
        logo_url: readPictureUrl(findFirst(item, hasName('img'))),
    };
}
