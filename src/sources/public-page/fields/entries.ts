import { readLine } from '../markup/node-text.ts';
import { findAll, findFirst, hasClass, hasName, without, type PageNode } from '../markup/page-tree.ts';
import { keepWords } from '../text/clean-text.ts';

/** The list items of a section, without nested ones (pictures of co-authors). */
export const getEntries = (section: PageNode): PageNode[] => findAll(section, hasName('li'));

/** The heading of an entry and the line below it, without dates in that line. */
export function readHeadings(entry: PageNode): { title: string | null; subtitle: string | null } {
    const subtitle = findFirst(entry, hasName('h4'));
    return {
        title: readLine(findFirst(entry, hasName('h3'))),
        subtitle: subtitle ? keepWords(readLine(without(subtitle, isDate))) : null,
    };
}

const isDateRange = hasClass('date-range');
const isDate = (node: PageNode): boolean => node.name === 'time' || isDateRange(node);

/** The text of the first `time` of an entry. */
export const readTime = (node: PageNode | null | undefined): string | null =>
    readLine(findFirst(node, hasName('time')));

/** Removes a label in any language ("Activities and Societies: Rowing"). */
export const dropLabel = (text: string | null): string | null =>
    keepWords(text?.replace(/^(?=[^:：]{0,60}\p{L})[^:：\p{N}]{1,60}[:：]\s*/u, '') ?? null);

const isTextBlock = hasName('p', 'div', 'span');
const isExpandable = hasClass('show-more-less-text');
const isRich = (node: PageNode): boolean =>
    isDate(node) || isExpandable(node) || /^(?:a|h\d|button|ul|ol)$/.test(node.name);

/**
 * The blocks of an entry with nothing but plain text: no heading, date, link, list or description. In document order,
 * the innermost of nested ones.
 */
export function findPlainBlocks(entry: PageNode): PageNode[] {
    const plain: PageNode[] = [];
    /** Whether the node contains a block, plain or not. */
    const visit = (node: PageNode): boolean => {
        let hasBlock = false;
        for (const child of node.children) {
            if (typeof child === 'string') continue;
            const isBlock = isRich(child) || visit(child) || isTextBlock(child);
            if (isBlock && isTextBlock(child) && isPlain(child)) plain.push(child);
            hasBlock ||= isBlock;
        }
        return hasBlock;
    };
    visit(entry);
    return plain;
}

/** Whether a block has text, and no other content than text and line breaks. */
function isPlain(node: PageNode): boolean {
    return (
        !isRich(node) &&
        findFirst(node, (inner) => isRich(inner) || isTextBlock(inner)) === null &&
        readLine(node) !== null
    );
}
