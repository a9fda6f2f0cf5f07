import { findFirst, hasClass, type PageNode } from './page-tree.ts';
import { cleanText } from '../text/clean-text.ts';

const blockElements = new Set(['p', 'div', 'li', 'ul', 'ol', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'section']);

/** The visible text of an element, cleaned, without buttons. Null when empty or masked. */
export function readText(node: PageNode | null | undefined): string | null {
    return node ? cleanText(gatherText(node)) : null;
}

/** Like `readText`, on one line. */
export function readLine(node: PageNode | null | undefined): string | null {
    return readText(node)?.replace(/\n/g, ' ') ?? null;
}

/** The text of an element that preserves line breaks. */
export function readPreformatted(node: PageNode | null): string | null {
    const gather = ({ children }: PageNode): string =>
        children
            .map((child) => (typeof child === 'string' ? child : child.name === 'br' ? '\n' : gather(child)))
            .join('');
    return node ? cleanText(gather(node)) : null;
}

/** The text of an element, not cleaned. */
export function gatherText(node: PageNode): string {
    let text = '';
    for (const child of node.children) {
        if (typeof child === 'string') text += child.replace(/[ \t\r\n]{2,}|[\t\r\n]/g, ' ');
        else if (child.name === 'br') text += '\n';
        else if (child.name === 'button') continue;
        else text += blockElements.has(child.name) ? `\n${gatherText(child)}\n` : gatherText(child);
    }
    return text;
}

const isExpanded = hasClass('show-more-less-text__text--more');
const isCollapsed = hasClass('show-more-less-text__text--less');
const isDescription = hasClass('experience-item__description', 'experience-group-position__description');

/** The full text of a "show more" element, which the page has in a collapsed and an expanded version. */
export function readExpandableText(node: PageNode | null): string | null {
    for (const test of [isExpanded, isCollapsed, isDescription]) {
        const text = readText(findFirst(node, test));
        if (text !== null) return text;
    }
    return null;
}
