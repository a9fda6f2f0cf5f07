import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import type { Page } from '../../../src/sources/public-page/markup/parse-page.ts';
import { attributeNames } from '../../../src/sources/public-page/markup/page-tree.ts';
import { TreeBuilder } from '../../../src/sources/public-page/markup/tree-builder.ts';

const asBytes = (text: string): string => Buffer.from(text).toString('latin1');
const escape = (text: string): string => text.replaceAll('&', '&amp;');

/** The tree of a page by the HTML standard: parsed by parse5, and filtered by this project's tree builder. */
export function parseByTheStandard(page: string): Page {
    const builder = new TreeBuilder();
    const walk = (node: DefaultTreeAdapterTypes.ParentNode): void => {
        const children = node.nodeName === 'template' && 'content' in node ? node.content.childNodes : node.childNodes;
        for (const child of children) {
            if ('value' in child) {
                const isRaw = node.nodeName === 'script' || node.nodeName === 'style';
                builder.ontext(asBytes(isRaw ? child.value : escape(child.value)));
            } else if ('tagName' in child) {
                builder.onopentagname(child.tagName);
                for (const { name, value } of child.attrs) {
                    const wanted = attributeNames.find((one) => one === name);
                    if (wanted) builder.onattribute(wanted, asBytes(escape(value)));
                }
                builder.onopentag(child.tagName);
                walk(child);
                builder.onclosetag(child.tagName, false);
            }
        }
    };
    walk(parse(page));
    return { head: builder.head, root: builder.root, isComplete: true };
}
