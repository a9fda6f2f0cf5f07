import type { CompanyDetails } from '../../../enrichment/result/company.ts';
import { readLine } from '../markup/node-text.ts';
import { findAll, findFirst, hasClass, hasName, type PageNode } from '../markup/page-tree.ts';
import { findCountry, isCountryCode } from '../text/countries.ts';
import { isSharedName } from '../text/places.ts';

/** The offices of a company, including those initially hidden. A tag marks the primary one, in any language. */
export function readLocations(page: PageNode, language: string): CompanyDetails['locations'] {
    const section = findFirst(page, (node) => node.name === 'section' && hasClass('locations')(node));
    return findAll(section, hasName('li')).flatMap((entry) => {
        const lines = findAll(entry, hasName('p')).flatMap((line) => readLine(line) ?? []);
        if (lines.length === 0) return [];
        return [
            {
                address: lines.join(', '),
                country: readCountry(lines.at(-1) ?? '', language),
                is_headquarters: findFirst(entry, hasClass('tag-sm')) !== null,
            },
        ];
    });
}

/** Country codes that are also codes of US states. */
const stateCodes = new Set('AL AR AZ CA CO DE GA ID IL IN KY LA MA MD ME MN MO MS MT NC NE PA SC SD TN VA'.split(' '));

/** The country at the end of an address: a code, or a name that no region shares. Null for "San Francisco, CA". */
function readCountry(lastLine: string, language: string): string | null {
    const parts = lastLine.split(',').map((part) => part.trim());
    const last = parts.at(-1) ?? '';
    if (/^[A-Z]{2}$/.test(last)) {
        const isState = stateCodes.has(last) && parts.length === 2 && !/\d/.test(parts[0] ?? '');
        return isCountryCode(last) && !isState ? last : null;
    }
    return parts.length < 2 || isSharedName(['', last]) ? null : findCountry(last, language);
}
