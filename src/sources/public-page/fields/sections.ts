import { profileSections, type ProfileSection } from '../../../enrichment/result/profile.ts';
import { gatherText, readText } from '../markup/node-text.ts';
import {
    findAll,
    findFirst,
    getElements,
    hasClass,
    hasClassPart,
    hasName,
    type NodeTest,
    type PageNode,
} from '../markup/page-tree.ts';
import { isMasked } from '../text/clean-text.ts';

function inSection(...names: string[]): NodeTest {
    const isNamedByClass = hasClass(...names);
    return (node) =>
        node.name === 'section' && (names.includes(node.attributes['data-section'] ?? '') || isNamedByClass(node));
}

const isAside = hasClass('browsemap', 'aside-section-container');
/** Work and schools of a masked page in one section, with only the first few names readable. */
const isMixed = hasClass('experience-education');

/** The values of `data-section` and classes of sections that have not just their own name. */
const sectionNames: { [name in ProfileSection]?: string[] } = {
    experience: ['experience', 'experience-education'],
    education: ['educationsDetails', 'education'],
    awards: ['honors-and-awards', 'awards'],
    test_scores: ['test-scores', 'testScores'],
};

/** Finds each section in any layout and language: by `data-section` or class, never by its heading. */
const sectionTests = {
    ...(Object.fromEntries(
        profileSections.map((name) => [name, inSection(...(sectionNames[name] ?? [name]))]),
    ) as Record<ProfileSection, NodeTest>),
    websites: (node: PageNode) =>
        node.attributes['data-section'] === 'websites' && findFirst(node, hasName('a')) !== null,
    related_profiles: (node: PageNode) => hasClass('browsemap')(node) || isBrowsemap(node),
};

/** Values of `data-section` that are read elsewhere or are not part of the profile. */
const otherMarks = new Set(
    (
        'picture posts activity instructor-courses groups currentPositions currentPositionsDetails pastPositions ' +
        'pastPositionsDetails educations educationsDetails websites headline'
    ).split(' '),
);

/** The list of similar people, as opposed to the list of people with the same name. */
function isBrowsemap(node: PageNode): boolean {
    return (
        hasClass('aside-section-container')(node) &&
        findFirst(node, (link) => /browsemap/.test(link.attributes['data-tracking-control-name'] ?? '')) !== null
    );
}

/** Finds the sections of a page in one walk; a section is not searched for others of its kind. */
export function findSections(page: PageNode) {
    const sections = new Map<ProfileSection, PageNode[]>();
    /** Unknown values of `data-section`, on elements with text. */
    const unknownMarks = new Set<string>();

    function walk(node: PageNode, wanted: readonly ProfileSection[]): void {
        for (const child of node.children) {
            if (typeof child === 'string') continue;
            walk(child, isCandidate(child) ? take(child, wanted) : wanted);
        }
    }

    /** Records the sections that a node is, and returns those to look for inside. */
    function take(node: PageNode, wanted: readonly ProfileSection[]): readonly ProfileSection[] {
        const found = wanted.filter((name) => sectionTests[name](node));
        for (const name of found) sections.set(name, [...(sections.get(name) ?? []), node]);
        const mark = node.attributes['data-section'];
        const isKnown = found.length > 0 || mark === undefined || otherMarks.has(mark) || isClaimed(node);
        if (!isKnown && isMarkName(mark) && readText(node) !== null) unknownMarks.add(mark);
        return found.length === 0 ? wanted : wanted.filter((name) => !found.includes(name));
    }

    walk(page, profileSections);
    return { sections, unknownMarks: [...unknownMarks] };
}

/** Whether the element's `data-section` is a known one, whatever the element. */
const isClaimed = (node: PageNode): boolean =>
    profileSections.some((name) => sectionTests[name]({ ...node, name: 'section' }));

/** Only identifiers are quoted in warnings, never text that a user wrote. */
const isMarkName = (mark: string): boolean => /^[a-z][\w-]{0,40}$/i.test(mark);

/** A cheap check that excludes most nodes. */
function isCandidate(node: PageNode): boolean {
    const { name, attributes } = node;
    return name === 'section' || attributes['data-section'] !== undefined || isAside(node);
}

/** The sections with starred-out values. A mixed section of work and schools counts for both. */
export function findMaskedSections(sections: Map<ProfileSection, PageNode[]>): Set<ProfileSection> {
    const masked = [...sections].filter(([, nodes]) => nodes.some(hasStars)).map(([name]) => name);
    const isEducationMixed = !sections.has('education') && sections.get('experience')?.some(isMixed);
    return new Set(isEducationMixed && masked.includes('experience') ? [...masked, 'education'] : masked);
}

/** Whether the whole text of some element is asterisks. A line of them within a text is only decoration. */
function hasStars(node: PageNode): boolean {
    const hasMark = node.children.some((child) => typeof child === 'string' && /\*|undefined/.test(child));
    return (hasMark && isMasked(gatherText(node).trim())) || getElements(node).some(hasStars);
}

/**
 * Whether a section has content that should have been read: an entry, its heading, a link, a paragraph. Masked entries
 * do not count, nor does the invitation to sign in that replaces some sections.
 */
export function hasReadableContent(section: PageNode, name: ProfileSection): boolean {
    if (name === 'websites') return findFirst(section, hasName('a')) !== null;
    if (name === 'summary') return isReadable({ ...section, children: section.children.filter(isNotHeading) });
    return findAll(section, (node) => isEntry(node) && isReadable(node)).length > 0;
}

const isNotHeading = (child: PageNode | string): boolean => typeof child === 'string' || !/^h[1-6]$/.test(child.name);

const isBlurred = hasClassPart('blurred');

function isEntry(node: PageNode): boolean {
    const isHeading = node.name === 'h3' && !isBlurred(node);
    return (node.name === 'li' && !hasClass('blurred-list')(node)) || isHeading;
}

function isReadable(node: PageNode): boolean {
    const text = readText(node);
    return text !== null && !/\*{3}/.test(text);
}
