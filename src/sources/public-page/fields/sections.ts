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
/** Work and schools of a masked page in one, of which only the first few names are clear. */
const isMixed = hasClass('experience-education');

/** How each section is found, in any layout and any language: by its mark or its class, never by its heading. */
const sectionTests: Record<ProfileSection, NodeTest> = {
    summary: inSection('summary'),
    experience: inSection('experience', 'experience-education'),
    education: inSection('educationsDetails', 'education'),
    skills: inSection('skills'),
    languages: inSection('languages'),
    certifications: inSection('certifications'),
    volunteering: inSection('volunteering'),
    publications: inSection('publications'),
    projects: inSection('projects'),
    courses: inSection('courses'),
    awards: inSection('honors-and-awards', 'awards'),
    recommendations: inSection('recommendations'),
    articles: inSection('articles'),
    patents: inSection('patents'),
    organizations: inSection('organizations'),
    test_scores: inSection('test-scores', 'testScores'),
    services: inSection('services'),
    websites: (node) => node.attributes['data-section'] === 'websites' && findFirst(node, hasName('a')) !== null,
    related_profiles: (node) => hasClass('browsemap')(node) || isBrowsemap(node),
};

/** Marks of parts that are read elsewhere, and of what is none of the profile. */
const otherMarks = new Set(
    (
        'picture posts activity instructor-courses groups currentPositions currentPositionsDetails pastPositions ' +
        'pastPositionsDetails educations educationsDetails websites headline'
    ).split(' '),
);

/** The list of similar people; people who only have the same name stand in another one. */
function isBrowsemap(node: PageNode): boolean {
    return (
        hasClass('aside-section-container')(node) &&
        findFirst(node, (link) => /browsemap/.test(link.attributes['data-tracking-control-name'] ?? '')) !== null
    );
}

export type FoundSections = {
    sections: Map<ProfileSection, PageNode[]>;
    /** The `data-section` marks that no reader knows, where something stands in them. */
    unknownMarks: string[];
};

/** The sections of a page. All are looked for in one walk, and none within one of its own kind. */
export function findSections(page: PageNode): FoundSections {
    const sections = new Map<ProfileSection, PageNode[]>();
    const unknownMarks = new Set<string>();

    function walk(node: PageNode, wanted: readonly ProfileSection[]): void {
        for (const child of node.children) {
            if (typeof child === 'string') continue;
            walk(child, isCandidate(child) ? take(child, wanted) : wanted);
        }
    }

    /** Notes the sections that a node is, and returns those that may be found inside. */
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

/** Whether some reader knows the mark of an element, on whatever element it stands and wherever. */
const isClaimed = (node: PageNode): boolean =>
    profileSections.some((name) => sectionTests[name]({ ...node, name: 'section' }));

/** What is named in a warning is a word of the page's code, and not what somebody wrote. */
const isMarkName = (mark: string): boolean => /^[a-z][\w-]{0,40}$/i.test(mark);

/** Whether a node can be a section at all; most are not, and need no closer look. */
function isCandidate(node: PageNode): boolean {
    const { name, attributes } = node;
    return name === 'section' || attributes['data-section'] !== undefined || isAside(node);
}

/** The sections in which something is starred out. What stands in one for work and schools is masked work. */
export function findMaskedSections({ sections }: FoundSections): Set<ProfileSection> {
    const masked = [...sections].filter(([, nodes]) => nodes.some(hasStars)).map(([name]) => name);
    const isEducationMixed = !sections.has('education') && sections.get('experience')?.some(isMixed);
    return new Set(isEducationMixed && masked.includes('experience') ? [...masked, 'education'] : masked);
}

/** Whether all the text of some element is stars. A line of them within a text is somebody's ornament. */
function hasStars(node: PageNode): boolean {
    const hasMark = node.children.some((child) => typeof child === 'string' && /\*|undefined/.test(child));
    return (hasMark && isMasked(gatherText(node).trim())) || getElements(node).some(hasStars);
}

/**
 * Whether a section holds something a reader could read: an entry, a heading of one, a link, a paragraph. Masked
 * entries are none, and neither is the invitation to sign in that stands in the place of some sections.
 */
export function hasReadableContent(section: PageNode, name: ProfileSection): boolean {
    if (name === 'websites') return findFirst(section, hasName('a')) !== null;
    if (name === 'summary') return isReadable({ ...section, children: section.children.filter(isNoHeading) });
    return findAll(section, (node) => isEntry(node) && isReadable(node)).length > 0;
}

const isNoHeading = (child: PageNode | string): boolean => typeof child === 'string' || !/^h[1-6]$/.test(child.name);

const isBlurred = hasClassPart('blurred');

function isEntry(node: PageNode): boolean {
    const isHeading = node.name === 'h3' && !isBlurred(node);
    return (node.name === 'li' && !hasClass('blurred-list')(node)) || isHeading;
}

function isReadable(node: PageNode): boolean {
    const text = readText(node);
    return text !== null && !/\*{3}/.test(text);
}
