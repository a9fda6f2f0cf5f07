import type { CompanyOutcome, FailedOutcome } from '../../../enrichment/source.ts';
import { parsePage, type Page } from '../markup/parse-page.ts';
import { buildFault, buildRefusal } from '../response.ts';
import type { Gazetteer } from '../text/gazetteer.ts';
import { settlePlace } from '../text/settle-place.ts';
import { buildCompany, type BuiltCompany } from './company.ts';
import { addStatedParts } from './headquarters.ts';

/** The gazetteer is not even imported before a place needs it. */
const openGazetteer = async (): Promise<Gazetteer> => (await import('../text/gazetteer.ts')).openGazetteer();

/** Pages of companies, schools and showcases. */
const knownPageKey = /^d_org_guest/;

/**
 * Reads one logged-out page of a company or a school; `address` is where it was found. A page that is none is a failure
 * that says what it is. All that needs the page is done before this returns; the promise waits for the gazetteer at
 * most, and does not hold the page.
 */
export function readCompanyPage(bytes: Buffer, address: string): Promise<CompanyOutcome> {
    const page = parsePage(bytes);
    const failure = findObstacle(page, bytes);
    if (failure) return Promise.resolve(failure);
    const built = buildCompany(page, address);
    if (!built) return Promise.resolve(buildFault('unreadable', 'the page names no company'));
    // V8 makes a piece of a string a view of it: one word of a page would keep all that was read of it in memory.
    return settleHeadquarters(JSON.parse(JSON.stringify(built)) as BuiltCompany);
}

async function settleHeadquarters({ company, language, address }: BuiltCompany): Promise<CompanyOutcome> {
    const { headquarters } = company;
    if (headquarters === null) return { kind: 'found', company };
    const settled = await settlePlace(headquarters, { language, openGazetteer });
    return { kind: 'found', company: { ...company, headquarters: addStatedParts(settled, address) } };
}

function findObstacle({ head, isComplete }: Page, bytes: Buffer): FailedOutcome | null {
    const pageKey = head.metas.get('pageKey') ?? '';
    const isWall = /^(?:auth_wall|d_registration)/.test(pageKey) || /^sign up\b/i.test(head.title.trim());
    if (isWall) return buildRefusal('wall', 'a sign-in wall');
    if (pageKey === '') {
        // A page that is nothing but a script that leads to the wall.
        if (bytes.includes('/authwall')) return buildRefusal('wall', 'a script that leads to the sign-in wall');
        return buildFault('unreadable', 'a page without a page key');
    }
    if (!knownPageKey.test(pageKey)) {
        return buildRefusal('other_page', `another page in place of the company (${pageKey.slice(0, 40)})`);
    }
    return isComplete ? null : buildFault('unreadable', 'the page broke off');
}
