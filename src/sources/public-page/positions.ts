import { parseDate, parseDateRange, parseDateSpan } from './text/dates.ts';
import type { DateRange, Organization, Position, PositionGroup } from '../../enrichment/profile.ts';
import { readLinkedInUrl, readPictureUrl } from './links.ts';
import { readFoldedText, readLine } from './text/clean-text.ts';
import { findAll, findFirst, getElements, hasClass, hasName, type PageNode } from './page-tree.ts';

const isGroup = hasClass('experience-group');
const isItem = hasClass('experience-item');
const groupedPositionClasses = ['experience-group-position', 'experience-group__position'];

/** The work history as shown: one group a company, the positions in it in the order of the page. */
export function readPositionGroups(section: PageNode, language: string): PositionGroup[] {
    return findAll(section, (node) => isGroup(node) || isItem(node))
        .map((node) => (isGroup(node) ? readGroup(node, language) : readSingle(node, language)))
        .filter((group) => group.company.name !== null || group.profile_positions.some(({ title }) => title !== null));
}

/** A masked page shows names alone, of companies and schools alike: what stands beside them is stars. */
export function readVisibleOrganizations(section: PageNode): Array<{ title: string | null; company: Organization }> {
    return findAll(section, hasClass('visible-list'))
        .flatMap((list) => findAll(list, hasName('li')))
        .map((item) => ({
            title: readLine(findFirst(item, hasName('h4'))),
            company: readOrganization(item, findFirst(item, hasName('h3'))),
        }))
        .filter(({ company }) => company.name !== null);
}

/** A position of which nothing more is known than where it is, and perhaps its title. */
export function buildBarePosition({ title, company }: { title: string | null; company: Organization }): PositionGroup {
    const position = { ...emptyPosition, title, company: company.name };
    return { company, date: position.date, profile_positions: [position] };
}

const emptyPosition: Position = {
    title: null,
    company: null,
    location: null,
    description: null,
    employment_type: null,
    is_current: null,
    date: { start: null, end: null },
};

function readSingle(item: PageNode, language: string): PositionGroup {
    const subtitle =
        findFirst(
            item,
            hasClass('experience-item__subtitle', 'result-card__subtitle', 'profile-section-card__subtitle'),
        ) ?? findFirst(item, hasName('h4'));
    const company = readOrganization(item, subtitle);
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
        linkedin_url: readLinkedInUrl(link ?? findFirst(header, hasName('a'))),
        logo_url: readPictureUrl(findFirst(group, hasName('img'))),
    };
    const list = findFirst(group, hasClass('experience-group__positions'));
    const items = list ? getElements(list).filter(hasName('li')) : findAll(group, hasClass(...groupedPositionClasses));
    const positions = items.map((item) => ({ ...readPosition(item, language), company: company.name }));
    return { company, date: spanOf(positions), profile_positions: positions };
}

function readPosition(item: PageNode, language: string): Position {
    const title =
        findFirst(item, hasClass('experience-item__title', 'result-card__title', 'profile-section-card__title')) ??
        findFirst(item, hasName('h3'));
    return {
        ...emptyPosition,
        title: readLine(title),
        location: readPlace(item),
        description: readFoldedText(item),
        date: readDateRange(item, language),
    };
}

/** The place has a class of its own, or is the paragraph beside the one with the dates. */
function readPlace(item: PageNode): string | null {
    const named = findFirst(item, hasClass('experience-item__location', 'experience-group-position__location'));
    if (named) return readLine(named);
    const lines = findAll(item, (node) => node.name === 'p' && isMetaItem(node) && !isOtherMetaItem(node));
    return readLine(lines.find((line) => findFirst(line, hasClass('date-range')) === null));
}

const isMetaItem = hasClass('experience-item__meta-item');
const isOtherMetaItem = hasClass('experience-item__duration', 'experience-item__description');

/** From the first start to the last end of the positions; open when one of them is. */
function spanOf(positions: Position[]): DateRange {
    const starts = positions.flatMap(({ date }) => date.start ?? []).sort();
    const isOpen = positions.some(({ date }) => date.start !== null && date.end === null);
    const ends = positions.flatMap(({ date }) => date.end ?? []).sort();
    return { start: starts[0] ?? null, end: isOpen ? null : (ends.at(-1) ?? null) };
}

/** The dates of an entry: the first `time` is the start, a second one the end; old pages write them as plain text. */
export function readDateRange(item: PageNode, language: string): DateRange {
    const range = findFirst(item, hasClass('date-range'));
    if (!range) return { start: null, end: null };
    const times = findAll(range, hasName('time'));
    const [first, second] = times;
    if (!first) return parseDateSpan(readLine(withoutDuration(range)), language);
    if (second || !isEnd(first, range)) return parseDateRange(readLine(first), readLine(second), language);
    return { start: null, end: parseDate(readLine(first), language) };
}

/** Whether the only date shown is the one something ended: it stands after a dash. */
function isEnd(time: PageNode, range: PageNode): boolean {
    if (hasClass('date-range__end-date')(time)) return true;
    const before = range.children.slice(0, Math.max(0, range.children.indexOf(time)));
    return before.some((child) => typeof child === 'string' && /[-–—]/.test(child));
}

const withoutDuration = (range: PageNode): PageNode => ({
    ...range,
    children: range.children.filter(
        (child) => typeof child === 'string' || !hasClass('date-range__duration', 'before:middot')(child),
    ),
});

/** A company or school: its name from the element given, its address and picture from anywhere in the entry. */
export function readOrganization(item: PageNode, nameNode: PageNode | null): Organization {
    const links = findAll(item, hasName('a'));
    const address = links.map(readLinkedInUrl).find((url) => url !== null);
    return {
        name: readLine(nameNode),
        linkedin_url: address ?? null,
        logo_url: readPictureUrl(findFirst(item, hasName('img'))),
    };
}
