import type { ProfileSection } from '../../enrichment/profile.ts';
import { readText } from './text/clean-text.ts';
import { findAll, findFirst, hasClass, hasName, type NodeTest, type PageNode } from './page-tree.ts';

function inSection(names: string[], classes: string[]): NodeTest {
    const isNamedByClass = hasClass(...classes);
    return (node) =>
        node.name === 'section' && (names.includes(node.attributes['data-section'] ?? '') || isNamedByClass(node));
}

const isAside = hasClass('browsemap', 'aside-section-container');

/** How each section is found, in any layout and any language: by its mark or its class, never by its heading. */
const sectionTests: Record<ProfileSection, NodeTest> = {
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
    awards: inSection(['honors-and-awards', 'awards'], ['awards', 'honors-and-awards']),
    recommendations: inSection(['recommendations'], ['recommendations']),
    articles: inSection(['articles'], []),
    patents: inSection(['patents'], ['patents']),
    organizations: inSection(['organizations'], ['organizations']),
    test_scores: inSection(['test-scores'], ['test-scores']),
    services: inSection(['services'], ['services']),
    websites: (node) => node.attributes['data-section'] === 'websites' && findFirst(node, hasName('a')) !== null,
    related_profiles: (node) => hasClass('browsemap')(node) || isBrowsemap(node),
};

/** The list of similar people; people who only have the same name stand in another one. */
function isBrowsemap(node: PageNode): boolean {
    return (
        hasClass('aside-section-container')(node) &&
        findFirst(node, (link) => /browsemap/.test(link.attributes['data-tracking-control-name'] ?? '')) !== null
    );
}

/** The sections of a page. All are looked for in one walk, and none within one of its own kind. */
export function findSections(main: PageNode): Map<ProfileSection, PageNode[]> {
    const sections = new Map<ProfileSection, PageNode[]>();
    const names = Object.keys(sectionTests) as ProfileSection[];

    function walk(node: PageNode, wanted: ProfileSection[]): void {
        for (const child of node.children) {
            if (typeof child === 'string') continue;
            walk(child, isCandidate(child) ? take(child, wanted) : wanted);
        }
    }

    /** Notes the sections that a node is, and returns those that may be found inside. */
    function take(node: PageNode, wanted: ProfileSection[]): ProfileSection[] {
        const found = wanted.filter((name) => sectionTests[name](node));
        for (const name of found) sections.set(name, [...(sections.get(name) ?? []), node]);
        return found.length === 0 ? wanted : wanted.filter((name) => !found.includes(name));
    }

    walk(main, names);
    return sections;
}

/** Whether a node can be a section at all; most are not, and need no closer look. */
function isCandidate(node: PageNode): boolean {
    const { name, attributes } = node;
    return name === 'section' || attributes['data-section'] !== undefined || isAside(node);
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

function isEntry(node: PageNode): boolean {
    const isHeading = node.name === 'h3' && !node.classes.includes(' blurred');
    return (node.name === 'li' && !hasClass('blurred-list')(node)) || isHeading;
}

function isReadable(node: PageNode): boolean {
    const text = readText(node);
    return text !== null && !/\*{3}/.test(text);
}
